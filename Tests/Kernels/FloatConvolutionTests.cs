using System.Runtime.InteropServices;
using FsCheck.Xunit;
using NpuSim.Kernels;
using Xunit;

namespace NpuSim.Tests.Kernels;

public sealed class FloatConvolutionTests
{
    [Property(MaxTest = 200)]
    public void Every_level_of_dense_convolution_follows_the_formula_in_its_order(int seed)
    {
        var random = new Random(seed);
        int groups = random.Next(4) == 0 ? random.Next(2, 4) : 1;
        var g = Geometry(random, random.Next(1, 20) * groups, random.Next(1, 40 / groups) * groups) with { Groups = groups };
        int depth = g.InChannels / groups;
        var x = Samples.Activations(random, g.InHeight * g.InWidth * g.InChannels);
        var w = Samples.Activations(random, g.OutChannels * g.KernelHeight * g.KernelWidth * depth);
        float[] bias = random.Next(2) == 0 ? [] : Samples.Activations(random, g.OutChannels);
        var expected = new float[g.OutRows * g.OutCols * g.OutChannels];
        for (int i = 0; i < expected.Length; i++)
        {
            int k = i % g.OutChannels, pixel = i / g.OutChannels;
            expected[i] = bias.Length == 0 ? 0 : bias[k];
            for (int j = 0; j < g.KernelHeight * g.KernelWidth * depth; j++)
            {
                int tap = j / depth;
                float value = At(g, x, pixel, tap, k / (g.OutChannels / groups) * depth + j % depth);
                expected[i] = MathF.FusedMultiplyAdd(value, w[k * g.KernelHeight * g.KernelWidth * depth + j], expected[i]);
            }
        }

        foreach (var level in Simd.Supported)
        {
            var actual = new float[expected.Length];
            FloatConvolutionKernel.Dense(level, g, x, w, bias, actual);
            AssertSameBits(expected, actual, level);
        }
    }

    [Property(MaxTest = 200)]
    public void Every_level_of_depthwise_convolution_follows_the_formula_in_its_order(int seed)
    {
        var random = new Random(seed);
        int channels = random.Next(1, 40), multiplier = random.Next(3) == 0 ? random.Next(2, 4) : 1;
        var g = Geometry(random, channels, channels * multiplier);
        var x = Samples.Activations(random, g.InHeight * g.InWidth * channels);
        var w = Samples.Activations(random, g.KernelHeight * g.KernelWidth * g.OutChannels);
        float[] bias = random.Next(2) == 0 ? [] : Samples.Activations(random, g.OutChannels);
        var expected = new float[g.OutRows * g.OutCols * g.OutChannels];
        for (int i = 0; i < expected.Length; i++)
        {
            int k = i % g.OutChannels;
            expected[i] = bias.Length == 0 ? 0 : bias[k];
            for (int tap = 0; tap < g.KernelHeight * g.KernelWidth; tap++)
                expected[i] = MathF.FusedMultiplyAdd(At(g, x, i / g.OutChannels, tap, k / multiplier), w[tap * g.OutChannels + k],
                    expected[i]);
        }

        foreach (var level in Simd.Supported)
        {
            var actual = new float[expected.Length];
            FloatConvolutionKernel.Depthwise(level, g, x, w, bias, actual);
            AssertSameBits(expected, actual, level);
        }
    }

    [Property(MaxTest = 200)]
    public void Every_level_multiplies_matrices_in_ascending_order(int seed)
    {
        var random = new Random(seed);
        int rows = random.Next(0, 20), columns = random.Next(0, 80), depth = random.Next(0, 50);
        bool transposed = random.Next(2) == 0;
        var a = Samples.Activations(random, rows * depth);
        var b = Samples.Activations(random, columns * depth);
        float[] bias = random.Next(2) == 0 ? [] : Samples.Activations(random, columns);
        var expected = new float[rows * columns];
        for (int i = 0; i < expected.Length; i++)
        {
            var (m, n) = (i / columns, i % columns);
            expected[i] = bias.Length == 0 ? 0 : bias[n];
            for (int k = 0; k < depth; k++)
                expected[i] = MathF.FusedMultiplyAdd(a[m * depth + k], transposed ? b[n * depth + k] : b[k * columns + n], expected[i]);
        }

        foreach (var level in Simd.Supported)
        {
            var actual = new float[expected.Length];
            FloatMatrixKernel.Multiply(level, rows, columns, depth, a, b, transposed, bias, actual);
            AssertSameBits(expected, actual, level);
        }
    }

    [Fact]
    public void A_plane_of_several_bands_equals_the_scalar()
    {
        var random = new Random(3);
        var g = new FloatConvolutionGeometry(60, 70, 40, 3, 3, 1, 1, 1, 1, 1, 1, 60, 70, 33);
        var x = Samples.Activations(random, 60 * 70 * 40);
        var w = Samples.Activations(random, 33 * 9 * 40);
        var expected = new float[60 * 70 * 33];
        FloatConvolutionKernel.Dense(SimdLevel.Scalar, g, x, w, [], expected);
        foreach (var level in Samples.VectorLevels)
        {
            var actual = new float[expected.Length];
            FloatConvolutionKernel.Dense(level, g, x, w, [], actual);
            AssertSameBits(expected, actual, level);
        }
    }

    [Fact]
    public void Spans_too_short_for_the_geometry_are_refused()
    {
        var g = new FloatConvolutionGeometry(4, 4, 2, 3, 3, 1, 1, 1, 1, 1, 1, 4, 4, 3);
        Assert.Throws<ArgumentException>(() => FloatConvolutionKernel.Dense(g, new float[31], new float[54], [], new float[48]));
        Assert.Throws<ArgumentException>(() => FloatConvolutionKernel.Dense(g, new float[32], new float[53], [], new float[48]));
        Assert.Throws<ArgumentException>(() => FloatConvolutionKernel.Dense(g, new float[32], new float[54], new float[2], new float[48]));
        Assert.Throws<ArgumentException>(() =>
            FloatConvolutionKernel.Dense(g with { Groups = 2 }, new float[32], new float[54], [], new float[48]));
        Assert.Throws<ArgumentException>(() => FloatMatrixKernel.Multiply(2, 2, 2, new float[3], new float[4], true, [], new float[4]));
    }

    private static FloatConvolutionGeometry Geometry(Random random, int channels, int outChannels) => new(
        random.Next(1, 9), random.Next(1, 9), channels, random.Next(1, 4), random.Next(1, 4), random.Next(1, 4), random.Next(1, 4),
        random.Next(1, 3), random.Next(1, 3), random.Next(-2, 4), random.Next(-2, 4), random.Next(1, 5), random.Next(1, 10), outChannels);

    private static float At(FloatConvolutionGeometry g, float[] x, int pixel, int tap, int channel)
    {
        int iy = pixel / g.OutCols * g.StrideY - g.PadTop + tap / g.KernelWidth * g.DilationY;
        int ix = pixel % g.OutCols * g.StrideX - g.PadLeft + tap % g.KernelWidth * g.DilationX;
        return iy < 0 || iy >= g.InHeight || ix < 0 || ix >= g.InWidth ? 0f : x[(iy * g.InWidth + ix) * g.InChannels + channel];
    }

    private static void AssertSameBits(float[] expected, float[] actual, SimdLevel level) =>
        Assert.True(MemoryMarshal.Cast<float, int>(expected).SequenceEqual(MemoryMarshal.Cast<float, int>(actual)), $"{level}");
}
