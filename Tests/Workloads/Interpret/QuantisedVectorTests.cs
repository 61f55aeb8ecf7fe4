using NpuSim.Workloads.Graphs;
using Xunit;
using static NpuSim.Tests.Workloads.Interpret.TestTensors;

namespace NpuSim.Tests.Workloads.Interpret;

public sealed class QuantisedVectorTests
{
    [Theory]
    [InlineData(BinaryFunction.Add)]
    [InlineData(BinaryFunction.Subtract)]
    public void Fixed_point_sum_rescales_both_operands_to_twice_the_larger_scale(BinaryFunction function)
    {
        var (a, b) = (RandomInt8(1, 256), RandomInt8(2, 256));
        var graph = Single(Arithmetic.TfliteReference, new BinaryAttributes(function, ActivationBounds.Relu),
            Int8("y", 0.05f, -3, 256), Int8("a", 0.031f, 4, 256), Int8("b", 0.017f, -9, 256));

        var actual = Values<sbyte>(Run(graph, Bytes(a), Bytes(b)));

        var twice = 2 * (double)0.031f;
        for (var i = 0; i < actual.Length; i++)
        {
            var left = NaiveRounding.Double((a[i] - 4) << 20, 0.031f / twice);
            var right = NaiveRounding.Double((b[i] + 9) << 20, 0.017f / twice);
            var sum = function == BinaryFunction.Add ? left + right : left - right;
            var expected = NaiveRounding.Double(sum, twice / ((1 << 20) * (double)0.05f)) - 3;
            Assert.Equal(Math.Clamp(expected, -3, 127), actual[i]);
        }
    }

    [Fact]
    public void Fixed_point_product_is_rescaled_once()
    {
        var (a, b) = (RandomInt8(3, 256), RandomInt8(4, 256));
        var graph = Single(Arithmetic.TfliteRuy, new BinaryAttributes(BinaryFunction.Multiply, ActivationBounds.None),
            Int8("y", 0.02f, 7, 256), Int8("a", 0.031f, 4, 256), Int8("b", 0.017f, -9, 256));

        var actual = Values<sbyte>(Run(graph, Bytes(a), Bytes(b)));

        for (var i = 0; i < actual.Length; i++)
        {
            var product = (a[i] - 4) * (b[i] + 9);
            Assert.Equal(NaiveRounding.Int8(NaiveRounding.Double(product, (double)0.031f * 0.017f / 0.02f) + 7), actual[i]);
        }
    }

    [Theory]
    [InlineData(BinaryFunction.Add)]
    [InlineData(BinaryFunction.Subtract)]
    [InlineData(BinaryFunction.Multiply)]
    [InlineData(BinaryFunction.Divide)]
    [InlineData(BinaryFunction.SquaredDifference)]
    [InlineData(BinaryFunction.Minimum)]
    [InlineData(BinaryFunction.Maximum)]
    public void Float_dialect_works_on_dequantised_values_and_broadcasts(BinaryFunction function)
    {
        var (a, b) = (RandomInt8(5, 24), RandomInt8(6, 3));
        var graph = Single(Arithmetic.Float, new BinaryAttributes(function, ActivationBounds.None),
            Int8("y", 0.06f, -3, 2, 4, 3), Int8("a", 0.031f, 4, 2, 4, 3), Int8("b", 0.017f, -9, 3));

        var actual = Values<sbyte>(Run(graph, Bytes(a), Bytes(b)));

        for (var i = 0; i < actual.Length; i++)
        {
            var (x, y) = ((a[i] - 4) * 0.031f, (b[i % 3] + 9) * 0.017f);
            var real = function switch
            {
                BinaryFunction.Add => x + y,
                BinaryFunction.Subtract => x - y,
                BinaryFunction.Multiply => x * y,
                BinaryFunction.Divide => x / y,
                BinaryFunction.Minimum => Math.Min(x, y),
                BinaryFunction.Maximum => Math.Max(x, y),
                BinaryFunction.Power => MathF.Pow(x, y),
                BinaryFunction.SquaredDifference => (x - y) * (x - y),
            };
            Assert.Equal(Quantised(real, 0.06f, -3), actual[i]);
        }
    }

    [Fact]
    public void Average_pool_of_a_tflite_model_takes_the_mean_of_raw_values_away_from_zero()
    {
        var values = RandomInt8(7, 2 * 4 * 4 * 3);
        var attributes = new AveragePoolAttributes(Window(3, 3, stride: 2, padding: new Padding(1, 1, 0, 0)), false, ActivationBounds.None);
        var graph = Single(Arithmetic.TfliteReference, attributes, Int8("y", 0.1f, 20, 2, 2, 2, 3), Int8("x", 0.1f, 20, 2, 4, 4, 3));

        var actual = Values<sbyte>(Run(graph, Bytes(values)));

        for (var i = 0; i < actual.Length; i++)
        {
            var taps = Taps(i, values);
            var mean = Math.Abs(taps.Sum()) + taps.Count / 2;
            Assert.Equal(Math.Sign(taps.Sum()) * (mean / taps.Count), actual[i]);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Average_pool_of_the_float_dialect_rounds_half_to_even(bool countPadding)
    {
        var values = RandomInt8(8, 2 * 4 * 4 * 3);
        var attributes = new AveragePoolAttributes(Window(3, 3, stride: 2, padding: new Padding(1, 1, 0, 0)), countPadding, ActivationBounds.None);
        var graph = Single(Arithmetic.Float, attributes, Int8("y", 0.08f, -2, 2, 2, 2, 3), Int8("x", 0.1f, 20, 2, 4, 4, 3));

        var actual = Values<sbyte>(Run(graph, Bytes(values)));

        for (var i = 0; i < actual.Length; i++)
        {
            var taps = Taps(i, values);
            var sum = taps.Sum() - 20 * taps.Count;
            Assert.Equal(Quantised(sum * 0.1f / (countPadding ? 9 : taps.Count), 0.08f, -2), actual[i]);
        }
    }

    [Fact]
    public void Maximum_pool_keeps_the_largest_and_clamps()
    {
        var values = RandomInt8(9, 2 * 4 * 4 * 3);
        var attributes = new MaxPoolAttributes(Window(3, 3, stride: 2, padding: new Padding(1, 1, 0, 0)), new ActivationBounds(-1, 2));
        var graph = Single(Arithmetic.Float, attributes, Int8("y", 0.1f, 20, 2, 2, 2, 3), Int8("x", 0.1f, 20, 2, 4, 4, 3));

        var actual = Values<sbyte>(Run(graph, Bytes(values)));

        for (var i = 0; i < actual.Length; i++)
        {
            Assert.Equal(Math.Clamp(Taps(i, values).Max(), 10, 40), actual[i]);
        }
    }

    [Fact]
    public void Mean_of_a_tflite_model_divides_the_multiplier()
    {
        var values = RandomInt8(10, 2 * 7 * 7 * 3);
        var graph = Single(Arithmetic.TfliteReference, new ReduceAttributes(ReduceFunction.Mean, [1, 2], false),
            Int8("y", 0.011f, -5, 2, 3), Int8("x", 0.04f, 9, 2, 7, 7, 3));

        var actual = Values<sbyte>(Run(graph, Bytes(values)));

        var (q, shift) = NaiveRounding.Multiplier((double)0.04f / 0.011f);
        for (var i = 0; i < actual.Length; i++)
        {
            var sum = Enumerable.Range(0, 49).Sum(pixel => values[(i / 3 * 49 + pixel) * 3 + i % 3]) - 9 * 49;
            // 49 has six bits: 5 more go into the multiplier before the division.
            var multiplier = (q << 5) / 49;
            var high = Math.Round(sum * (double)multiplier / 2147483648.0 * Math.Pow(2, Math.Max(0, shift - 5)), MidpointRounding.AwayFromZero);
            var expected = Math.Round(high * Math.Pow(2, Math.Min(0, shift - 5)), MidpointRounding.AwayFromZero) - 5;
            Assert.Equal(Math.Clamp(expected, -128, 127), actual[i]);
        }
    }

    [Fact]
    public void Mean_over_channels_of_the_float_dialect_has_one_scale_for_all()
    {
        var values = RandomInt8(11, 6 * 5);
        var graph = Single(Arithmetic.Float, new ReduceAttributes(ReduceFunction.Mean, [1], true),
            Int8("y", 0.03f, -5, 6, 1), Int8("x", 0.04f, 9, 6, 5));

        var actual = Values<sbyte>(Run(graph, Bytes(values)));

        for (var i = 0; i < 6; i++)
        {
            var sum = values.Skip(i * 5).Take(5).Sum(value => value - 9);
            Assert.Equal(NaiveRounding.Int8(NaiveRounding.Float(sum, 0.04f / (0.03f * 5)) - 5), actual[i]);
        }
    }

    [Theory]
    [InlineData(Arithmetic.TfliteReference)]
    [InlineData(Arithmetic.Float)]
    public void Softmax_is_within_one_step_of_the_real_one(Arithmetic arithmetic)
    {
        var values = RandomInt8(12, 8 * 10);
        var graph = Single(arithmetic, new SoftmaxAttributes(1), Int8("y", 1f / 256, -128, 8, 10), Int8("x", 0.06f, 3, 8, 10));

        var actual = Values<sbyte>(Run(graph, Bytes(values)));

        for (var i = 0; i < actual.Length; i++)
        {
            var row = values.Skip(i / 10 * 10).Take(10).Select(value => Math.Exp(value * (double)0.06f)).ToArray();
            Assert.InRange(actual[i] + 128 - 256 * row[i % 10] / row.Sum(), -1, 1);
        }
    }

    [Fact]
    public void Softmax_along_another_dimension_goes_through_float()
    {
        var values = RandomInt8(13, 2 * 5 * 3);
        var graph = Single(Arithmetic.Float, new SoftmaxAttributes(1), Int8("y", 1f / 256, -128, 2, 5, 3), Int8("x", 0.06f, 3, 2, 5, 3));

        var actual = Values<sbyte>(Run(graph, Bytes(values)));

        for (var i = 0; i < actual.Length; i++)
        {
            var column = Enumerable.Range(0, 5).Select(row => Math.Exp(values[(i / 15 * 5 + row) * 3 + i % 3] * (double)0.06f)).ToArray();
            Assert.InRange(actual[i] + 128 - Math.Min(255, 256 * column[i / 3 % 5] / column.Sum()), -0.502, 0.502);
        }
    }

    [Fact]
    public void Layer_normalisation_is_within_one_step_of_the_real_one()
    {
        var values = RandomInt8(14, 4 * 40);
        float[] gamma = RandomFloats(15, 40, 0.5f, 1.5f);
        float[] beta = RandomFloats(16, 40);
        var graph = Single(Arithmetic.Float, new LayerNormalisationAttributes(1, 1e-5f), Int8("y", 0.05f, 6, 4, 40),
            Int8("x", 0.06f, 3, 4, 40), FloatConstant("gamma", gamma, 40), FloatConstant("beta", beta, 40));

        var actual = Values<sbyte>(Run(graph, Bytes(values)));

        for (var i = 0; i < actual.Length; i++)
        {
            var row = values.Skip(i / 40 * 40).Take(40).Select(value => (value - 3) * (double)0.06f).ToArray();
            var variance = row.Sum(value => Math.Pow(value - row.Average(), 2)) / 40;
            var real = (row[i % 40] - row.Average()) / Math.Sqrt(variance + 1e-5) * gamma[i % 40] + beta[i % 40];
            Assert.InRange(actual[i] - 6 - real / 0.05f, -0.501, 0.501);
        }
    }

    // Values under a 3×3 window in steps of 2 over 4×4 planes of 3 channels, padded by 1 at the top and left.
    private static List<int> Taps(int output, sbyte[] values)
    {
        var (c, ox, oy, n) = (output % 3, output / 3 % 2, output / 6 % 2, output / 12);
        var taps = new List<int>();
        for (var tap = 0; tap < 9; tap++)
        {
            var (iy, ix) = (oy * 2 - 1 + tap / 3, ox * 2 - 1 + tap % 3);
            if (iy is >= 0 and < 4 && ix is >= 0 and < 4)
            {
                taps.Add(values[((n * 4 + iy) * 4 + ix) * 3 + c]);
            }
        }

        return taps;
    }

    private static sbyte Quantised(float real, float scale, int zero) =>
        (sbyte)Math.Clamp(float.IsNaN(real) ? zero : Math.Round((double)(real / scale), MidpointRounding.ToEven) + zero, -128, 127);
}
