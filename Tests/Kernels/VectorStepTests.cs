using System.Runtime.InteropServices;
using FsCheck.Xunit;
using NpuSim.Kernels;
using Xunit;

namespace NpuSim.Tests.Kernels;

public sealed class VectorStepTests
{
    [Property(MaxTest = 200)]
    public void Integer_reductions_fold_either_axis(int seed)
    {
        var random = new Random(seed);
        int rows = random.Next(1, 6), columns = random.Next(1, 40), pitch = columns + random.Next(3), shift = random.Next(0, 32);
        var bytes = Samples.Bytes(random, rows * pitch);
        var integers = Samples.Integers(random, rows * pitch);
        foreach (var axis in Enum.GetValues<FoldAxis>())
        {
            int results = axis == FoldAxis.Columns ? rows : columns;
            var (sums, maxima, shifted, largest) = (new int[results], new sbyte[results], new int[results], new int[results]);
            ReduceKernel.SumInt8(rows, columns, bytes, pitch, sums, axis);
            ReduceKernel.MaxInt8(rows, columns, bytes, pitch, maxima, axis);
            ReduceKernel.SumInt32(rows, columns, integers, pitch, shifted, axis, shift);
            ReduceKernel.MaxInt32(rows, columns, integers, pitch, largest, axis);
            for (int i = 0; i < results; i++)
            {
                var places = Places(i, rows, columns, pitch, axis);
                Assert.Equal(places.Sum(p => (int)bytes[p]), sums[i]);
                Assert.Equal(places.Max(p => bytes[p]), maxima[i]);
                Assert.Equal(places.Aggregate(0, (sum, p) =>
                    unchecked(sum + FixedPoint.RoundingDivideByPowerOfTwo(integers[p], shift))), shifted[i]);
                Assert.Equal(places.Max(p => integers[p]), largest[i]);
            }
        }
    }

    [Property(MaxTest = 200)]
    public void Float_sums_take_sixteen_interleaved_partial_sums(int seed)
    {
        var random = new Random(seed);
        int rows = random.Next(1, 60), columns = random.Next(1, 60), pitch = columns + random.Next(3);
        var a = Samples.Activations(random, rows * pitch);
        foreach (var axis in Enum.GetValues<FoldAxis>())
        {
            int results = axis == FoldAxis.Columns ? rows : columns;
            var (sums, maxima) = (new float[results], new float[results]);
            ReduceKernel.SumFloat32(rows, columns, a, pitch, sums, axis);
            ReduceKernel.MaxFloat32(rows, columns, a, pitch, maxima, axis);
            for (int i = 0; i < results; i++)
            {
                var values = Places(i, rows, columns, pitch, axis).Select(p => a[p]).ToArray();
                Assert.Equal(BitConverter.SingleToInt32Bits(Interleaved(values)), BitConverter.SingleToInt32Bits(sums[i]));
                Assert.Equal(values.Max(), maxima[i]);
            }
        }
    }

    [Property(MaxTest = 100)]
    public void The_fixed_point_softmax_is_within_a_step_of_the_real_one(int seed)
    {
        var random = new Random(seed);
        int rows = random.Next(1, 4), columns = random.Next(1, 60);
        float scale = random.NextSingle() * 0.3f + 0.01f;
        var x = Samples.Bytes(random, rows * columns);
        var actual = FixedSoftmax(rows, columns, x, scale);
        for (int r = 0; r < rows; r++)
        {
            var row = x.AsSpan(r * columns, columns).ToArray();
            double sum = row.Sum(value => Math.Exp((value - row.Max()) * (double)scale));
            for (int c = 0; c < columns; c++)
            {
                double expected = Math.Min(256 * Math.Exp((row[c] - row.Max()) * (double)scale) / sum - 128, 127);
                Assert.InRange(actual[r * columns + c] - expected, -1.0, 1.0);
            }
        }
    }

    [Property(MaxTest = 200)]
    public void Float_steps_follow_their_formulas(int seed)
    {
        var random = new Random(seed);
        int rows = random.Next(1, 4), columns = random.Next(1, 40), pitch = columns + random.Next(3), pitchOut = columns + random.Next(3);
        var a = Samples.Floats(random, rows * pitch);
        var b = Samples.Activations(random, rows);
        var bytes = Samples.Bytes(random, rows * pitch);
        QuantParameters p = new(random.Next(-128, 128), 0, 0, random.NextSingle() + 0.001f);
        var (exp, reciprocal, root, real, quantised) = (new float[rows * pitchOut], new float[rows * pitchOut], new float[rows * pitchOut],
            new float[rows * pitchOut], new sbyte[rows * pitchOut]);
        FloatKernel.Exp(rows, columns, a, pitch, b, exp, pitchOut);
        FloatKernel.Reciprocal(rows, columns, a, pitch, reciprocal, pitchOut);
        FloatKernel.ReciprocalSquareRoot(rows, columns, a, pitch, root, pitchOut, 1e-5f);
        FloatKernel.Quantise(rows, columns, a, pitch, quantised, pitchOut, p, -120, 100);
        FloatKernel.Dequantise(rows, columns, bytes, pitch, real, pitchOut, p);
        for (int i = 0; i < rows * columns; i++)
        {
            int from = i / columns * pitch + i % columns, to = i / columns * pitchOut + i % columns;
            Assert.Equal(FloatFunctions.Exp(a[from] - b[i / columns]), exp[to]);
            Assert.Equal(1f / a[from], reciprocal[to]);
            Assert.Equal(1f / MathF.Sqrt(a[from] + 1e-5f), root[to]);
            Assert.Equal((bytes[from] - p.Zero) * p.Scale, real[to]);
            double steps = Math.Clamp((double)(a[from] / p.Scale), -120 - p.Zero, 100 - p.Zero);
            Assert.Equal(Math.Round(steps, MidpointRounding.ToEven) + p.Zero, quantised[to]);
        }
    }

    [Fact]
    public void Every_level_of_the_float_steps_equals_the_scalar()
    {
        var random = new Random(21);
        for (int columns = 0; columns <= 3 * 16 + 1; columns++)
        {
            var a = Samples.Floats(random, columns);
            for (int i = 0; i < columns; i += 5) a[i] = float.NaN;
            for (int i = 1; i < columns; i += 3) a[i] = random.NextSingle() * 190 - 95;
            var bytes = Samples.Bytes(random, columns);
            QuantParameters p = new(random.Next(-128, 128), 0, 0, random.NextSingle() + 0.001f);
            var (exp, real, quantised) = Steps(SimdLevel.Scalar, a, bytes, p);
            foreach (var level in Samples.VectorLevels)
            {
                var (otherExp, otherReal, otherQuantised) = Steps(level, a, bytes, p);
                Assert.True(MemoryMarshal.AsBytes(exp.AsSpan()).SequenceEqual(MemoryMarshal.AsBytes(otherExp.AsSpan())), $"{level}");
                Assert.True(MemoryMarshal.AsBytes(real.AsSpan()).SequenceEqual(MemoryMarshal.AsBytes(otherReal.AsSpan())), $"{level}");
                Assert.Equal(quantised, otherQuantised);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Transposing_swaps_rows_and_columns(int size)
    {
        var random = new Random(4);
        var a = MemoryMarshal.AsBytes(Samples.Bytes(random, 7 * 50 * size).AsSpan()).ToArray();
        var output = new byte[9 * 40 * size];
        TransposeKernel.Apply(5, 9, size, a, 50 * size, output, 40 * size);
        for (int i = 0; i < 5 * 9 * size; i++)
        {
            var (r, c, part) = (i / size / 9, i / size % 9, i % size);
            Assert.Equal(a[r * 50 * size + c * size + part], output[c * 40 * size + r * size + part]);
        }

        Assert.Throws<ArgumentException>(() => TransposeKernel.Apply(1, 1, 2, a, 2, output, 2));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Resizing_takes_the_nearest_pixel(bool halfPixel)
    {
        var random = new Random(8);
        var x = Samples.Bytes(random, 5 * 7 * 4);
        var output = new sbyte[8 * 3 * 5];
        ResizeKernel.Nearest(5, 7, 8, 3, 3, x, 4, output, 5, halfPixel);
        for (int i = 0; i < 8 * 3 * 3; i++)
        {
            var (oy, ox, c) = (i / 9, i / 3 % 3, i % 3);
            double offset = halfPixel ? 0.5 : 0;
            int iy = (int)Math.Floor((oy + offset) * 5 / 8 + 1e-9), ix = (int)Math.Floor((ox + offset) * 7 / 3 + 1e-9);
            Assert.Equal(x[(iy * 7 + ix) * 4 + c], output[(oy * 3 + ox) * 5 + c]);
        }
    }

    private static (float[] Exp, float[] Real, sbyte[] Quantised) Steps(SimdLevel level, float[] a, sbyte[] bytes, QuantParameters p)
    {
        var (exp, real, quantised) = (new float[a.Length], new float[a.Length], new sbyte[a.Length]);
        FloatKernel.Exp(level, 1, a.Length, a, 0, [0.25f], exp, 0);
        FloatKernel.Dequantise(level, 1, a.Length, bytes, 0, real, 0, p);
        FloatKernel.Quantise(level, 1, a.Length, a, 0, quantised, 0, p, -128, 127);
        return (exp, real, quantised);
    }

    private static sbyte[] FixedSoftmax(int rows, int columns, sbyte[] x, float scale)
    {
        var (multiplier, shift) = FixedPoint.FromReal(Math.Min((double)scale * (1 << 26), int.MaxValue));
        int smallest = -(int)Math.Floor(31.0 * (1 << 26) / Math.Pow(2, shift));
        var (max, exp, sums, reciprocals, output) = (new sbyte[rows], new int[rows * columns], new int[rows], new int[2 * rows],
            new sbyte[rows * columns]);
        ReduceKernel.MaxInt8(rows, columns, x, columns, max, FoldAxis.Columns);
        SoftmaxKernel.ExpFixed(rows, columns, x, columns, max, exp, columns, smallest, multiplier, shift);
        ReduceKernel.SumInt32(rows, columns, exp, columns, sums, FoldAxis.Columns, 12);
        SoftmaxKernel.ReciprocalFixed(sums, reciprocals);
        SoftmaxKernel.NormaliseFixed(rows, columns, exp, columns, reciprocals, output, columns, -128, -128, 127);
        return output;
    }

    private static int[] Places(int result, int rows, int columns, int pitch, FoldAxis axis) => axis == FoldAxis.Columns
        ? Enumerable.Range(0, columns).Select(c => result * pitch + c).ToArray()
        : Enumerable.Range(0, rows).Select(r => r * pitch + result).ToArray();

    private static float Interleaved(float[] values)
    {
        var partial = new float[16];
        for (int i = 0; i < values.Length; i++) partial[i % 16] += values[i];
        for (int half = 8; half > 0; half /= 2)
        {
            for (int i = 0; i < half; i++) partial[i] += partial[i + half];
        }

        return partial[0];
    }
}
