using NpuSim.Isa.Program;
using NpuSim.Tests.Workloads.Interpret;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Quantised;
using Xunit;
using static NpuSim.Tests.Workloads.Interpret.TestTensors;

namespace NpuSim.Tests.Workloads.Quantised;

public sealed class LookupTablesTests
{
    private static readonly Tensor X = Int8("x", 0.05f, -3, 256);

    public static TheoryData<UnaryFunction> Functions => [.. Enum.GetValues<UnaryFunction>()];

    [Theory]
    [MemberData(nameof(Functions))]
    public void Float_dialect_quantises_the_real_function(UnaryFunction function)
    {
        var table = Table(Arithmetic.Float, new UnaryAttributes(function, 0.2f, 0.5f), X, Int8("y", 0.04f, 5, 256));

        for (var q = -128; q <= 127; q++)
        {
            var real = Real(function, (q + 3) * 0.05f);
            var expected = double.IsNaN(real) ? 5 : Math.Clamp(real / 0.04f + 5, -128, 127);
            Assert.InRange(table[q + 128] - expected, -0.5001, 0.5001);
        }
    }

    [Theory]
    [InlineData(UnaryFunction.Sigmoid, 1f / 256, -128)]
    [InlineData(UnaryFunction.Tanh, 1f / 128, 0)]
    [InlineData(UnaryFunction.HardSwish, 0.04f, 5)]
    [InlineData(UnaryFunction.LeakyRelu, 0.04f, 5)]
    public void Tflite_functions_are_within_a_step_of_the_real_ones(UnaryFunction function, float scale, int zero)
    {
        var table = Table(Arithmetic.TfliteReference, new UnaryAttributes(function, 0.2f), X, Int8("y", scale, zero, 256));

        for (var q = -128; q <= 127; q++)
        {
            var expected = Math.Clamp(Real(function, (q + 3) * 0.05f) / scale + zero, -128, 127);
            Assert.InRange(table[q + 128] - expected, -1.01, 1.01);
        }
    }

    [Fact]
    public void Tflite_leaky_relu_rounds_twice()
    {
        var table = Table(Arithmetic.TfliteReference, new UnaryAttributes(UnaryFunction.LeakyRelu, 0.2f), X, Int8("y", 0.04f, 5, 256));

        for (var q = -128; q <= 127; q++)
        {
            var factor = q + 3 >= 0 ? 0.05f / 0.04f : (float)(0.05f * 0.2f) / 0.04f;
            Assert.Equal(NaiveRounding.Int8(NaiveRounding.Double(q + 3, factor) + 5), table[q + 128]);
        }
    }

    [Fact]
    public void Tflite_hard_swish_saturates_below_minus_three_and_follows_its_operand_above_three()
    {
        var table = Table(Arithmetic.TfliteReference, new UnaryAttributes(UnaryFunction.HardSwish), X, Int8("y", 0.05f, -3, 256));

        // x = −6.25 … −3.05, then 3.05 … 6.5.
        Assert.All(Enumerable.Range(-128, 64), q => Assert.Equal(-3, table[q + 128]));
        Assert.All(Enumerable.Range(60, 68), q => Assert.InRange(table[q + 128] - q, -1, 0));
    }

    [Theory]
    [InlineData(Arithmetic.TfliteReference)]
    [InlineData(Arithmetic.Float)]
    public void Clamp_bounds_are_values_of_the_output(Arithmetic arithmetic)
    {
        var table = Table(arithmetic, new ClampAttributes(ActivationBounds.Relu6), X, Int8("y", 0.1f, 10, 256));

        Assert.Equal(10, table[0]);
        Assert.Equal(70, table[255]);
        Assert.Equal(10 + 2, table[-3 + 4 + 128]);
    }

    [Fact]
    public void Requantisation_by_one_half_rounds_up_in_tflite_and_to_even_in_the_float_dialect()
    {
        var (from, to) = (Int8("x", 0.5f, 0, 1), Int8("y", 1f, 0, 1));

        var fixedPoint = LookupTables.Between(Arithmetic.TfliteReference, from, to);
        var real = LookupTables.Between(Arithmetic.Float, from, to);

        // The doubling high multiply, which alone rounds here, rounds ties up.
        Assert.Equal([1, 0, 3, -2], [fixedPoint[129], fixedPoint[127], fixedPoint[133], fixedPoint[123]]);
        Assert.Equal([0, 0, 2, -2], [real[129], real[127], real[133], real[123]]);
    }

    [Fact]
    public void Border_between_uint8_and_int8_flips_the_top_bit()
    {
        var bytes = new Tensor("x", ElementType.UInt8, [1]) { Quantisation = Quantisation.PerTensor(0.1f, 131) };

        var table = Table(Arithmetic.Float, new RequantiseAttributes(), bytes, Int8("y", 0.1f, 3, 1));

        for (var raw = 0; raw < 256; raw++)
        {
            Assert.Equal((sbyte)(raw - 128), table[(sbyte)raw + 128]);
        }
    }

    [Fact]
    public void A_scale_for_each_channel_has_no_table()
    {
        var x = new Tensor("x", ElementType.Int8, [2]) { Quantisation = new Quantisation([0.1f, 0.2f], [0, 0]) };
        var graph = Single(Arithmetic.Float, new UnaryAttributes(UnaryFunction.Tanh), Int8("y", 0.1f, 0, 2), x);

        Assert.Null(LookupTables.TryFor(graph, graph.Nodes[0], out var reason));
        Assert.Contains("one scale", reason, StringComparison.Ordinal);
        Assert.Throws<ModelException>(() => LookupTables.For(graph, graph.Nodes[0]));
    }

    private static sbyte[] Table(Arithmetic arithmetic, OperatorAttributes attributes, Tensor x, Tensor y)
    {
        var graph = Single(arithmetic, attributes, y, x);
        return LookupTables.For(graph, graph.Nodes[0]);
    }

    private static double Real(UnaryFunction function, double x) => function switch
    {
        UnaryFunction.Sigmoid => 1 / (1 + Math.Exp(-x)),
        UnaryFunction.Tanh => Math.Tanh(x),
        UnaryFunction.Erf => Erf(x),
        UnaryFunction.Gelu => x / 2 * (1 + Erf(x / Math.Sqrt(2))),
        UnaryFunction.GeluTanh => x / 2 * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * Math.Pow(x, 3)))),
        UnaryFunction.Exp => Math.Exp(x),
        UnaryFunction.Log => Math.Log(x),
        UnaryFunction.Sqrt => Math.Sqrt(x),
        UnaryFunction.Rsqrt => 1 / Math.Sqrt(x),
        UnaryFunction.Reciprocal => 1 / x,
        UnaryFunction.Negate => -x,
        UnaryFunction.Absolute => Math.Abs(x),
        UnaryFunction.Square => x * x,
        UnaryFunction.HardSwish => x * Math.Min(Math.Max(x + 3, 0), 6) / 6,
        UnaryFunction.HardSigmoid => Math.Min(Math.Max(0.2f * x + 0.5, 0), 1),
        UnaryFunction.Swish => x / (1 + Math.Exp(-x)),
        UnaryFunction.LeakyRelu => x < 0 ? 0.2f * x : x,
        UnaryFunction.Elu => x < 0 ? 0.2f * (Math.Exp(x) - 1) : x,
        UnaryFunction.Softplus => Math.Log(1 + Math.Exp(x)),
        UnaryFunction.Floor => Math.Floor((float)x),
        UnaryFunction.Ceiling => Math.Ceiling((float)x),
        UnaryFunction.Round => Math.Round((float)x),
        UnaryFunction.Sine => Math.Sin(x),
        UnaryFunction.Cosine => Math.Cos(x),
    };

    // Simpson's rule on 2/√π · exp(−t²).
    private static double Erf(double x)
    {
        const int Steps = 400;
        var h = x / Steps;
        var sum = 0.0;
        for (var i = 0; i <= Steps; i++)
        {
            sum += Math.Exp(-h * i * h * i) * (i == 0 || i == Steps ? 1 : i % 2 == 1 ? 4 : 2);
        }

        return sum * h / 3 * 2 / Math.Sqrt(Math.PI);
    }
}
