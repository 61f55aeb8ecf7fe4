using NpuSim.Workloads.Graphs;
using Xunit;

namespace NpuSim.Tests.Workloads.Compress;

public sealed class RecognitionTests
{
    private const string Normalisation = "recognise-layer-normalisation";
    private const string Gelu = "recognise-gelu";
    private const string Swish = "recognise-swish";

    [Fact]
    public void Layer_normalisation_as_exporters_write_it()
    {
        var sketch = new GraphSketch();
        var x = sketch.Input("x", 1, 5, 8);
        var centred = sketch.Binary("sub", BinaryFunction.Subtract, x, Mean(sketch, "mean", x));
        var square = sketch.Binary("pow", BinaryFunction.Power, centred, GraphSketch.Scalar("two", 2));
        var variance = sketch.Binary("plus", BinaryFunction.Add, Mean(sketch, "var", square), GraphSketch.Scalar("eps", 1e-5f));
        var unit = sketch.Binary("div", BinaryFunction.Divide, centred, sketch.Unary("sqrt", UnaryFunction.Sqrt, variance));
        var scaled = sketch.Binary("gamma", BinaryFunction.Multiply, unit, sketch.Constant("g", 8));
        var y = sketch.Binary("beta", BinaryFunction.Add, sketch.Constant("b", 1, 1, 8), scaled);
        Assert.Equal(
            "beta: Float32[1×5×8] = LayerNormalisation from 2 epsilon 1E-05"
            + " (x, g: constant Float32[8], b/flat: constant Float32[8])\n",
            PassRun.Text(PassRun.Of(sketch.Done(y), Normalisation)));
    }

    [Fact]
    public void Layer_normalisation_as_TensorFlow_writes_it()
    {
        var sketch = new GraphSketch();
        var x = sketch.Input("x", 1, 5, 8);
        var mean = Mean(sketch, "mean", x);
        var variance = Mean(sketch, "var", sketch.Binary("sqd", BinaryFunction.SquaredDifference, x, mean));
        var inverse = sketch.Unary("rsqrt", UnaryFunction.Rsqrt, sketch.Binary("plus", BinaryFunction.Add, variance, GraphSketch.Scalar("eps", 1e-3f)));
        var factor = sketch.Binary("mul", BinaryFunction.Multiply, inverse, sketch.Constant("g", 8));
        var shift = sketch.Binary("sub", BinaryFunction.Subtract, sketch.Constant("b", 8), sketch.Binary("mul2", BinaryFunction.Multiply, mean, factor));
        var y = sketch.Binary("add", BinaryFunction.Add, sketch.Binary("mul1", BinaryFunction.Multiply, x, factor), shift);
        var graph = PassRun.Of(sketch.Done(y), Normalisation);
        Assert.Equal("LayerNormalisation", PassRun.Operators(graph));
        Assert.Equal(["x", "g", "b"], graph.Nodes[0].Inputs.Select(input => input!.Name));
    }

    [Fact]
    public void A_deviation_of_something_else_is_no_layer_normalisation()
    {
        var sketch = new GraphSketch();
        var (x, z) = (sketch.Input("x", 1, 5, 8), sketch.Input("z", 1, 5, 8));
        var centred = sketch.Binary("sub", BinaryFunction.Subtract, x, Mean(sketch, "mean", x));
        var variance = sketch.Binary("plus", BinaryFunction.Add, Mean(sketch, "var", sketch.Unary("sq", UnaryFunction.Square, z)), GraphSketch.Scalar("eps", 1));
        var y = sketch.Binary("div", BinaryFunction.Divide, centred, sketch.Unary("sqrt", UnaryFunction.Sqrt, variance));
        Assert.DoesNotContain("LayerNormalisation", PassRun.Operators(PassRun.Of(sketch.Done(y), Normalisation)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Gelu_by_the_error_function_in_either_order(bool halfFirst)
    {
        var sketch = new GraphSketch();
        var x = sketch.Input("x", 1, 8);
        var erf = sketch.Unary("erf", UnaryFunction.Erf, sketch.Binary("div", BinaryFunction.Divide, x, GraphSketch.Scalar("root2", 1.4142135f)));
        var gate = sketch.Binary("plus", BinaryFunction.Add, erf, GraphSketch.Scalar("one", 1));
        var half = GraphSketch.Scalar("half", 0.5f);
        var y = halfFirst
            ? sketch.Binary("y", BinaryFunction.Multiply, sketch.Binary("h", BinaryFunction.Multiply, half, x), gate)
            : sketch.Binary("y", BinaryFunction.Multiply, sketch.Binary("h", BinaryFunction.Multiply, x, gate), half);
        Assert.Equal("y: Float32[1×8] = Unary Gelu (x)\n", PassRun.Text(PassRun.Of(sketch.Done(y), Gelu)));
    }

    [Fact]
    public void Gelu_by_the_hyperbolic_tangent()
    {
        var sketch = new GraphSketch();
        var x = sketch.Input("x", 1, 8);
        var cube = sketch.Binary("pow", BinaryFunction.Power, x, GraphSketch.Scalar("three", 3));
        var inner = sketch.Binary("add", BinaryFunction.Add, x, sketch.Binary("m", BinaryFunction.Multiply, GraphSketch.Scalar("k", 0.044715f), cube));
        var tanh = sketch.Unary("tanh", UnaryFunction.Tanh, sketch.Binary("s", BinaryFunction.Multiply, GraphSketch.Scalar("c", 0.7978846f), inner));
        var gate = sketch.Binary("half", BinaryFunction.Multiply, GraphSketch.Scalar("h", 0.5f),
            sketch.Binary("plus", BinaryFunction.Add, GraphSketch.Scalar("one", 1), tanh));
        var y = sketch.Binary("y", BinaryFunction.Multiply, x, gate);
        Assert.Equal("y: Float32[1×8] = Unary GeluTanh (x)\n", PassRun.Text(PassRun.Of(sketch.Done(y), Gelu)));
    }

    [Fact]
    public void Swish_and_hard_swish_and_hard_sigmoid()
    {
        var sketch = new GraphSketch();
        var x = sketch.Input("x", 1, 8);
        var swish = sketch.Binary("swish", BinaryFunction.Multiply, sketch.Unary("sig", UnaryFunction.Sigmoid, x), x);
        var clamped = Gate(sketch, "a", x);
        var hardSwish = sketch.Binary("hs", BinaryFunction.Divide, sketch.Binary("m", BinaryFunction.Multiply, x, clamped), GraphSketch.Scalar("six", 6));
        var hardSigmoid = sketch.Binary("hg", BinaryFunction.Multiply, Gate(sketch, "b", x), GraphSketch.Scalar("sixth", 1f / 6));
        var graph = PassRun.Of(sketch.Done(swish, hardSwish, hardSigmoid), Swish);
        Assert.Equal(
            [UnaryFunction.Swish, UnaryFunction.HardSwish, UnaryFunction.HardSigmoid],
            graph.Nodes.Select(node => ((UnaryAttributes)node.Attributes).Function));
    }

    private static Tensor Gate(GraphSketch sketch, string name, Tensor x) =>
        sketch.Add(name + "_clip", new ClampAttributes(ActivationBounds.Relu6),
            sketch.Binary(name + "_plus", BinaryFunction.Add, x, GraphSketch.Scalar(name + "_3", 3)));

    private static Tensor Mean(GraphSketch sketch, string name, Tensor x) =>
        sketch.Add(name, new ReduceAttributes(ReduceFunction.Mean, [x.Shape.Count - 1], true), x);
}
