using FsCheck.Xunit;
using NpuSim.Isa.Instructions;
using NpuSim.Kernels;
using Xunit;

namespace NpuSim.Tests.Kernels;

public sealed class ConvolutionTests
{
    [Property(MaxTest = 150)]
    public void Scalar_dense_convolution_follows_the_formula(int seed)
    {
        var pass = PassCase.Dense(seed);
        var g = pass.Geometry;
        foreach (bool accumulate in new[] { false, true })
        {
            int[] actual = RunDense(SimdLevel.Scalar, pass, accumulate);
            for (int i = 0; i < g.OutRows * g.OutCols * g.OutChannels; i++)
            {
                int oy = i / g.OutChannels / g.OutCols, ox = i / g.OutChannels % g.OutCols, k = i % g.OutChannels;
                int index = (oy * g.OutCols + ox) * g.OutPixelPitch + k;
                long expected = accumulate ? pass.Accumulators[index] : 0;
                for (int r = 0; r < g.KernelHeight; r++)
                {
                    for (int s = 0; s < g.KernelWidth; s++) expected += Tap(pass, oy, ox, k, r, s);
                }

                Assert.Equal(unchecked((int)expected), actual[index]);
            }
        }
    }

    [Property(MaxTest = 400)]
    public void Every_level_of_dense_convolution_equals_the_scalar(int seed)
    {
        var pass = PassCase.Dense(seed);
        foreach (bool accumulate in new[] { false, true })
        {
            int[] expected = RunDense(SimdLevel.Scalar, pass, accumulate);
            foreach (var level in Samples.VectorLevels)
                Assert.True(expected.AsSpan().SequenceEqual(RunDense(level, pass, accumulate)), $"{level} {pass.Geometry}");
        }
    }

    [Property(MaxTest = 200)]
    public void Every_level_of_dense_convolution_of_few_pixels_equals_the_scalar(int seed)
    {
        var pass = PassCase.FewPixels(seed);
        foreach (bool accumulate in new[] { false, true })
        {
            int[] expected = RunDense(SimdLevel.Scalar, pass, accumulate);
            foreach (var level in Samples.VectorLevels)
                Assert.True(expected.AsSpan().SequenceEqual(RunDense(level, pass, accumulate, padding: 77)), $"{level} {pass.Geometry}");
        }
    }

    [Property(MaxTest = 150)]
    public void Scalar_depthwise_convolution_follows_the_formula(int seed)
    {
        var pass = PassCase.Depthwise(seed);
        var g = pass.Geometry;
        int[] actual = RunDepthwise(SimdLevel.Scalar, pass, true);
        for (int i = 0; i < g.OutRows * g.OutCols * g.OutChannels; i++)
        {
            int oy = i / g.OutChannels / g.OutCols, ox = i / g.OutChannels % g.OutCols, k = i % g.OutChannels;
            int index = (oy * g.OutCols + ox) * g.OutPixelPitch + k;
            long expected = pass.Accumulators[index];
            for (int tap = 0; tap < g.KernelHeight * g.KernelWidth; tap++)
            {
                int iy = oy * g.StrideY - g.PadTop + tap / g.KernelWidth * g.DilationY;
                int ix = ox * g.StrideX - g.PadLeft + tap % g.KernelWidth * g.DilationX;
                if (iy < 0 || iy >= g.InHeight || ix < 0 || ix >= g.InWidth) continue;
                int x = pass.Input[iy * g.InRowPitch + ix * g.InPixelPitch + k / g.ChannelMultiplier];
                expected += (x - g.InputZero) * (pass.Kernels[tap * g.OutChannels + k] - g.WeightZero);
            }

            Assert.Equal(unchecked((int)expected), actual[index]);
        }
    }

    [Property(MaxTest = 400)]
    public void Every_level_of_depthwise_convolution_equals_the_scalar(int seed)
    {
        var pass = PassCase.Depthwise(seed);
        foreach (bool accumulate in new[] { false, true })
        {
            int[] expected = RunDepthwise(SimdLevel.Scalar, pass, accumulate);
            foreach (var level in Samples.VectorLevels)
                Assert.True(expected.AsSpan().SequenceEqual(RunDepthwise(level, pass, accumulate)), $"{level} {pass.Geometry}");
        }
    }

    [Property(MaxTest = 400)]
    public void Every_level_of_depthwise_3x3_convolution_equals_the_scalar(int seed)
    {
        var pass = PassCase.Depthwise3x3(seed);
        foreach (bool accumulate in new[] { false, true })
        {
            int[] expected = RunDepthwise(SimdLevel.Scalar, pass, accumulate);
            foreach (var level in Samples.VectorLevels)
                Assert.True(expected.AsSpan().SequenceEqual(RunDepthwise(level, pass, accumulate)), $"{level} {pass.Geometry}");
        }
    }

    [Property(MaxTest = 100)]
    public void What_pads_the_weights_is_never_used(int seed)
    {
        var pass = PassCase.Dense(seed);
        foreach (var level in Simd.Supported)
            Assert.Equal(RunDense(level, pass, false, padding: 0), RunDense(level, pass, false, padding: 77));
    }

    [Theory]
    [InlineData(32, 32, 64, 8, 3, 1)]
    [InlineData(40, 70, 24, 48, 3, 2)]
    [InlineData(3, 4000, 16, 20, 3, 1)]
    [InlineData(2, 3, 3000, 33, 3, 1)]
    public void A_plane_of_several_bands_equals_the_scalar(int height, int width, int channels, int outChannels, int kernel, int stride)
    {
        var random = new Random(5);
        var g = new PassGeometry(height, width, channels, width * channels, channels, kernel, kernel, stride, stride, 1, 1, 1, 1,
            (height - 1) / stride + 1, (width - 1) / stride + 1, outChannels, outChannels, -7, 0);
        var x = Samples.Bytes(random, (int)g.InputExtent);
        var w = Samples.Bytes(random, WeightLayout.DenseBytes(outChannels, kernel, kernel, channels));
        var expected = new int[g.AccumulatorExtent];
        ConvolutionKernel.Dense(SimdLevel.Scalar, g, x, w, expected, false);
        foreach (var level in Samples.VectorLevels)
        {
            var actual = new int[expected.Length];
            ConvolutionKernel.Dense(level, g, x, w, actual, false);
            Assert.True(expected.AsSpan().SequenceEqual(actual), $"{level}");
        }
    }

    [Fact]
    public void A_kernel_spread_over_thousands_of_rows_is_computed_without_a_copy_of_them()
    {
        var g = new PassGeometry(2, 2, 4, 8, 4, 60_000, 1, 1, 1, 255, 1, 255 * 30_000, 0, 2, 2, 3, 3, 1, 0);
        var random = new Random(9);
        var x = Samples.Bytes(random, 16);
        var w = Samples.Bytes(random, WeightLayout.DenseBytes(3, 60_000, 1, 4));
        foreach (var level in Simd.Supported)
        {
            var actual = new int[12];
            ConvolutionKernel.Dense(level, g, x, w, actual, false);
            int expected = 0;
            for (int c = 0; c < 4; c++) expected += (x[c] - 1) * w[30_000 * 64 + c];
            Assert.Equal(expected, actual[0]);
        }
    }

    [Fact]
    public void Spans_too_short_for_the_geometry_are_refused()
    {
        var g = new PassGeometry(4, 4, 8, 32, 8, 3, 3, 1, 1, 1, 1, 1, 1, 4, 4, 16, 16, 0, 0);
        var x = new sbyte[128];
        var w = new sbyte[WeightLayout.DenseBytes(16, 3, 3, 8)];
        var acc = new int[256];
        Assert.Contains("activations", Assert.Throws<ArgumentException>(() =>
            ConvolutionKernel.Dense(g, x.AsSpan(1), w, acc, false)).Message, StringComparison.Ordinal);
        Assert.Contains("weights", Assert.Throws<ArgumentException>(() =>
            ConvolutionKernel.Dense(g, x, w.AsSpan(1), acc, false)).Message, StringComparison.Ordinal);
        Assert.Contains("accumulators", Assert.Throws<ArgumentException>(() =>
            ConvolutionKernel.Dense(g, x, w, acc.AsSpan(1), false)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => ConvolutionKernel.Dense(g with { StrideX = 0 }, x, w, acc, false));
        Assert.Throws<ArgumentException>(() =>
            ConvolutionKernel.Dense(g with { KernelHeight = int.MaxValue, KernelWidth = int.MaxValue }, x, w, acc, false));
    }

    [Fact]
    public void The_layout_is_the_one_of_the_instruction_set()
    {
        Assert.Equal(ArrayOrder.OutputBlock, WeightLayout.OutputBlock);
        Assert.Equal(ArrayOrder.InputGroup, WeightLayout.InputGroup);
        Assert.Equal(ArrayOrder.DenseOffset(37, 22, 40), WeightLayout.DenseOffset(37, 22, 40));
        Assert.Equal(ArrayOrder.DenseBytes(37, 3, 2, 7), WeightLayout.DenseBytes(37, 3, 2, 7));
        Assert.Equal(ArrayOrder.DepthwiseBytes(37, 3, 2), WeightLayout.DepthwiseBytes(37, 3, 2));
        Assert.Equal(Requantise.ParameterBytes, RequantiseKernel.ParameterBytes);
    }

    private static long Tap(PassCase pass, int oy, int ox, int k, int r, int s)
    {
        var g = pass.Geometry;
        int iy = oy * g.StrideY - g.PadTop + r * g.DilationY;
        int ix = ox * g.StrideX - g.PadLeft + s * g.DilationX;
        if (iy < 0 || iy >= g.InHeight || ix < 0 || ix >= g.InWidth) return 0;
        long sum = 0;
        for (int c = 0; c < g.InChannels; c++)
        {
            int x = pass.Input[iy * g.InRowPitch + ix * g.InPixelPitch + c];
            int w = pass.Kernels[((k * g.KernelHeight + r) * g.KernelWidth + s) * g.InChannels + c];
            sum += (x - g.InputZero) * (w - g.WeightZero);
        }

        return sum;
    }

    private static int[] RunDense(SimdLevel level, PassCase pass, bool accumulate, sbyte? padding = null)
    {
        var g = pass.Geometry;
        var packed = new sbyte[WeightLayout.DenseBytes(g.OutChannels, g.KernelHeight, g.KernelWidth, g.InChannels)];
        WeightLayout.PackDense<sbyte>(pass.Kernels, g.OutChannels, g.KernelHeight, g.KernelWidth, g.InChannels, padding ?? (sbyte)g.WeightZero,
            packed);
        int[] acc = [.. pass.Accumulators];
        ConvolutionKernel.Dense(level, g, pass.Input, packed, acc, accumulate);
        return acc;
    }

    private static int[] RunDepthwise(SimdLevel level, PassCase pass, bool accumulate)
    {
        var g = pass.Geometry;
        var packed = new sbyte[WeightLayout.DepthwiseBytes(g.OutChannels, g.KernelHeight, g.KernelWidth)];
        WeightLayout.PackDepthwise<sbyte>(pass.Kernels, g.OutChannels, g.KernelHeight, g.KernelWidth, 55, packed);
        int[] acc = [.. pass.Accumulators];
        ConvolutionKernel.Depthwise(level, g, pass.Input, packed, acc, accumulate);
        return acc;
    }
}
