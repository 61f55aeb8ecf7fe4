using FsCheck.Xunit;
using NpuSim.Kernels;
using Xunit;

namespace NpuSim.Tests.Kernels;

public sealed class RequantiseTests
{
    private delegate void Requantiser(SimdLevel level, ReadOnlySpan<int> acc, int accPitch, ReadOnlySpan<byte> parameters,
        Span<sbyte> output, int outPitch, int rows, int columns, int zero, int clampMin, int clampMax);

    [Property(MaxTest = 300)]
    public void Every_level_requantises_as_the_formula_says(int seed)
    {
        var random = new Random(seed);
        int rows = random.Next(1, 4), columns = random.Next(0, 26);
        int accPitch = columns + random.Next(3), outPitch = columns + random.Next(3);
        int zero = random.Next(-128, 128), low = random.Next(-128, 0), high = random.Next(0, 128);
        var acc = Samples.Integers(random, rows * accPitch);
        var (bias, multiplier, shift) = (Samples.Integers(random, columns), Samples.Integers(random, columns), new int[columns]);
        for (int c = 0; c < columns; c++) shift[c] = random.Next(8) == 0 ? random.Next(-100, 100) : random.Next(-12, 2);
        var parameters = Parameters(bias, multiplier, shift);

        foreach (var level in Simd.Supported)
        {
            var actual = new sbyte[rows * outPitch];
            RequantiseKernel.Double(level, acc, accPitch, parameters, actual, outPitch, rows, columns, zero, low, high);
            Check((r, c) => FixedPoint.MultiplyDouble(unchecked(acc[r * accPitch + c] + bias[c]), multiplier[c], shift[c]));
            RequantiseKernel.Single(level, acc, accPitch, parameters, actual, outPitch, rows, columns, zero, low, high);
            Check((r, c) => FixedPoint.MultiplySingle(unchecked(acc[r * accPitch + c] + bias[c]), multiplier[c], shift[c]));

            void Check(Func<int, int, int> scaled)
            {
                for (int r = 0; r < rows; r++)
                {
                    for (int c = 0; c < columns; c++)
                        Assert.Equal(Math.Clamp(unchecked(scaled(r, c) + zero), low, high), actual[r * outPitch + c]);
                }
            }
        }
    }

    [Property(MaxTest = 300)]
    public void Every_level_requantises_by_float_scales_as_the_formula_says(int seed)
    {
        var random = new Random(seed);
        int rows = random.Next(1, 4), columns = random.Next(0, 26);
        int zero = random.Next(-128, 128), low = random.Next(-128, 0), high = random.Next(0, 128);
        var acc = Samples.Integers(random, rows * columns);
        var bias = Samples.Integers(random, columns);
        var scales = new float[columns];
        for (int c = 0; c < columns; c++) scales[c] = random.Next(6) switch
        {
            0 => 0.5f,
            1 => float.NaN,
            2 => float.PositiveInfinity,
            3 =>
            0f,
            _ => random.NextSingle() * 0.01f
        };
        var parameters = Parameters(bias, scales.Select(BitConverter.SingleToInt32Bits).ToArray(), new int[columns]);
        foreach (var level in Simd.Supported)
        {
            var actual = new sbyte[rows * columns];
            RequantiseKernel.Float(level, acc, columns, parameters, actual, columns, rows, columns, zero, low, high);
            for (int i = 0; i < actual.Length; i++)
            {
                float scaled = unchecked(acc[i] + bias[i % columns]) * scales[i % columns];
                double bounded = float.IsNaN(scaled) ? Math.Clamp(0.0, low - zero, high - zero) : Math.Clamp((double)scaled, low - zero,
                    high - zero);
                Assert.Equal(Math.Round(bounded, MidpointRounding.ToEven) + zero, actual[i]);
            }
        }
    }

    [Fact]
    public void Every_level_covers_every_length()
    {
        var random = new Random(11);
        Requantiser[] kernels = [RequantiseKernel.Double, RequantiseKernel.Single, RequantiseKernel.Float];
        for (int columns = 0; columns <= 3 * 32 + 1; columns++)
        {
            var acc = Samples.Integers(random, columns);
            var parameters = Parameters(Samples.Integers(random, columns), Enumerable.Repeat(0x3A83126F, columns).ToArray(),
                Enumerable.Repeat(-3, columns).ToArray());
            foreach (var kernel in kernels)
            {
                var expected = new sbyte[columns];
                kernel(SimdLevel.Scalar, acc, columns, parameters, expected, columns, 1, columns, 5, -100, 120);
                foreach (var level in Samples.VectorLevels)
                {
                    var actual = new sbyte[columns];
                    kernel(level, acc, columns, parameters, actual, columns, 1, columns, 5, -100, 120);
                    Assert.Equal(expected, actual);
                }
            }
        }
    }

    [Property(MaxTest = 150)]
    public void Every_level_equals_the_scalar_on_multipliers_of_networks(int seed)
    {
        var random = new Random(seed);
        int rows = random.Next(1, 12), columns = random.Next(1, 140), gap = random.Next(3);
        int zero = random.Next(-128, 128), low = random.Next(3) == 0 ? random.Next(-128, 0) : -128, high = random.Next(3) == 0 ? 100 : 127;
        var acc = Samples.Integers(random, rows * (columns + gap));
        int[] bias = new int[columns], multiplier = new int[columns], shift = new int[columns], scale = new int[columns];
        int narrow = random.Next(2, 32);
        for (int c = 0; c < columns; c++)
        {
            bias[c] = random.Next(-1000, 1000) >> random.Next(11);
            multiplier[c] = random.Next(8) switch { 0 => 0, 1 => 1 << 30, 2 => int.MaxValue, _ => random.Next(1 << 30, int.MaxValue) };
            shift[c] = random.Next(20) switch { 0 => 0, 1 => 3, 2 => -31, _ => -random.Next(1, narrow) };
            scale[c] = BitConverter.SingleToInt32Bits(random.Next(20) == 0 ? 1.5f : MathF.ScaleB(1 + random.NextSingle(), shift[c] - 1));
        }

        // Values on either side of where results step.
        for (int i = 0; i < acc.Length; i += 3) acc[i] = (2 * random.Next(-140, 140) + 1) * (1 << random.Next(12)) + random.Next(-1, 2);
        AssertLevelsAgree(RequantiseKernel.Double, Parameters(bias, multiplier, shift));
        AssertLevelsAgree(RequantiseKernel.Single, Parameters(bias, multiplier, shift));
        AssertLevelsAgree(RequantiseKernel.Float, Parameters(bias, scale, shift));

        void AssertLevelsAgree(Requantiser kernel, byte[] parameters)
        {
            var expected = new sbyte[rows * (columns + gap)];
            kernel(SimdLevel.Scalar, acc, columns + gap, parameters, expected, columns + gap, rows, columns, zero, low, high);
            foreach (var level in Samples.VectorLevels)
            {
                var actual = new sbyte[expected.Length];
                kernel(level, acc, columns + gap, parameters, actual, columns + gap, rows, columns, zero, low, high);
                Assert.True(expected.AsSpan().SequenceEqual(actual), $"{kernel.Method.Name} {level} {rows}x{columns}");
            }
        }
    }

    [Fact]
    public void Every_accumulator_near_a_step_of_the_result_is_rounded_as_the_scalar_does()
    {
        // All accumulators of 16 bits, in columns of few shifts: every tie of either sign is among them.
        int[] multipliers = [1 << 30, (1 << 30) + 1, 1_200_000_000, int.MaxValue], shifts = [-1, -2, -5, -8, -9];
        const int Columns = 64;
        var acc = Enumerable.Range(-32768, 65536).ToArray();
        foreach (int multiplier in multipliers)
        {
            foreach (int shift in shifts)
            {
                var parameters = Parameters(new int[Columns], Enumerable.Repeat(multiplier, Columns).ToArray(),
                    Enumerable.Repeat(shift, Columns).ToArray());
                foreach (Requantiser kernel in (Requantiser[])[RequantiseKernel.Double, RequantiseKernel.Single])
                {
                    var expected = new sbyte[acc.Length];
                    kernel(SimdLevel.Scalar, acc, Columns, parameters, expected, Columns, acc.Length / Columns, Columns, 3, -128, 127);
                    foreach (var level in Samples.VectorLevels)
                    {
                        var actual = new sbyte[acc.Length];
                        kernel(level, acc, Columns, parameters, actual, Columns, acc.Length / Columns, Columns, 3, -128, 127);
                        Assert.True(expected.AsSpan().SequenceEqual(actual), $"{kernel.Method.Name} {level} {multiplier} {shift}");
                    }
                }
            }
        }
    }

    [Property(MaxTest = 60)]
    public void Accumulators_of_every_magnitude_are_rounded_and_saturated_as_the_scalar_does(int seed)
    {
        // Biases as great as accumulators, sums that wrap, and results just beyond int8, int16 and int32.
        const int Columns = 96, Rows = 40;
        var random = new Random(seed);
        int zero = random.Next(-128, 128), low = random.Next(2) == 0 ? -128 : Math.Min(zero, 127);
        int[] bias = new int[Columns], multiplier = new int[Columns], shift = new int[Columns];
        int largestBias = random.Next(31), deepest = random.Next(2, 15);
        for (int c = 0; c < Columns; c++)
        {
            bias[c] = random.Next(int.MinValue, int.MaxValue) >> largestBias;
            multiplier[c] = random.Next(9) == 0 ? 0 : random.Next(1 << 30, int.MaxValue);
            shift[c] = -random.Next(1, deepest);
        }

        var acc = new int[Rows * Columns];
        for (int i = 0; i < acc.Length; i++) acc[i] = random.Next(int.MinValue, int.MaxValue) >> random.Next(31);
        for (int i = 0; i < acc.Length; i += 7)
            acc[i] = (int)((random.Next(-300, 300) + 0.5) * Math.ScaleB(1.0, 31 - shift[i % Columns]) / (1 << 30)) + random.Next(-1, 2);
        var parameters = Parameters(bias, multiplier, shift);
        foreach (Requantiser kernel in (Requantiser[])[RequantiseKernel.Double, RequantiseKernel.Single])
        {
            var expected = new sbyte[acc.Length];
            kernel(SimdLevel.Scalar, acc, Columns, parameters, expected, Columns, Rows, Columns, zero, low, 127);
            foreach (var level in Samples.VectorLevels)
            {
                var actual = new sbyte[acc.Length];
                kernel(level, acc, Columns, parameters, actual, Columns, Rows, Columns, zero, low, 127);
                Assert.True(expected.AsSpan().SequenceEqual(actual), $"{kernel.Method.Name} {level}");
            }
        }
    }

    [Fact]
    public void Bounds_that_are_no_int8_are_refused() =>
        Assert.Throws<ArgumentException>(() => RequantiseKernel.Double(new int[1], 1, new byte[12], new sbyte[1], 1, 1, 1, 0, -128, 128));

    // One value where the dialects part: 1.5 steps after the first rounding, 1.4999 before.
    [Fact]
    public void Double_and_single_rounding_differ_where_the_first_rounding_makes_a_tie()
    {
        var (multiplier, shift) = FixedPoint.FromReal(0.25);
        var parameters = Parameters([0], [multiplier - 1], [shift]);
        var (twice, once) = (new sbyte[1], new sbyte[1]);
        RequantiseKernel.Double([6], 1, parameters, twice, 1, 1, 1, 0, -128, 127);
        RequantiseKernel.Single([6], 1, parameters, once, 1, 1, 1, 0, -128, 127);
        Assert.Equal(2, twice[0]);
        Assert.Equal(1, once[0]);
    }

    private static byte[] Parameters(int[] bias, int[] multiplier, int[] shift)
    {
        var bytes = new byte[bias.Length * RequantiseKernel.ParameterBytes];
        for (int c = 0; c < bias.Length; c++)
        {
            BitConverter.TryWriteBytes(bytes.AsSpan(12 * c), bias[c]);
            BitConverter.TryWriteBytes(bytes.AsSpan(12 * c + 4), multiplier[c]);
            BitConverter.TryWriteBytes(bytes.AsSpan(12 * c + 8), shift[c]);
        }

        return bytes;
    }
}
