using System.Globalization;
using NpuSim.Kernels;

namespace NpuSim.Cli.Bench;

/// <summary>Convolutions: the layers of ResNet-50, thin ones of MobileNetV2, and the depthwise layers of MobileNet.</summary>
/// <remarks>The scalar definition does the first output row only, else it would take most of the time. Bytes are the tile's and the packed
/// weights', each loaded once, and four per accumulator, each stored once.</remarks>
internal static class ConvolutionCases
{
    private const int InputZero = -7;

    public static IEnumerable<BenchCase> All() =>
    [
        Dense(224, 3, 64, 7, 2), Dense(56, 64, 64, 3, 1), Dense(28, 128, 128, 3, 1), Dense(14, 256, 256, 3, 1), Dense(7, 512, 512, 3, 1),
        Dense(56, 64, 256, 1, 1), Dense(56, 256, 64, 1, 1), Dense(28, 128, 512, 1, 1), Dense(28, 512, 128, 1, 1),
        Dense(14, 256, 1024, 1, 1), Dense(14, 1024, 256, 1, 1), Dense(7, 512, 2048, 1, 1), Dense(7, 2048, 512, 1, 1),
        Dense(112, 32, 16, 1, 1), Dense(56, 24, 144, 1, 1),
        Depthwise(112, 32, 1), Depthwise(112, 64, 2), Depthwise(56, 128, 1), Depthwise(28, 256, 1), Depthwise(14, 512, 1),
        Depthwise(7, 1024, 1),
    ];

    private static BenchCase Dense(int size, int channels, int outChannels, int kernel, int stride)
    {
        var g = Geometry(size, channels, outChannels, kernel, stride);
        string shape = Shape(size, kernel, stride, string.Create(CultureInfo.InvariantCulture, $"{channels}→{outChannels}"));
        int weights = WeightLayout.DenseBytes(outChannels, kernel, kernel, channels);
        long row = (long)g.OutCols * outChannels * kernel * kernel * channels;
        return new BenchCase("convolution", "int8", shape, BenchCeiling.Integer, g.OutRows * row,
            g.InputExtent + weights + 4 * g.AccumulatorExtent, row, level =>
            {
                sbyte[] x = BenchOperands.Bytes((int)g.InputExtent), w = BenchOperands.Bytes(weights);
                var acc = BenchOperands.Aligned<int>((int)g.AccumulatorExtent);
                var part = level == SimdLevel.Scalar ? g with { OutRows = 1 } : g;
                return () => ConvolutionKernel.Dense(level, part, x, w, acc.Span, accumulate: false);
            });
    }

    private static BenchCase Depthwise(int size, int channels, int stride)
    {
        const int Kernel = 3;
        var g = Geometry(size, channels, channels, Kernel, stride);
        string shape = Shape(size, Kernel, stride, channels.ToString(CultureInfo.InvariantCulture));
        int weights = WeightLayout.DepthwiseBytes(channels, Kernel, Kernel);
        long row = (long)g.OutCols * channels * Kernel * Kernel;
        return new BenchCase("depthwise", "int8", shape, BenchCeiling.IntegerOrL2, g.OutRows * row,
            g.InputExtent + weights + 4 * g.AccumulatorExtent, row, level =>
            {
                sbyte[] x = BenchOperands.Bytes((int)g.InputExtent), w = BenchOperands.Bytes(weights);
                var acc = BenchOperands.Aligned<int>((int)g.AccumulatorExtent);
                var part = level == SimdLevel.Scalar ? g with { OutRows = 1 } : g;
                return () => ConvolutionKernel.Depthwise(level, part, x, w, acc.Span, accumulate: false);
            });
    }

    private static PassGeometry Geometry(int size, int channels, int outChannels, int kernel, int stride)
    {
        int output = (size + stride - 1) / stride;
        return new PassGeometry(InHeight: size, InWidth: size, InChannels: channels, InRowPitch: size * channels, InPixelPitch: channels,
            KernelHeight: kernel, KernelWidth: kernel, StrideY: stride, StrideX: stride, DilationY: 1, DilationX: 1,
            PadTop: kernel / 2, PadLeft: kernel / 2, OutRows: output, OutCols: output, OutChannels: outChannels,
            OutPixelPitch: outChannels, InputZero: InputZero, WeightZero: 0);
    }

    private static string Shape(int size, int kernel, int stride, string channels) => string.Create(CultureInfo.InvariantCulture,
        $"{kernel}×{kernel}{(stride > 1 ? $"/{stride}" : "")} {size}×{size} {channels}");
}
