using NpuSim.Kernels;
using Xunit;

namespace NpuSim.Tests.Kernels;

/// <summary>3×3 depthwise passes over every number of channels, and over the largest sums there are.</summary>
public sealed class DepthwiseTests
{
    private const int MostChannels = 3 * 32 + 1;

    [Theory]
    [InlineData(1, 1, 5)]
    [InlineData(2, 1, 4)]
    [InlineData(3, 1, 3)]
    [InlineData(1, 2, 4)]
    [InlineData(2, 3, 2)]
    public void Every_number_of_channels_up_to_three_vectors_and_one_equals_the_scalar(int stride, int dilation, int columns)
    {
        var random = new Random(11);
        for (int channels = 1; channels <= MostChannels; channels++)
        {
            var g = Geometry(6, 7, channels, stride, dilation, columns) with { InputZero = random.Next(-128, 128) };
            sbyte[] x = Samples.Bytes(random, (int)g.InputExtent), w = Samples.Bytes(random, WeightLayout.DepthwiseBytes(channels, 3, 3));
            AssertLevelsAgree(g, x, w);
            AssertLevelsAgree(g with { WeightZero = random.Next(-128, 128) }, x, w);
        }
    }

    [Theory]
    [InlineData(-128, 127, -128, 127)]
    [InlineData(127, -128, -128, 127)]
    [InlineData(127, -128, 127, -128)]
    [InlineData(-128, 127, -128, 0)]
    [InlineData(127, -128, -128, 0)]
    public void The_largest_sums_are_exact(int value, int inputZero, int weight, int weightZero)
    {
        const int Channels = 56;
        var g = Geometry(3, 40, Channels, 1, 1, 40) with { InputZero = inputZero, WeightZero = weightZero };
        var x = new sbyte[g.InputExtent];
        var w = new sbyte[WeightLayout.DepthwiseBytes(Channels, 3, 3)];
        Array.Fill(x, (sbyte)value);
        Array.Fill(w, (sbyte)weight);
        AssertLevelsAgree(g, x, w);
        var acc = new int[g.AccumulatorExtent];
        ConvolutionKernel.Depthwise(g, x, w, acc, false);
        // The middle pixel of the middle row has all nine taps.
        Assert.Equal(9 * (value - inputZero) * (weight - weightZero), acc[(g.OutCols + 20) * Channels]);
    }

    private static PassGeometry Geometry(int height, int width, int channels, int stride, int dilation, int columns) => new(
        height, width, channels, InRowPitch: width * channels, InPixelPitch: channels, KernelHeight: 3, KernelWidth: 3, stride, stride,
        dilation, dilation, PadTop: 1, PadLeft: 1, OutRows: 3, OutCols: columns, channels, OutPixelPitch: channels, InputZero: 0, WeightZero: 0);

    private static void AssertLevelsAgree(in PassGeometry g, sbyte[] x, sbyte[] w)
    {
        var expected = new int[g.AccumulatorExtent];
        ConvolutionKernel.Depthwise(SimdLevel.Scalar, g, x, w, expected, false);
        foreach (var level in Samples.VectorLevels)
        {
            var actual = new int[expected.Length];
            ConvolutionKernel.Depthwise(level, g, x, w, actual, false);
            Assert.True(expected.AsSpan().SequenceEqual(actual), $"{level} {g}");
        }
    }
}
