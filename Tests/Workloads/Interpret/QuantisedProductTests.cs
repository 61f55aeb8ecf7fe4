using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;
using Xunit;
using static NpuSim.Tests.Workloads.Interpret.TestTensors;

namespace NpuSim.Tests.Workloads.Interpret;

public sealed class QuantisedProductTests
{
    private const float InputScale = 0.047f;
    private const float OutputScale = 0.31f;
    private const int InputZero = -7;
    private const int OutputZero = 5;

    public static TheoryData<Arithmetic> Dialects => [Arithmetic.TfliteReference, Arithmetic.TfliteRuy, Arithmetic.Float];

    [Theory]
    [MemberData(nameof(Dialects))]
    public void Grouped_dilated_convolution_of_two_images_equals_the_sum_over_its_taps(Arithmetic arithmetic)
    {
        var window = Window(3, 2, stride: 2, dilation: 2, padding: new Padding(1, 2, 3, 0));
        float[] scales = [0.011f, 0.02f, 0.013f, 0.007f, 0.05f, 0.031f];
        var weights = RandomInt8(1, 6 * 3 * 2 * 2);
        var bias = RandomInt32(2, 6, 900);
        var x = Int8("x", InputScale, InputZero, 2, 7, 6, 4);
        var w = new Tensor("w", ElementType.Int8, [6, 3, 2, 2]) { Quantisation = new Quantisation(scales, new int[6]), Data = Bytes(weights) };
        var y = Int8("y", OutputScale, OutputZero, 2, 4, 3, 6);
        var graph = Single(arithmetic, new ConvolutionAttributes(window, 2, ActivationBounds.Relu6), y, x, w, Int32("b", bias, 6));
        var values = RandomInt8(3, 2 * 7 * 6 * 4);

        var actual = Values<sbyte>(Run(graph, Bytes(values)));

        // A grouped convolution has no single-rounding kernel in TFLite.
        var rounding = arithmetic == Arithmetic.TfliteRuy ? Arithmetic.TfliteReference : arithmetic;
        for (var i = 0; i < actual.Length; i++)
        {
            var (k, ox, oy, n) = (i % 6, i / 6 % 3, i / 18 % 4, i / 72);
            var sum = bias[k];
            for (var tap = 0; tap < 3 * 2 * 2; tap++)
            {
                var (c, s, r) = (tap % 2, tap / 2 % 2, tap / 4);
                var (iy, ix) = (oy * 2 - 1 + r * 2, ox * 2 - 2 + s * 2);
                if (iy >= 0 && iy < 7 && ix >= 0 && ix < 6)
                {
                    var value = values[((n * 7 + iy) * 6 + ix) * 4 + k / 3 * 2 + c];
                    sum += (value - InputZero) * weights[((k * 3 + r) * 2 + s) * 2 + c];
                }
            }

            // Relu6 in steps of 0.31 from zero point 5: 5 … 5 + round(19.35).
            Assert.Equal(Math.Clamp(OutputZero + Scaled(rounding, sum, scales[k], perTensor: false), 5, 24), actual[i]);
        }
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public void Depthwise_convolution_rounds_twice_in_every_tflite_dialect(Arithmetic arithmetic)
    {
        var weights = RandomInt8(4, 3 * 3 * 6);
        var x = Int8("x", InputScale, InputZero, 1, 5, 5, 3);
        var w = Int8Constant("w", 0.02f, 0, weights, 3, 3, 6);
        var y = Int8("y", OutputScale, OutputZero, 1, 5, 5, 6);
        var window = Window(3, 3, padding: new Padding(1, 1, 1, 1));
        var graph = Single(arithmetic, new DepthwiseAttributes(window, 2, ActivationBounds.None), y, x, w, null);
        var values = RandomInt8(5, 75);

        var actual = Values<sbyte>(Run(graph, Bytes(values)));

        var rounding = arithmetic == Arithmetic.TfliteRuy ? Arithmetic.TfliteReference : arithmetic;
        for (var i = 0; i < actual.Length; i++)
        {
            var (k, ox, oy) = (i % 6, i / 6 % 5, i / 30);
            var sum = 0;
            for (var tap = 0; tap < 9; tap++)
            {
                var (iy, ix) = (oy - 1 + tap / 3, ox - 1 + tap % 3);
                if (iy is >= 0 and < 5 && ix is >= 0 and < 5)
                {
                    sum += (values[(iy * 5 + ix) * 3 + k / 2] - InputZero) * weights[tap * 6 + k];
                }
            }

            Assert.Equal(NaiveRounding.Int8(OutputZero + Scaled(rounding, sum, 0.02f, perTensor: false)), actual[i]);
        }
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public void Fully_connected_with_one_weight_scale_multiplies_scales_in_float32(Arithmetic arithmetic)
    {
        var weights = RandomInt8(6, 5 * 33);
        var bias = RandomInt32(7, 5, 2000);
        var x = Int8("x", InputScale, InputZero, 4, 33);
        var w = Int8Constant("w", 0.013f, 3, weights, 5, 33);
        var y = Int8("y", OutputScale, OutputZero, 4, 5);
        var graph = Single(arithmetic, new FullyConnectedAttributes(ActivationBounds.None), y, x, w, Int32("b", bias, 5));
        var values = RandomInt8(8, 4 * 33);

        var actual = Values<sbyte>(Run(graph, Bytes(values)));

        for (var i = 0; i < actual.Length; i++)
        {
            var sum = bias[i % 5];
            for (var k = 0; k < 33; k++)
            {
                sum += (values[i / 5 * 33 + k] - InputZero) * (weights[i % 5 * 33 + k] - 3);
            }

            Assert.Equal(NaiveRounding.Int8(OutputZero + Scaled(arithmetic, sum, 0.013f, perTensor: true)), actual[i]);
        }
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Matrix_product_of_two_activations_broadcasts_its_batches(bool transposeA, bool transposeB)
    {
        var a = Int8("a", InputScale, InputZero, transposeA ? [2, 1, 7, 4] : [2, 1, 4, 7]);
        var b = Int8("b", 0.02f, 11, transposeB ? [3, 5, 7] : [3, 7, 5]);
        var y = Int8("y", OutputScale, OutputZero, 2, 3, 4, 5);
        var graph = Single(Arithmetic.Float, new MatrixMultiplyAttributes(transposeA, transposeB), y, a, b);
        var (x, w) = (RandomInt8(9, 56), RandomInt8(10, 105));

        var actual = Values<sbyte>(Run(graph, Bytes(x), Bytes(w)));

        for (var i = 0; i < actual.Length; i++)
        {
            var (n, m, matrixB, matrixA) = (i % 5, i / 5 % 4, i / 20 % 3, i / 60);
            var sum = 0;
            for (var k = 0; k < 7; k++)
            {
                var left = x[matrixA * 28 + (transposeA ? k * 4 + m : m * 7 + k)];
                var right = w[matrixB * 35 + (transposeB ? n * 7 + k : k * 5 + n)];
                sum += (left - InputZero) * (right - 11);
            }

            Assert.Equal(NaiveRounding.Int8(OutputZero + Scaled(Arithmetic.Float, sum, 0.02f, perTensor: true)), actual[i]);
        }
    }

    [Fact]
    public void Convolution_with_a_zero_point_for_each_channel_goes_through_float()
    {
        var x = Int8("x", 0.5f, 1, 1, 1, 1, 2);
        var w = new Tensor("w", ElementType.Int8, [2, 1, 1, 2])
        {
            Quantisation = new Quantisation([0.25f, 0.5f], [1, -1]),
            Data = Bytes<sbyte>([3, 5, 7, -9]),
        };
        var y = Int8("y", 1f, 0, 1, 1, 1, 2);
        var graph = Single(
            Arithmetic.Float, new ConvolutionAttributes(Window(1, 1), 1, ActivationBounds.None), y, x, w, Int32("b", [8, -4], 2));

        var actual = Values<sbyte>(Run(graph, Bytes<sbyte>([9, -3])));

        // x = (4, −2); w = (0.5, 1), (4, −4); b = 8·0.125, −4·0.25; 4·0.5 − 2·1 + 1 and 4·4 + 2·4 − 1.
        Assert.Equal([1, 23], actual);
    }

    private static int Scaled(Arithmetic arithmetic, int sum, float weightScale, bool perTensor)
    {
        var product = perTensor ? InputScale * weightScale : (double)InputScale * weightScale;
        return arithmetic switch
        {
            Arithmetic.TfliteReference => NaiveRounding.Double(sum, product / OutputScale),
            Arithmetic.TfliteRuy => NaiveRounding.Single(sum, product / OutputScale),
            Arithmetic.Float => NaiveRounding.Float(sum, InputScale * weightScale / OutputScale),
        };
    }
}
