using FsCheck.Xunit;
using NpuSim.Kernels;
using Xunit;

namespace NpuSim.Tests.Kernels;

public sealed class FormatKernelTests
{
    private static readonly ArrayFormat[] Formats = [ArrayFormat.Int4, ArrayFormat.Log2, ArrayFormat.Int16, ArrayFormat.Bf16, ArrayFormat.Binary];

    [Property(MaxTest = 60)]
    public void Scalar_passes_follow_the_formula(int seed)
    {
        foreach (var format in Formats)
        {
            foreach (bool depthwise in (bool[])[false, true]) Follows(FormatCase.Random(format, seed, depthwise), accumulate: (seed & 1) == 0);
        }
    }

    [Property(MaxTest = 150)]
    public void Every_level_equals_the_scalar(int seed)
    {
        foreach (var format in Formats)
        {
            foreach (bool depthwise in (bool[])[false, true])
            {
                var pass = FormatCase.Random(format, seed, depthwise);
                byte[] expected = pass.Run(SimdLevel.Scalar, accumulate: (seed & 1) == 0);
                foreach (var level in Samples.VectorLevels)
                    Assert.True(expected.AsSpan().SequenceEqual(pass.Run(level, (seed & 1) == 0)), $"{format} {level} depthwise {depthwise} {pass.Geometry}");
            }
        }
    }

    [Theory]
    [InlineData(ArrayFormat.Int4)]
    [InlineData(ArrayFormat.Log2)]
    [InlineData(ArrayFormat.Int16)]
    [InlineData(ArrayFormat.Bf16)]
    [InlineData(ArrayFormat.Binary)]
    public void Products_of_every_depth_up_to_three_vectors_equal_the_scalar(ArrayFormat format)
    {
        var random = new Random(3);
        int most = format == ArrayFormat.Binary ? (32 * 32) + 33 : (3 * 64) + 1;
        for (int depth = 1; depth <= most; depth += format == ArrayFormat.Binary ? 13 : 1)
        {
            const int Rows = 7, Columns = 19;
            int pitch = (int)format.PixelBytes(depth);
            byte[] a = new byte[Rows * pitch], w = new byte[format.DenseBytes(Columns, 1, 1, depth)];
            random.NextBytes(a);
            random.NextBytes(w);
            byte[] Run(SimdLevel level)
            {
                byte[] acc = new byte[4 * Rows * Columns];
                FormatKernel.Multiply(level, format, Rows, Columns, depth, pitch, a, w, acc, Columns, 0, 0, accumulate: false);
                return acc;
            }

            byte[] expected = Run(SimdLevel.Scalar);
            foreach (var level in Samples.VectorLevels) Assert.True(expected.AsSpan().SequenceEqual(Run(level)), $"{format} {level} depth {depth}");
        }
    }

    [Fact]
    public void Zero_points_and_pitches_that_a_format_does_not_have_are_refused()
    {
        var g = FormatCase.Random(ArrayFormat.Int16, 1, depthwise: false).Geometry;
        Assert.Contains("zero points", Refusal(ArrayFormat.Int16, g with { InputZero = 1 }), StringComparison.Ordinal);
        Assert.Contains("zero points", Refusal(ArrayFormat.Binary, g with { WeightZero = 1 }), StringComparison.Ordinal);
        Assert.Contains("weight zero point", Refusal(ArrayFormat.Int4, g with { WeightZero = 8 }), StringComparison.Ordinal);
        Assert.Contains("even", Refusal(ArrayFormat.Bf16, g with { InPixelPitch = g.InPixelPitch + 1 }), StringComparison.Ordinal);
        string Refusal(ArrayFormat format, PassGeometry geometry) =>
            Assert.Throws<ArgumentException>(() => FormatKernel.Dense(format, geometry, new byte[100_000], new byte[100_000], new byte[100_000], false)).Message;
    }

    [Property(MaxTest = 20)]
    public void An_operand_that_is_a_byte_short_is_refused(int seed)
    {
        foreach (var format in Formats)
        {
            var pass = FormatCase.Random(format, seed, depthwise: false);
            var g = pass.Geometry;
            Assert.Throws<ArgumentException>(() => FormatKernel.Dense(format, g, pass.Input.AsSpan(1), pass.Weights, pass.Accumulators, false));
            Assert.Throws<ArgumentException>(() => FormatKernel.Dense(format, g, pass.Input, pass.Weights.AsSpan(1), pass.Accumulators, false));
            Assert.Throws<ArgumentException>(() => FormatKernel.Dense(format, g, pass.Input, pass.Weights, pass.Accumulators.AsSpan(1), false));
        }
    }

    private static void Follows(FormatCase pass, bool accumulate)
    {
        var g = pass.Geometry;
        byte[] actual = pass.Run(SimdLevel.Scalar, accumulate);
        for (int pixel = 0; pixel < g.OutRows * g.OutCols; pixel++)
        {
            for (int k = 0; k < g.OutChannels; k++)
            {
                int at = 4 * ((pixel * g.OutPixelPitch) + k);
                if (pass.Format == ArrayFormat.Bf16)
                {
                    float expected = (float)pass.Expected(pixel, k, accumulate ? BitConverter.ToSingle(pass.Accumulators, at) : 0);
                    Assert.Equal(expected, BitConverter.ToSingle(actual, at));
                    continue;
                }

                double sum = pass.Expected(pixel, k, accumulate ? BitConverter.ToInt32(pass.Accumulators, at) : 0);
                Assert.Equal(unchecked((int)(long)sum), BitConverter.ToInt32(actual, at));
            }
        }
    }
}
