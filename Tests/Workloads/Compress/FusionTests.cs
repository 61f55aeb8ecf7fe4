using NpuSim.Workloads.Compress;
using NpuSim.Workloads.Graphs;
using Xunit;

namespace NpuSim.Tests.Workloads.Compress;

public sealed class FusionTests
{
    private const string Normalisation = "fuse-batch-normalisation";
    private const string Activations = "fuse-activations";

    [Fact]
    public void Batch_normalisation_disappears_into_the_convolution()
    {
        var sketch = new GraphSketch();
        var y = sketch.Relu("relu", Normalised(sketch, "bn", sketch.Plane("c", sketch.Input("x", 1, 4, 4, 3), 5)));
        var graph = PassRun.Of(sketch.Done(y), Normalisation, Activations);
        Assert.Equal(
            "relu: Float32[1×4×4×5] = Convolution 3×3 padding 1,1,1,1 within [0, Infinity]"
            + " (x, c_w/fused: constant Float32[5×3×3×3], c_w/bias: constant Float32[5])\n",
            PassRun.Text(graph));
    }

    [Fact]
    public void Batch_normalisation_that_nothing_precedes_becomes_multiply_and_add()
    {
        var sketch = new GraphSketch();
        var pool = sketch.Add("pool", new MaxPoolAttributes(GraphSketch.Square(2, 2), ActivationBounds.None), sketch.Input("x", 1, 4, 4, 3));
        var scaled = sketch.Binary("mul", BinaryFunction.Multiply, Normalised(sketch, "bn", pool), sketch.Constant("k", 1, 1, 1, 3));
        var y = sketch.Relu("relu", sketch.Binary("add", BinaryFunction.Add, scaled, sketch.Constant("b", 3)));
        var graph = PassRun.Of(sketch.Done(y), Normalisation, Activations);
        Assert.Equal("MaxPool Binary Binary", PassRun.Operators(graph));
        Assert.Equal(new BinaryAttributes(BinaryFunction.Add, ActivationBounds.Relu), graph.Nodes[2].Attributes);
    }

    [Fact]
    public void A_convolution_that_somebody_else_reads_too_keeps_its_weights()
    {
        var sketch = new GraphSketch();
        var c = sketch.Plane("c", sketch.Input("x", 1, 4, 4, 3), 3);
        var y = sketch.Binary("sum", BinaryFunction.Add, Normalised(sketch, "bn", c), c);
        Assert.Equal("Convolution Binary Binary Binary", PassRun.Operators(PassRun.Of(sketch.Done(y), Normalisation)));
    }

    [Fact]
    public void Two_clamps_become_the_narrower_activation()
    {
        var sketch = new GraphSketch();
        var c = sketch.Depthwise("c", sketch.Input("x", 1, 4, 4, 3));
        var y = sketch.Add("clip", new ClampAttributes(new ActivationBounds(-1, 6)), sketch.Relu("relu", c));
        var graph = PassRun.Of(sketch.Done(y), Activations);
        Assert.Equal(new ActivationBounds(0, 6), ((DepthwiseAttributes)Assert.Single(graph.Nodes).Attributes).Activation);
    }

    [Fact]
    public void A_matrix_product_and_an_addition_form_a_fully_connected_layer()
    {
        var sketch = new GraphSketch();
        var product = sketch.Add("mm", new MatrixMultiplyAttributes(false, false), sketch.Input("x", 2, 5, 8), sketch.Constant("w", 8, 3));
        var graph = PassRun.Of(sketch.Done(sketch.Binary("add", BinaryFunction.Add, sketch.Constant("b", 3), product)), "form-fully-connected");
        Assert.Equal("add: Float32[2×5×3] = FullyConnected (x, w/transposed: constant Float32[3×8], b: constant Float32[3])\n", PassRun.Text(graph));
    }

    [Fact]
    public void Zero_padding_becomes_the_padding_of_the_convolution()
    {
        var sketch = new GraphSketch();
        var x = sketch.Input("x", 1, 6, 6, 3);
        var padded = sketch.Add("pad", new PadAttributes([0, 0, 1, 0], [0, 1, 2, 0], PadMode.Constant, 0), x);
        var graph = sketch.Done(sketch.Plane("c", padded, 4, 3, 2));
        var fused = PassRun.Of(graph, "fuse-padding");
        Assert.Equal(new Padding(1, 2, 2, 3), ((ConvolutionAttributes)Assert.Single(fused.Nodes).Attributes).Window.Padding);
        Assert.Equal(Outputs.Of(graph), Outputs.Of(fused));
    }

    [Fact]
    public void Divisions_and_squares_are_written_with_integer_forms()
    {
        var sketch = new GraphSketch();
        var (x, z) = (sketch.Input("x", 1, 5), sketch.Input("z", 1, 5));
        var scaled = sketch.Binary("div", BinaryFunction.Divide, x, GraphSketch.Scalar("eight", 8));
        var graph = sketch.Done(sketch.Binary("d", BinaryFunction.SquaredDifference, scaled, z));
        var simple = PassRun.Of(graph, "simplify-arithmetic");
        Assert.Equal("Binary Binary Unary", PassRun.Operators(simple));
        Assert.Equal(Outputs.Of(graph), Outputs.Of(simple));
    }

    [Fact]
    public void Reshapes_in_a_row_are_one_and_operators_without_effect_go()
    {
        var sketch = new GraphSketch();
        var x = sketch.Input("x", 1, 4, 4, 3);
        var a = sketch.Reshape("a", sketch.Relu("relu", x), 1, 48);
        var b = sketch.Reshape("b", sketch.Reshape("same", a, 1, 48), 48, 1);
        var whole = sketch.Add("whole", new SliceAttributes([0, 0], [48, 1], [1, 1]), b);
        var graph = PassRun.Of(sketch.Done(sketch.Transpose("t", whole, 0, 1)), "remove-identities");
        Assert.Equal("Clamp Reshape", PassRun.Operators(graph));
        Assert.Equal("t", graph.Outputs[0].Name);
    }

    private static Tensor Normalised(GraphSketch sketch, string name, Tensor x)
    {
        var channels = x.Shape[^1];
        float[] variance = [.. Enumerable.Range(1, channels).Select(channel => 0.5f + channel)];
        return sketch.Add(name, new BatchNormalisationAttributes(1e-3f), x, sketch.Constant(name + "_g", channels),
            sketch.Constant(name + "_b", channels), sketch.Constant(name + "_m", channels), GraphSketch.Values(name + "_v", [channels], variance));
    }
}
