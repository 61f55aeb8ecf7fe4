using NpuSim.Workloads.Graphs;
using Xunit;

namespace NpuSim.Tests.Workloads.Import.Onnx;

/// <summary>Values of single operators, small enough to work out by hand.</summary>
public class OperatorImportTests
{
    private static readonly float[] Four = [-2, -0.5f, 1, 3];

    [Theory]
    [InlineData("Relu", new float[] { 0, 0, 1, 3 })]
    [InlineData("Abs", new float[] { 2, 0.5f, 1, 3 })]
    [InlineData("Neg", new float[] { 2, 0.5f, -1, -3 })]
    [InlineData("Floor", new float[] { -2, -1, 1, 3 })]
    [InlineData("Ceil", new float[] { -2, 0, 1, 3 })]
    [InlineData("Round", new float[] { -2, 0, 1, 3 })]
    [InlineData("Reciprocal", new float[] { -0.5f, -2, 1, 1f / 3 })]
    [InlineData("LeakyRelu", new float[] { -0.02f, -0.005f, 1, 3 })]
    [InlineData("HardSigmoid", new float[] { 0.1f, 0.4f, 0.7f, 1 })]
    [InlineData("Sigmoid", new float[] { 0.11920292f, 0.37754067f, 0.7310586f, 0.95257413f })]
    [InlineData("Tanh", new float[] { -0.9640276f, -0.46211717f, 0.7615942f, 0.9950548f })]
    [InlineData("Exp", new float[] { 0.13533528f, 0.60653067f, 2.7182817f, 20.085537f })]
    [InlineData("Erf", new float[] { -0.9953223f, -0.5204999f, 0.8427008f, 0.9999779f })]
    [InlineData("Softplus", new float[] { 0.126928f, 0.474077f, 1.3132617f, 3.0485873f })]
    [InlineData("Elu", new float[] { -0.8646647f, -0.39346933f, 1, 3 })]
    [InlineData("Sin", new float[] { -0.9092974f, -0.47942555f, 0.84147096f, 0.14112f })]
    [InlineData("Cos", new float[] { -0.41614684f, 0.87758255f, 0.5403023f, -0.9899925f })]
    [InlineData("Identity", new float[] { -2, -0.5f, 1, 3 })]
    public void A_function_has_its_values(string name, float[] expected) =>
        Numbers.AssertClose(expected, new OnnxSketch().Input("x", 4).Node(name, "x", "y").Run(("x", Four)), 2e-6f);

    [Theory]
    [InlineData("HardSwish", 14, new[] { -1f / 3, -0.20833333f, 2f / 3, 3 })]
    [InlineData("Gelu", 20, new[] { -0.04550026f, -0.15426877f, 0.8413447f, 2.9959502f })]
    [InlineData("ms.FastGelu", 13, new[] { -0.045402348f, -0.154286f, 0.841192f, 2.9963627f })]
    public void A_later_function_has_its_values(string name, int opset, float[] expected) =>
        Numbers.AssertClose(expected, new OnnxSketch(opset).Input("x", 4).Node(name, "x", "y").Run(("x", Four)), 2e-6f);

    [Fact]
    public void Clip_takes_bounds_as_attributes_then_as_inputs()
    {
        Assert.Equal([-1, -0.5f, 1, 2], new OnnxSketch(6 + 1).Input("x", 4).Node("Clip", "x", "y", ("min", -1f), ("max", 2f)).Run(("x", Four)));
        Assert.Equal([-2, -0.5f, 1, 2], new OnnxSketch().Input("x", 4).Scalar("h", 2).Node("Clip", "x - h", "y").Run(("x", Four)));
        var graph = new OnnxSketch(7).Input("x", 4).Node("Clip", "x", "y", ("min", 0f), ("max", 6f)).Import();
        Assert.Equal(new ClampAttributes(ActivationBounds.Relu6), Assert.Single(graph.Nodes).Attributes);
    }

    [Theory]
    [InlineData("Add", new float[] { 8, 10, 10, 12 })]
    [InlineData("Sub", new float[] { -6, -6, -4, -4 })]
    [InlineData("Mul", new float[] { 7, 16, 21, 32 })]
    [InlineData("Div", new float[] { 1 / 7f, 0.25f, 3 / 7f, 0.5f })]
    public void Operands_are_broadcast(string name, float[] expected) => Numbers.AssertClose(expected,
        new OnnxSketch().Input("x", 2, 2).Floats("c", [7, 8], 2).Node(name, "x c", "y").Run(("x", [1, 2, 3, 4])));

    [Theory]
    [InlineData("Sum", new float[] { 16, 18 })]
    [InlineData("Mean", new float[] { 16 / 3f, 6 })]
    [InlineData("Min", new float[] { 1, 2 })]
    [InlineData("Max", new float[] { 10, 10 })]
    public void Many_operands_become_a_chain(string name, float[] expected) => Numbers.AssertClose(expected,
        new OnnxSketch().Input("x", 2).Floats("a", [5, 6], 2).Scalar("b", 10).Node(name, "x a b", "y").Run(("x", [1, 2])));

    [Theory]
    [InlineData(2, OperatorKind.Unary)]
    [InlineData(0.5f, OperatorKind.Unary)]
    [InlineData(3, OperatorKind.Binary)]
    public void Usual_exponents_become_functions(float exponent, OperatorKind kind)
    {
        var model = new OnnxSketch().Input("x", 2).Scalar("e", exponent).Node("Pow", "x e", "y");
        Numbers.AssertClose([MathF.Pow(2, exponent), MathF.Pow(9, exponent)], model.Run(("x", [2, 9])));
        Assert.Equal(kind, Assert.Single(model.Import().Nodes).Kind);
    }

    [Fact]
    public void One_slope_makes_a_leaky_relu_and_several_are_refused()
    {
        Assert.Equal([-0.5f, -0.125f, 1, 3], new OnnxSketch().Input("x", 4).Scalar("s", 0.25f).Node("PRelu", "x s", "y").Run(("x", Four)));
        Assert.Contains("one constant slope", new OnnxSketch().Input("x", 2).Floats("s", [1, 2], 2).Node("PRelu", "x s", "y").Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_choice_with_a_constant_condition_keeps_infinities_of_constants_out()
    {
        var model = new OnnxSketch().Input("x", 2).Constant("c", NpuSim.Workloads.Import.Onnx.Proto.TensorProto.Types.DataType.Bool, [1, 0], 2)
            .Scalar("low", float.NegativeInfinity).Node("Where", "c x low", "y");
        Assert.Equal([5, float.NegativeInfinity], model.Run(("x", [5, 6])));
    }

    [Fact]
    public void Dropout_disappears_and_the_output_keeps_its_name()
    {
        var graph = new OnnxSketch().Input("x", 2).Node("Relu", "x", "a").Node("Dropout", "a", "y mask").Output("y").Import();
        Assert.Single(graph.Nodes);
        Assert.Equal("y", graph.Outputs[0].Name);
    }

    [Theory]
    [InlineData(0, 0, 1, 2)]
    [InlineData(0, 1, 1, 2)]
    [InlineData(1, 0, 0.5f, 1)]
    [InlineData(1, 1, 1, 0.5f)]
    public void Gemm_transposes_and_scales(int transposeA, int transposeB, float alpha, float beta)
    {
        int[] shapeA = transposeA == 0 ? [2, 3] : [3, 2], shapeB = transposeB == 0 ? [3, 2] : [2, 3];
        var (a, b) = (Numbers.Drawn(6, 1), Numbers.Drawn(6, 2));
        float[] expected = new float[4], c = [1, -2];
        for (var i = 0; i < 12; i++)
        {
            var (m, n, k) = (i / 6, i / 3 % 2, i % 3);
            expected[m * 2 + n] += alpha * a[transposeA == 0 ? m * 3 + k : k * 2 + m] * b[transposeB == 0 ? k * 2 + n : n * 3 + k] + beta * c[n] / 3;
        }

        (string, object)[] attributes = [("transA", transposeA), ("transB", transposeB), ("alpha", alpha), ("beta", beta)];
        var constant = new OnnxSketch().Input("a", shapeA).Floats("b", b, shapeB).Floats("c", c, 2).Node("Gemm", "a b c", "y", attributes);
        Numbers.AssertClose(expected, constant.Run(("a", a)));
        Assert.Contains(constant.Import().Nodes, node => node.Kind == OperatorKind.FullyConnected && node.Input(1).Shape.SequenceEqual([2, 3]));
        var computed = new OnnxSketch().Input("a", shapeA).Input("b", shapeB).Floats("c", c, 2).Node("Gemm", "a b c", "y", attributes);
        Numbers.AssertClose(expected, computed.Run(("a", a), ("b", b)));
    }

    [Fact]
    public void A_product_with_constants_is_fully_connected_and_one_without_is_not()
    {
        var constant = new OnnxSketch().Input("a", 1, 2, 3).Floats("b", [1, 2, 3, 4, 5, 6], 3, 2).Node("MatMul", "a b", "y");
        Assert.Equal([22, 28, 49, 64], constant.Run(("a", [1, 2, 3, 4, 5, 6])));
        Assert.Equal(OperatorKind.FullyConnected, Assert.Single(constant.Import().Nodes).Kind);
        var computed = new OnnxSketch().Input("a", 1, 2, 3).Input("b", 2, 3, 1).Node("MatMul", "a b", "y");
        Assert.Equal([4, 10, 5, 11], computed.Run(("a", [1, 2, 3, 4, 5, 6]), ("b", [1, 0, 1, 0, 1, 1])));
        Assert.Equal([2, 2, 1], computed.Import().Outputs[0].Shape);
    }

    [Theory]
    [InlineData("MaxPool", 0, 0, new float[] { 5, 6, 8, 9 })]
    [InlineData("MaxPool", 1, 0, new float[] { 5, 6, 6, 8, 9, 9, 8, 9, 9 })]
    [InlineData("AveragePool", 0, 0, new float[] { 3, 4, 6, 7 })]
    [InlineData("AveragePool", 1, 0, new float[] { 3, 4, 4.5f, 6, 7, 7.5f, 7.5f, 8.5f, 9 })]
    [InlineData("AveragePool", 1, 1, new float[] { 3, 4, 2.25f, 6, 7, 3.75f, 3.75f, 4.25f, 2.25f })]
    public void A_pool_counts_padding_as_it_is_told(string name, int pad, int count, float[] expected)
    {
        List<(string, object)> attributes = [("kernel_shape", new[] { 2, 2 }), ("pads", new[] { 0, 0, pad, pad })];
        if (name == "AveragePool")
            attributes.Add(("count_include_pad", count));
        Numbers.AssertClose(expected, new OnnxSketch().Input("x", 1, 1, 3, 3).Node(name, "x", "y", [.. attributes]).Run(("x", [1, 2, 3, 4, 5, 6, 7, 8, 9])));
    }

    [Theory]
    [InlineData(0, new float[] { 3, 4.5f, 7.5f, 9 })]
    [InlineData(1, new float[] { 3, 4.5f, 7.5f, 9 })]
    public void Rounding_up_adds_windows_that_hang_over_the_edge(int count, float[] expected) => Numbers.AssertClose(expected,
        new OnnxSketch().Input("x", 1, 1, 3, 3).Node("AveragePool", "x", "y", ("kernel_shape", new[] { 2, 2 }), ("strides", new[] { 2, 2 }), ("ceil_mode", 1),
            ("count_include_pad", count)).Run(("x", [1, 2, 3, 4, 5, 6, 7, 8, 9])));

    [Fact]
    public void Global_pools_fold_rows_and_columns()
    {
        float[] x = [1, 2, 3, 6, -1, -2, -3, -6];
        Assert.Equal([3, -3], new OnnxSketch().Input("x", 1, 2, 2, 2).Node("GlobalAveragePool", "x", "y").Run(("x", x)));
        Assert.Equal([6, -1], new OnnxSketch().Input("x", 1, 2, 2, 2).Node("GlobalMaxPool", "x", "y").Run(("x", x)));
    }

    [Theory]
    [InlineData("ReduceMean", new float[] { 2, 5 })]
    [InlineData("ReduceSum", new float[] { 6, 15 })]
    [InlineData("ReduceMax", new float[] { 3, 6 })]
    [InlineData("ReduceMin", new float[] { 1, 4 })]
    [InlineData("ReduceProd", new float[] { 6, 120 })]
    public void Axes_are_attributes_first_and_inputs_later(string name, float[] expected)
    {
        float[] x = [1, 2, 3, 4, 5, 6];
        Numbers.AssertClose(expected, new OnnxSketch(11).Input("x", 2, 3).Node(name, "x", "y", ("axes", new[] { -1 }), ("keepdims", 0)).Run(("x", x)));
        Numbers.AssertClose(expected, new OnnxSketch(18).Input("x", 2, 3).Longs("a", 1).Node(name, "x a", "y", ("keepdims", 0)).Run(("x", x)));
        Assert.Equal([1, 1], new OnnxSketch(11).Input("x", 2, 3).Node(name, "x", "y").Import().Outputs[0].Shape);
    }
}
