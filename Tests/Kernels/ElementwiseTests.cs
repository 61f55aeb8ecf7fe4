using System.Runtime.InteropServices;
using FsCheck.Xunit;
using NpuSim.Kernels;
using Xunit;

namespace NpuSim.Tests.Kernels;

public sealed class ElementwiseTests
{
    [Property(MaxTest = 150)]
    public void Every_level_and_format_equals_the_scalar(int seed)
    {
        var random = new Random(seed);
        foreach (var format in Enum.GetValues<ElementFormat>())
        {
            var tile = Tile(random, format, out int bytesA, out int bytesB, out int bytesOut);
            var (a, b) = (Operands(random, format, bytesA), Operands(random, format, bytesB));
            var quantisation = Quantisation(random);
            foreach (var operation in Enum.GetValues<ElementwiseOperation>())
            {
                var expected = new byte[bytesOut];
                ElementwiseKernel.Apply(SimdLevel.Scalar, operation, format, tile, a, b, expected, quantisation);
                foreach (var level in Samples.VectorLevels)
                {
                    var actual = new byte[bytesOut];
                    ElementwiseKernel.Apply(level, operation, format, tile, a, b, actual, quantisation);
                    Assert.True(expected.AsSpan().SequenceEqual(actual), $"{level} {operation} {format} {tile}");
                }
            }
        }
    }

    [Property(MaxTest = 200)]
    public void Fixed_point_sums_follow_the_formula(int seed)
    {
        var random = new Random(seed);
        var q = Quantisation(random);
        var (a, b) = (Samples.Bytes(random, 40), Samples.Bytes(random, 40));
        var sum = Int8(ElementwiseOperation.Add, ElementFormat.Int8Fixed, a, b, q);
        var difference = Int8(ElementwiseOperation.Subtract, ElementFormat.Int8Fixed, a, b, q);
        var product = Int8(ElementwiseOperation.Multiply, ElementFormat.Int8Fixed, a, b, q);
        for (int i = 0; i < a.Length; i++)
        {
            int left = FixedPoint.MultiplyDouble((a[i] - q.A.Zero) * (1 << 20), q.A.Multiplier, q.A.Shift);
            int right = FixedPoint.MultiplyDouble((b[i] - q.B.Zero) * (1 << 20), q.B.Multiplier, q.B.Shift);
            Assert.Equal(Result(unchecked(left + right)), sum[i]);
            Assert.Equal(Result(unchecked(left - right)), difference[i]);
            Assert.Equal(Result((a[i] - q.A.Zero) * (b[i] - q.B.Zero)), product[i]);
        }

        int Result(int value) =>
            Math.Min(Math.Max(unchecked(FixedPoint.MultiplyDouble(value, q.Out.Multiplier, q.Out.Shift) + q.Out.Zero), q.ClampMin),
                q.ClampMax);
    }

    [Property(MaxTest = 200)]
    public void Float_operations_follow_the_formula_on_dequantised_values(int seed)
    {
        var random = new Random(seed);
        var q = Quantisation(random);
        var (a, b) = (Samples.Bytes(random, 40), Samples.Bytes(random, 40));
        var sum = Int8(ElementwiseOperation.Add, ElementFormat.Int8Float, a, b, q);
        var product = Int8(ElementwiseOperation.Multiply, ElementFormat.Int8Float, a, b, q);
        for (int i = 0; i < a.Length; i++)
        {
            float left = (a[i] - q.A.Zero) * q.A.Scale;
            float right = (b[i] - q.B.Zero) * q.B.Scale;
            Assert.Equal(Result(left + right), sum[i]);
            Assert.Equal(Result(left * right), product[i]);
        }

        double Result(float value) =>
            Math.Min(Math.Max(Math.Round((double)(value / q.Out.Scale), MidpointRounding.ToEven) + q.Out.Zero, q.ClampMin), q.ClampMax);
    }

    [Fact]
    public void A_real_sum_is_recovered_within_a_step()
    {
        // Scales 0.1 and 0.05 into 0.08, as TFLite prepares them.
        double twice = 2 * 0.1;
        var (ma, sa) = FixedPoint.FromReal(0.1 / twice);
        var (mb, sb) = FixedPoint.FromReal(0.05 / twice);
        var (mo, so) = FixedPoint.FromReal(twice / ((1 << 20) * 0.08));
        var q = new ElementwiseQuantisation(new(-5, ma, sa, 0.1f), new(7, mb, sb, 0.05f), new(3, mo, so, 0.08f), -128, 127);
        for (int a = -128; a < 128; a += 3)
        {
            for (int b = -128; b < 128; b += 5)
            {
                double real = Math.Clamp(((a + 5) * 0.1 + (b - 7) * 0.05) / 0.08 + 3, -128, 127);
                sbyte actual = Int8(ElementwiseOperation.Add, ElementFormat.Int8Fixed, [(sbyte)a], [(sbyte)b], q)[0];
                Assert.InRange(actual - real, -0.5001, 0.5001);
            }
        }
    }

    [Property(MaxTest = 8)]
    public void Every_level_agrees_on_all_pairs_of_int8_at_any_scales(int seed)
    {
        var random = new Random(seed);
        double Scale() => Math.Pow(10, -3 * random.NextDouble());
        Every_level_agrees_on_all_pairs_of_int8(Scale(), Scale(), Scale());
    }

    [Theory]
    [InlineData(0.02, 0.03, 0.05)]
    [InlineData(0.1, 0.1, 0.1)]
    [InlineData(0.1, 0.1, 0.2)]
    [InlineData(0.05, 0.025, 0.075)]
    [InlineData(0.3, 0.00001, 0.25)]
    [InlineData(0.0478, 0.0213, 0.0371)]
    public void Every_level_agrees_on_all_pairs_of_int8(double scaleA, double scaleB, double scaleOut)
    {
        var a = Enumerable.Range(0, 65536).Select(i => (byte)i).ToArray();
        var b = Enumerable.Range(0, 65536).Select(i => (byte)(i >> 8)).ToArray();
        double twice = 2 * Math.Max(scaleA, scaleB);
        var sum = new ElementwiseQuantisation(Real(-3, scaleA, scaleA / twice), Real(11, scaleB, scaleB / twice),
            Real(-7, scaleOut, twice / ((1 << 20) * scaleOut)), -128, 127);
        var product = sum with { Out = Real(-7, scaleOut, scaleA * scaleB / scaleOut) };
        foreach (var operation in Enum.GetValues<ElementwiseOperation>())
        {
            foreach (var format in (ElementFormat[])[ElementFormat.Int8Fixed, ElementFormat.Int8Float])
            {
                var (expected, actual) = (new byte[a.Length], new byte[a.Length]);
                var tile = new TileGeometry(256, 256, 256, 256, 256);
                var q = operation == ElementwiseOperation.Multiply ? product : sum;
                ElementwiseKernel.Apply(SimdLevel.Scalar, operation, format, tile, a, b, expected, q);
                foreach (var level in Samples.VectorLevels)
                {
                    ElementwiseKernel.Apply(level, operation, format, tile, a, b, actual, q);
                    Assert.True(expected.AsSpan().SequenceEqual(actual), $"{level} {operation} {format}");
                }
            }
        }

        static QuantParameters Real(int zero, double scale, double factor)
        {
            var (multiplier, shift) = FixedPoint.FromReal(factor);
            return new(zero, multiplier, shift, (float)scale);
        }
    }

    [Fact]
    public void A_row_of_b_serves_all_rows_or_one_element_each()
    {
        int[] a = [1, 2, 3, 4, 5, 6];
        int[] b = [10, 20, 30];
        Assert.Equal([11, 22, 33, 14, 25, 36], Int32(new TileGeometry(2, 3, 12, 0, 12), a, b));
        Assert.Equal([11, 12, 13, 24, 25, 26], Int32(new TileGeometry(2, 3, 12, 4, 12, RowScalar: true), a, b));
    }

    [Fact]
    public void A_result_in_place_of_a_is_allowed()
    {
        foreach (var level in Simd.Supported)
        {
            var a = Enumerable.Range(0, 100).Select(i => (byte)i).ToArray();
            var tile = new TileGeometry(4, 25, 25, 0, 25, RowScalar: true);
            ElementwiseKernel.Apply(level, ElementwiseOperation.Maximum, ElementFormat.Int8Fixed, tile, a, [60], a, default);
            Assert.Equal(Enumerable.Range(0, 100).Select(i => (byte)Math.Max(i, 60)), a);
        }
    }

    [Fact]
    public void Clamps_bound_every_format()
    {
        var tile = new TileGeometry(1, 4, 0, 0, 0);
        Assert.Equal(Bytes<sbyte>([-100, -5, 6, 6]), Clamped(ElementFormat.Int8Fixed, tile, Bytes<sbyte>([-100, -5, 7, 127]),
            float.NegativeInfinity, 6.9f));
        Assert.Equal(Bytes([0, 0, 3, 1000]), Clamped(ElementFormat.Int32, tile, Bytes([int.MinValue, -1, 3, int.MaxValue]), 0, 1000));
        byte[] any = Bytes([int.MinValue, -1, 3, int.MaxValue]);
        Assert.Equal(any, Clamped(ElementFormat.Int32, tile, any, float.NegativeInfinity, float.PositiveInfinity));
        Assert.Equal(Bytes([0f, 0f, 3.5f, 6f]), Clamped(ElementFormat.Float32, tile, Bytes([float.NegativeInfinity, float.NaN, 3.5f, 1e9f]),
            0, 6));
    }

    private static byte[] Clamped(ElementFormat format, TileGeometry tile, byte[] a, float low, float high)
    {
        var output = new byte[a.Length];
        ClampKernel.Apply(format, tile, a, output, low, high);
        return output;
    }

    private static byte[] Bytes<T>(T[] values)
        where T : struct => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();

    private static int[] Int32(TileGeometry tile, int[] a, int[] b)
    {
        var output = new int[a.Length];
        ElementwiseKernel.Add(ElementFormat.Int32, tile, MemoryMarshal.AsBytes(a.AsSpan()), MemoryMarshal.AsBytes(b.AsSpan()),
            MemoryMarshal.AsBytes(output.AsSpan()), default);
        return output;
    }

    private static sbyte[] Int8(ElementwiseOperation operation, ElementFormat format, sbyte[] a, sbyte[] b, ElementwiseQuantisation q)
    {
        var output = new sbyte[a.Length];
        ElementwiseKernel.Apply(operation, format, new TileGeometry(1, a.Length, 0, 0, 0), MemoryMarshal.AsBytes(a.AsSpan()),
            MemoryMarshal.AsBytes(b.AsSpan()), MemoryMarshal.AsBytes(output.AsSpan()), q);
        return output;
    }

    private static TileGeometry Tile(Random random, ElementFormat format, out int bytesA, out int bytesB, out int bytesOut)
    {
        int size = format.SizeBytes();
        int rows = random.Next(1, 5), columns = random.Next(8) == 0 ? random.Next(1000, 1300) : random.Next(1, 3 * 64 + 2);
        int gap = random.Next(2) * random.Next(3);
        int pitchA = (columns + gap) * size, pitchOut = (columns + random.Next(2) * gap) * size;
        bool scalar = random.Next(3) == 0;
        int pitchB = scalar ? random.Next(1, 3) * size : random.Next(2) == 0 ? 0 : (columns + random.Next(3)) * size;
        bytesA = (rows - 1) * pitchA + columns * size;
        bytesB = (rows - 1) * pitchB + (scalar ? 1 : columns) * size;
        bytesOut = (rows - 1) * pitchOut + columns * size;
        return new TileGeometry(rows, columns, pitchA, pitchB, pitchOut, scalar);
    }

    private static byte[] Operands(Random random, ElementFormat format, int bytes) => format switch
    {
        ElementFormat.Int8Fixed or ElementFormat.Int8Float => Bytes(Samples.Bytes(random, bytes)),
        ElementFormat.Int32 => Bytes(Samples.Integers(random, bytes / 4)),
        ElementFormat.Float32 => Bytes(Samples.Floats(random, bytes / 4)),
    };

    private static ElementwiseQuantisation Quantisation(Random random) => new(
        Parameters(random, random.Next(-8, 1)), Parameters(random, random.Next(-8, 1)), Parameters(random, random.Next(-24, -14)),
        random.Next(-128, 0), random.Next(0, 128));

    private static QuantParameters Parameters(Random random, int shift) => random.Next(4) == 0
        ? new(random.Next(-128, 128), 1 << 30, Math.Min(shift, random.Next(2) - 1), 0.0625f)
        : new(random.Next(-128, 128), random.Next(1 << 30, int.MaxValue), shift, random.NextSingle() * 0.2f + 1e-4f);
}
