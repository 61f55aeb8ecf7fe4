using System.Globalization;
using NpuSim.Kernels;

namespace NpuSim.Cli.Bench;

/// <summary>Products and convolutions in the formats beside int8, on shapes that int8 is measured on as well.</summary>
/// <remarks>int4, log2 and int16 are held against the integer multiply-add, bfloat16 against that of float32, binary against counting
/// bits. The scalar definition does the first output row only.</remarks>
internal static class FormatCases
{
    private static readonly (ArrayFormat Format, string Name)[] Formats =
        [(ArrayFormat.Int4, "int4"), (ArrayFormat.Log2, "log2"), (ArrayFormat.Int16, "int16"), (ArrayFormat.Bf16, "bf16"), (ArrayFormat.Binary, "binary")];

    public static IEnumerable<BenchCase> All() => Formats.SelectMany(item => (BenchCase[])
    [
        Matrix(item, 64, 64, 256), Matrix(item, 128, 128, 512), Convolution(item, 56, 64, 64, 3), Convolution(item, 14, 256, 256, 3), Convolution(item, 28, 512, 128, 1),
    ]);

    private static BenchCase Matrix((ArrayFormat Format, string Name) item, int rows, int columns, int depth)
    {
        var g = new PassGeometry(1, rows, depth, 0, (int)item.Format.PixelBytes(depth), 1, 1, 1, 1, 1, 1, 0, 0, 1, rows, columns, columns, 0, 0);
        return Case("matrix", item, string.Create(CultureInfo.InvariantCulture, $"{rows}×{columns}×{depth}"), g);
    }

    private static BenchCase Convolution((ArrayFormat Format, string Name) item, int size, int channels, int outChannels, int kernel)
    {
        int pixel = (int)item.Format.PixelBytes(channels), pad = kernel / 2;
        var g = new PassGeometry(size, size, channels, size * pixel, pixel, kernel, kernel, 1, 1, 1, 1, pad, pad, size, size, outChannels, outChannels, 0, 0);
        return Case("convolution", item, string.Create(CultureInfo.InvariantCulture, $"{kernel}×{kernel} {size}×{size} {channels}→{outChannels}"), g);
    }

    private static BenchCase Case(string kernel, (ArrayFormat Format, string Name) item, string shape, PassGeometry g)
    {
        int weights = (int)item.Format.DenseBytes(g.OutChannels, g.KernelHeight, g.KernelWidth, g.InChannels);
        int input = ((g.InHeight - 1) * g.InRowPitch) + (g.InWidth * g.InPixelPitch);
        long row = (long)g.OutCols * g.OutChannels * g.KernelHeight * g.KernelWidth * g.InChannels;
        var ceiling = item.Format switch
        {
            ArrayFormat.Bf16 or ArrayFormat.Float32 => BenchCeiling.Float,
            ArrayFormat.Binary => BenchCeiling.Binary,
            ArrayFormat.Int8 or ArrayFormat.Int4 or ArrayFormat.Int16 or ArrayFormat.Log2 => BenchCeiling.Integer,
        };
        return new BenchCase(kernel, item.Name, shape, ceiling, g.OutRows * row, input + weights + (4 * g.AccumulatorExtent), row, level =>
        {
            byte[] x = Operand(item.Format, input), w = Operand(item.Format, weights);
            var acc = BenchOperands.Aligned<byte>((int)(4 * g.AccumulatorExtent));
            var part = level == SimdLevel.Scalar ? g with { OutRows = 1 } : g;
            return () => FormatKernel.Dense(level, item.Format, part, x, w, acc.Span, accumulate: false);
        });
    }

    // Random bits would make a NaN of every 256th bfloat16.
    private static byte[] Operand(ArrayFormat format, int bytes) => format == ArrayFormat.Bf16
        ? [.. BenchOperands.Floats(bytes / 2).SelectMany(value => BitConverter.GetBytes((ushort)(BitConverter.SingleToUInt32Bits(value) >> 16)))]
        : [.. BenchOperands.Bytes(bytes).Select(value => (byte)value)];
}
