using NpuSim.Workloads.Graphs;
using Xunit;
using static NpuSim.Tests.Workloads.Interpret.TestTensors;

namespace NpuSim.Tests.Workloads.Interpret;

public sealed class FloatOperatorTests
{
    [Fact]
    public void Grouped_dilated_convolution_equals_the_sum_over_its_taps()
    {
        var (weights, bias, values) = (RandomFloats(1, 6 * 3 * 2 * 2), RandomFloats(2, 6), RandomFloats(3, 2 * 7 * 6 * 4));
        var window = Window(3, 2, stride: 2, dilation: 2, padding: new Padding(1, 2, 3, 0));
        var graph = Single(Arithmetic.Float, new ConvolutionAttributes(window, 2, new ActivationBounds(-1, 2)), Float("y", 2, 4, 3, 6),
            Float("x", 2, 7, 6, 4), FloatConstant("w", weights, 6, 3, 2, 2), FloatConstant("b", bias, 6));

        var actual = Values<float>(Run(graph, Bytes(values)));

        for (var i = 0; i < actual.Length; i++)
        {
            var (k, ox, oy, n) = (i % 6, i / 6 % 3, i / 18 % 4, i / 72);
            double sum = bias[k];
            for (var tap = 0; tap < 12; tap++)
            {
                var (c, s, r) = (tap % 2, tap / 2 % 2, tap / 4);
                var (iy, ix) = (oy * 2 - 1 + r * 2, ox * 2 - 2 + s * 2);
                if (iy is >= 0 and < 7 && ix is >= 0 and < 6)
                {
                    sum += (double)values[((n * 7 + iy) * 6 + ix) * 4 + k / 3 * 2 + c] * weights[((k * 3 + r) * 2 + s) * 2 + c];
                }
            }

            Assert.Equal(Math.Clamp(sum, -1, 2), actual[i], 1e-5);
        }
    }

    [Fact]
    public void Depthwise_convolution_of_two_images_reads_its_own_channel()
    {
        var (weights, values) = (RandomFloats(4, 9 * 6), RandomFloats(5, 2 * 5 * 5 * 3));
        var attributes = new DepthwiseAttributes(Window(3, 3, padding: new Padding(1, 1, 1, 1)), 2, ActivationBounds.None);
        var graph = Single(Arithmetic.Float, attributes, Float("y", 2, 5, 5, 6), Float("x", 2, 5, 5, 3), FloatConstant("w", weights, 3, 3, 6));

        var actual = Values<float>(Run(graph, Bytes(values)));

        for (var i = 0; i < actual.Length; i++)
        {
            var (k, ox, oy, n) = (i % 6, i / 6 % 5, i / 30 % 5, i / 150);
            var sum = 0.0;
            for (var tap = 0; tap < 9; tap++)
            {
                var (iy, ix) = (oy - 1 + tap / 3, ox - 1 + tap % 3);
                if (iy is >= 0 and < 5 && ix is >= 0 and < 5)
                {
                    sum += (double)values[((n * 5 + iy) * 5 + ix) * 3 + k / 2] * weights[tap * 6 + k];
                }
            }

            Assert.Equal(sum, actual[i], 1e-5);
        }
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void Matrix_product_broadcasts_its_batches(bool transposeA, bool transposeB)
    {
        var (a, b) = (RandomFloats(6, 2 * 4 * 7), RandomFloats(7, 3 * 7 * 5));
        var graph = Single(Arithmetic.Float, new MatrixMultiplyAttributes(transposeA, transposeB), Float("y", 2, 3, 4, 5),
            Float("a", transposeA ? [2, 1, 7, 4] : [2, 1, 4, 7]), Float("b", transposeB ? [3, 5, 7] : [3, 7, 5]));

        var actual = Values<float>(Run(graph, Bytes(a), Bytes(b)));

        for (var i = 0; i < actual.Length; i++)
        {
            var (n, m, right, left) = (i % 5, i / 5 % 4, i / 20 % 3, i / 60);
            var sum = Enumerable.Range(0, 7).Sum(k =>
                (double)a[left * 28 + (transposeA ? k * 4 + m : m * 7 + k)] * b[right * 35 + (transposeB ? n * 7 + k : k * 5 + n)]);
            Assert.Equal(sum, actual[i], 1e-5);
        }
    }

    [Fact]
    public void Fully_connected_keeps_leading_dimensions()
    {
        var (weights, bias, values) = (RandomFloats(8, 3 * 7), RandomFloats(9, 3), RandomFloats(10, 2 * 2 * 7));
        var graph = Single(Arithmetic.Float, new FullyConnectedAttributes(ActivationBounds.Relu), Float("y", 2, 2, 3), Float("x", 2, 2, 7),
            FloatConstant("w", weights, 3, 7), FloatConstant("b", bias, 3));

        var actual = Values<float>(Run(graph, Bytes(values)));

        for (var i = 0; i < actual.Length; i++)
        {
            var sum = bias[i % 3] + Enumerable.Range(0, 7).Sum(k => (double)values[i / 3 * 7 + k] * weights[i % 3 * 7 + k]);
            Assert.Equal(Math.Max(sum, 0), actual[i], 1e-5);
        }
    }

    [Theory]
    [InlineData(false, new[] { 1f, 1.5f, 2.5f, 3 })]
    [InlineData(true, new[] { 0.5f, 1.5f, 2.5f, 1.5f })]
    public void Average_pool_counts_padding_or_not(bool countPadding, float[] expected)
    {
        var attributes = new AveragePoolAttributes(Window(1, 2, padding: new Padding(0, 1, 0, 1)), countPadding, ActivationBounds.None);
        var graph = Single(Arithmetic.Float, attributes, Float("y", 1, 1, 4, 1), Float("x", 1, 1, 3, 1));

        Assert.Equal(expected, Values<float>(Run(graph, Bytes<float>([1, 2, 3]))));
    }

    [Fact]
    public void Maximum_pool_ignores_padding()
    {
        var attributes = new MaxPoolAttributes(Window(2, 2, 2, 1, new Padding(1, 1, 0, 0)), ActivationBounds.None);
        var graph = Single(Arithmetic.Float, attributes, Float("y", 1, 2, 2, 1), Float("x", 1, 3, 3, 1));

        Assert.Equal([-9f, -7, -3, -1], Values<float>(Run(graph, Bytes<float>([-9, -8, -7, -6, -5, -4, -3, -2, -1]))));
    }

    [Theory]
    [InlineData(ReduceFunction.Sum)]
    [InlineData(ReduceFunction.Mean)]
    [InlineData(ReduceFunction.Maximum)]
    [InlineData(ReduceFunction.Minimum)]
    [InlineData(ReduceFunction.Product)]
    public void Reduce_folds_the_axes_that_it_names(ReduceFunction function)
    {
        var values = RandomFloats(11, 3 * 4 * 5);
        var graph = Single(Arithmetic.Float, new ReduceAttributes(function, [0, 2], false), Float("y", 4), Float("x", 3, 4, 5));

        var actual = Values<float>(Run(graph, Bytes(values)));

        for (var row = 0; row < 4; row++)
        {
            var folded = values.Where((_, i) => i / 5 % 4 == row).Select(value => (double)value).ToList();
            var expected = function switch
            {
                ReduceFunction.Sum => folded.Sum(),
                ReduceFunction.Mean => folded.Average(),
                ReduceFunction.Maximum => folded.Max(),
                ReduceFunction.Minimum => folded.Min(),
                ReduceFunction.Product => folded.Aggregate(1.0, (product, value) => product * value),
            };
            Assert.Equal(expected, actual[row], 1e-5);
        }
    }

    [Theory]
    [InlineData(0, 1f, false)]
    [InlineData(1, 0.5f, false)]
    [InlineData(2, 1f, true)]
    public void Softmax_normalises_along_any_axis(int axis, float beta, bool log)
    {
        var values = RandomFloats(12, 3 * 4 * 5, -4, 4);
        var graph = Single(Arithmetic.Float, new SoftmaxAttributes(axis, beta, log), Float("y", 3, 4, 5), Float("x", 3, 4, 5));

        var actual = Values<float>(Run(graph, Bytes(values)));

        int[] strides = [20, 5, 1];
        int[] extents = [3, 4, 5];
        for (var i = 0; i < actual.Length; i++)
        {
            var first = i - i / strides[axis] % extents[axis] * strides[axis];
            var sum = Enumerable.Range(0, extents[axis]).Sum(k => Math.Exp(beta * values[first + k * strides[axis]]));
            var expected = Math.Exp(beta * values[i]) / sum;
            Assert.Equal(log ? Math.Log(expected) : expected, actual[i], 1e-5);
        }
    }

    [Fact]
    public void Normalisations_follow_their_formulas()
    {
        var values = RandomFloats(13, 2 * 6, -4, 4);
        var (scale, shift, mean, variance) = (RandomFloats(14, 6), RandomFloats(15, 6), RandomFloats(16, 6), RandomFloats(17, 6, 0.1f, 2));
        var x = Float("x", 2, 6);
        var batch = Values<float>(Run(Single(Arithmetic.Float, new BatchNormalisationAttributes(1e-3f), Float("y", 2, 6), x,
            FloatConstant("s", scale, 6), FloatConstant("b", shift, 6), FloatConstant("m", mean, 6), FloatConstant("v", variance, 6)), Bytes(values)));
        var layer = Values<float>(Run(Single(Arithmetic.Float, new LayerNormalisationAttributes(1, 1e-5f), Float("y", 2, 6), x,
            FloatConstant("g", scale, 6), FloatConstant("b", shift, 6)), Bytes(values)));
        var response = Values<float>(Run(
            Single(Arithmetic.Float, new LocalResponseAttributes(3, 0.3f, 0.75f, 2), Float("y", 2, 6), x), Bytes(values)));

        for (var i = 0; i < 12; i++)
        {
            var c = i % 6;
            var row = values.Skip(i - c).Take(6).Select(value => (double)value).ToArray();
            var spread = row.Sum(value => Math.Pow(value - row.Average(), 2)) / 6;
            var squares = row.Where((_, k) => Math.Abs(k - c) <= 1).Sum(value => value * value);
            Assert.Equal((values[i] - mean[c]) / Math.Sqrt(variance[c] + 1e-3) * scale[c] + shift[c], batch[i], 1e-5);
            Assert.Equal((row[c] - row.Average()) / Math.Sqrt(spread + 1e-5) * scale[c] + shift[c], layer[i], 1e-5);
            Assert.Equal(row[c] / Math.Pow(2 + 0.1 * squares, 0.75), response[i], 1e-5);
        }
    }

    [Theory]
    [InlineData(BinaryFunction.Power, 8f)]
    [InlineData(BinaryFunction.Divide, 0.6666667f)]
    [InlineData(BinaryFunction.SquaredDifference, 1f)]
    [InlineData(BinaryFunction.Minimum, 2f)]
    [InlineData(BinaryFunction.Maximum, 3f)]
    public void Binary_functions_of_a_scalar_spread_it(BinaryFunction function, float expected)
    {
        var graph = Single(Arithmetic.Float, new BinaryAttributes(function, ActivationBounds.None), Float("y", 2, 2), FloatConstant("a", [2f]), Float("b", 2, 2));

        Assert.All(Values<float>(Run(graph, Bytes<float>([3, 3, 3, 3]))), value => Assert.Equal(expected, value, 1e-6f));
    }

    [Fact]
    public void Clamp_without_bounds_leaves_values_that_are_no_numbers()
    {
        var open = Single(Arithmetic.Float, new ClampAttributes(ActivationBounds.None), Float("y", 2), Float("x", 2));
        var relu = Single(Arithmetic.Float, new ClampAttributes(ActivationBounds.Relu), Float("y", 2), Float("x", 2));

        Assert.Equal([float.NaN, -1f], Values<float>(Run(open, Bytes<float>([float.NaN, -1]))));
        Assert.Equal([2f, 0f], Values<float>(Run(relu, Bytes<float>([2, -1]))));
    }
}
