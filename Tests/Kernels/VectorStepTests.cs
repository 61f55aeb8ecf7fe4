using System.Runtime.InteropServices;
using FsCheck.Xunit;
using NpuSim.Kernels;
using Xunit;

namespace NpuSim.Tests.Kernels;

public sealed class VectorStepTests
{
    [Property(MaxTest = 60)]
    public void Integer_reductions_fold_either_axis_at_every_level(int seed)
    {
        var random = new Random(seed);
        int rows = random.Next(1, 6), columns = random.Next(1, 3 * 64 + 2), pitch = columns + random.Next(3), shift = random.Next(0, 32);
        var bytes = Samples.Bytes(random, rows * pitch);
        var integers = Samples.Integers(random, rows * pitch);
        foreach (var axis in Enum.GetValues<FoldAxis>())
        {
            int results = axis == FoldAxis.Columns ? rows : columns;
            var places = Enumerable.Range(0, results).Select(i => Places(i, rows, columns, pitch, axis)).ToArray();
            int[] expectedSums = [.. places.Select(p => p.Sum(i => (int)bytes[i]))];
            int[] expectedMaxima = [.. places.Select(p => (int)p.Max(i => bytes[i]))];
            int[] expectedShifted = [.. places.Select(p => p.Aggregate(0, (sum, i) =>
                unchecked(sum + FixedPoint.RoundingDivideByPowerOfTwo(integers[i], shift))))];
            int[] expectedLargest = [.. places.Select(p => p.Max(i => integers[i]))];
            foreach (var level in Simd.Supported)
            {
                var (sums, maxima, shifted, largest) = (new int[results], new sbyte[results], new int[results], new int[results]);
                ReduceKernel.SumInt8(level, rows, columns, bytes, pitch, sums, axis);
                ReduceKernel.MaxInt8(level, rows, columns, bytes, pitch, maxima, axis);
                ReduceKernel.SumInt32(level, rows, columns, integers, pitch, shifted, axis, shift);
                ReduceKernel.MaxInt32(level, rows, columns, integers, pitch, largest, axis);
                Assert.Equal(expectedSums, sums);
                Assert.Equal(expectedMaxima, maxima.Select(value => (int)value));
                Assert.Equal(expectedShifted, shifted);
                Assert.Equal(expectedLargest, largest);
            }
        }
    }

    [Property(MaxTest = 60)]
    public void Float_sums_take_sixteen_interleaved_partial_sums_at_every_level(int seed)
    {
        var random = new Random(seed);
        int rows = random.Next(1, 60), columns = random.Next(1, 100), pitch = columns + random.Next(3);
        var a = Samples.Activations(random, rows * pitch);
        foreach (var axis in Enum.GetValues<FoldAxis>())
        {
            int results = axis == FoldAxis.Columns ? rows : columns;
            var places = Enumerable.Range(0, results).Select(i => Places(i, rows, columns, pitch, axis));
            var values = places.Select(indices => indices.Select(p => a[p]).ToArray()).ToArray();
            foreach (var level in Simd.Supported)
            {
                var (sums, maxima) = (new float[results], new float[results]);
                ReduceKernel.SumFloat32(level, rows, columns, a, pitch, sums, axis);
                ReduceKernel.MaxFloat32(level, rows, columns, a, pitch, maxima, axis);
                var expected = values.Select(row => BitConverter.SingleToInt32Bits(Interleaved(row)));
                Assert.Equal(expected, sums.Select(BitConverter.SingleToInt32Bits));
                Assert.Equal(values.Select(row => row.Max()), maxima);
            }
        }
    }

    [Property(MaxTest = 60)]
    public void Clamps_and_the_normalisation_of_a_softmax_equal_the_scalar_at_every_level(int seed)
    {
        var random = new Random(seed);
        int rows = random.Next(1, 5), columns = random.Next(1, 3 * 64 + 2), gap = random.Next(3), zero = random.Next(-128, 128);
        var integers = Samples.Integers(random, rows * (columns + gap));
        var reciprocals = new int[2 * rows];
        for (int r = 0; r < rows; r++)
            (reciprocals[2 * r], reciprocals[2 * r + 1]) = (random.Next(1 << 30, int.MaxValue), random.Next(-22, 13));
        var normalised = new sbyte[integers.Length];
        Normalise(SimdLevel.Scalar, normalised);
        var (low, high) = ((float)random.Next(-300, 10), (float)random.Next(0, 300));
        var formats = Enum.GetValues<ElementFormat>();
        var operands = formats.Select(format => Operands(random, format, integers.Length)).ToArray();
        var clamped = formats.Select((format, i) => Clamped(SimdLevel.Scalar, format, operands[i])).ToArray();
        foreach (var level in Samples.VectorLevels)
        {
            var actual = new sbyte[integers.Length];
            Normalise(level, actual);
            Assert.Equal(normalised, actual);
            for (int i = 0; i < formats.Length; i++) Assert.Equal(clamped[i], Clamped(level, formats[i], operands[i]));
        }

        void Normalise(SimdLevel level, sbyte[] output) => SoftmaxKernel.NormaliseFixed(level, rows, columns, integers, columns + gap, reciprocals,
            output, columns + gap, zero, -100, 127);

        byte[] Clamped(SimdLevel level, ElementFormat format, byte[] a)
        {
            int size = format.SizeBytes(), pitch = (columns + gap) * size;
            var output = new byte[a.Length];
            ClampKernel.Apply(level, format, new TileGeometry(rows, columns, pitch, 0, pitch), a, output, low, high);
            return output;
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
        for (int columns = 0; columns <= 3 * 64 + 1; columns++)
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
    [InlineData(1, 5, 9)]
    [InlineData(4, 5, 9)]
    [InlineData(1, 8, 16)]
    [InlineData(1, 29, 100)]
    [InlineData(4, 29, 70)]
    [InlineData(1, 64, 1)]
    [InlineData(4, 1, 64)]
    public void Transposing_swaps_rows_and_columns_at_every_level(int size, int rows, int columns)
    {
        int pitchA = (columns + 3) * size, pitchOut = (rows + 2) * size;
        var a = MemoryMarshal.AsBytes(Samples.Bytes(new Random(4), rows * pitchA).AsSpan()).ToArray();
        foreach (var level in Simd.Supported)
        {
            var output = new byte[columns * pitchOut];
            TransposeKernel.Apply(level, rows, columns, size, a, pitchA, output, pitchOut);
            for (int i = 0; i < columns * pitchOut; i++)
            {
                var (c, r, part) = (i / pitchOut, i % pitchOut / size, i % size);
                Assert.Equal(r < rows ? a[r * pitchA + c * size + part] : 0, output[i]);
            }
        }
    }

    [Fact]
    public void Elements_of_two_bytes_cannot_be_transposed() =>
        Assert.Throws<ArgumentException>(() => TransposeKernel.Apply(1, 1, 2, new byte[2], 2, new byte[2], 2));

    [Theory]
    [InlineData(false, 5)]
    [InlineData(true, 5)]
    [InlineData(false, 3)]
    [InlineData(true, 3)]
    public void Resizing_takes_the_nearest_pixel(bool halfPixel, int pitch)
    {
        var random = new Random(8);
        var x = Samples.Bytes(random, 5 * 7 * 4);
        var output = new sbyte[8 * 3 * pitch];
        ResizeKernel.Nearest(5, 7, 8, 3, 3, x, 4, output, pitch, halfPixel);
        for (int i = 0; i < 8 * 3 * 3; i++)
        {
            var (oy, ox, c) = (i / 9, i / 3 % 3, i % 3);
            double offset = halfPixel ? 0.5 : 0;
            int iy = (int)Math.Floor((oy + offset) * 5 / 8 + 1e-9), ix = (int)Math.Floor((ox + offset) * 7 / 3 + 1e-9);
            Assert.Equal(x[(iy * 7 + ix) * 4 + c], output[(oy * 3 + ox) * pitch + c]);
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

    private static byte[] Operands(Random random, ElementFormat format, int elements) => format switch
    {
        ElementFormat.Int8Fixed or ElementFormat.Int8Float => MemoryMarshal.AsBytes(Samples.Bytes(random, elements).AsSpan()).ToArray(),
        ElementFormat.Int32 => MemoryMarshal.AsBytes(Samples.Integers(random, elements).AsSpan()).ToArray(),
        ElementFormat.Float32 => MemoryMarshal.AsBytes(WithNoNumbers(Samples.Floats(random, elements)).AsSpan()).ToArray(),
    };

    private static float[] WithNoNumbers(float[] values)
    {
        for (int i = 0; i < values.Length; i += 7) values[i] = float.NaN;
        return values;
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
