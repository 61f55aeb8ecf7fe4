using NpuSim.Workloads.Compress;
using NpuSim.Workloads.Graphs;
using Xunit;

namespace NpuSim.Tests.Workloads.Compress;

public sealed class ChannelsLastTests
{
    private const string Pass = "channels-last";

    [Fact]
    public void Transposes_between_convolutions_cancel_through_activations_and_additions()
    {
        var sketch = new GraphSketch();
        var x = sketch.Input("x", 1, 4, 8, 8);
        var a = sketch.Relu("relu", sketch.Convolution("c1", x, 4));
        var b = sketch.Convolution("c2", a, 4);
        var y = sketch.Convolution("c3", sketch.Binary("add", BinaryFunction.Add, a, b), 4);
        var graph = PassRun.Of(sketch.Done(y), Pass);
        Assert.Equal("Transpose Convolution Clamp Convolution Binary Convolution Transpose", PassRun.Operators(graph));
    }

    [Fact]
    public void Constants_per_channel_are_permuted_with_the_tensor()
    {
        var sketch = new GraphSketch();
        var c = sketch.Convolution("c1", sketch.Input("x", 1, 3, 4, 4), 5);
        var scaled = sketch.Binary("mul", BinaryFunction.Multiply, sketch.Constant("k", 5, 1, 1), c);
        var graph = PassRun.Of(sketch.Done(sketch.Convolution("c2", scaled, 2)), Pass);
        Assert.Contains("mul/nhwc: Float32[1×4×4×5] = Binary Multiply (k/nhwc: constant Float32[1×1×1×5], c1)", PassRun.Text(graph), StringComparison.Ordinal);
    }

    [Fact]
    public void Concatenation_slice_and_pad_take_their_axes_along()
    {
        var sketch = new GraphSketch();
        var x = sketch.Input("x", 1, 3, 6, 6);
        var joined = sketch.Add("cat", new ConcatenateAttributes(1), sketch.Convolution("c1", x, 4), sketch.Convolution("c2", x, 2));
        var cut = sketch.Add("cut", new SliceAttributes([0, 1, 0, 2], [1, 4, 6, 3], [1, 1, 1, 1]), joined);
        var padded = sketch.Add("pad", new PadAttributes([0, 0, 1, 0], [0, 0, 0, 2], PadMode.Constant, 0), cut);
        var graph = PassRun.Of(sketch.Done(sketch.Convolution("c3", padded, 2)), Pass);
        Assert.Equal(2, graph.Nodes.Count(node => node.Kind == OperatorKind.Transpose));
        Assert.Equal(3, ((ConcatenateAttributes)graph.Nodes.Single(node => node.Kind == OperatorKind.Concatenate).Attributes).Axis);
        Assert.Equal([0, 0, 2, 1], ((SliceAttributes)graph.Nodes.Single(node => node.Kind == OperatorKind.Slice).Attributes).Starts);
        Assert.Equal([0, 0, 2, 0], ((PadAttributes)graph.Nodes.Single(node => node.Kind == OperatorKind.Pad).Attributes).After);
    }

    [Fact]
    public void Flattening_before_a_fully_connected_layer_permutes_its_weights()
    {
        var sketch = new GraphSketch();
        var c = sketch.Relu("relu", sketch.Convolution("c1", sketch.Input("x", 1, 3, 4, 4), 5));
        var flat = sketch.Reshape("flat", c, 1, 80);
        var graph = PassRun.Of(sketch.Done(sketch.Connected("fc", sketch.Relu("again", flat), 7)), Pass);
        Assert.Equal("Transpose Convolution Clamp Clamp Reshape FullyConnected", PassRun.Operators(graph));
    }

    [Fact]
    public void A_channel_shuffle_stays_within_the_channels()
    {
        var sketch = new GraphSketch();
        var c = sketch.Convolution("c1", sketch.Input("x", 2, 3, 4, 4), 6);
        var split = sketch.Reshape("split", c, 2, 2, 3, 4, 4);
        var mixed = sketch.Transpose("mix", split, 0, 2, 1, 3, 4);
        var merged = sketch.Reshape("merge", mixed, 2, 6, 4, 4);
        var graph = PassRun.Of(sketch.Done(sketch.Convolution("c2", merged, 2)), Pass);
        Assert.Equal("Transpose Convolution Reshape Transpose Reshape Convolution Transpose", PassRun.Operators(graph));
        var shuffle = (TransposeAttributes)graph.Nodes[3].Attributes;
        Assert.Equal([0, 1, 2, 4, 3], shuffle.Permutation);
    }

    [Fact]
    public void A_global_mean_and_a_squeeze_leave_no_transpose()
    {
        var sketch = new GraphSketch();
        var c = sketch.Convolution("c1", sketch.Input("x", 1, 3, 4, 4), 5);
        var mean = sketch.Add("mean", new ReduceAttributes(ReduceFunction.Mean, [2, 3], true), c);
        var graph = PassRun.Of(sketch.Done(sketch.Connected("fc", sketch.Reshape("flat", mean, 1, 5), 7)), Pass, "remove-identities");
        Assert.Equal("Transpose Convolution Reduce Reshape FullyConnected", PassRun.Operators(graph));
    }

    [Fact]
    public void Patches_of_a_vision_transformer_become_rows_without_a_transpose()
    {
        var sketch = new GraphSketch();
        var c = sketch.Convolution("c1", sketch.Input("x", 1, 3, 8, 8), 6, 2, 2);
        var rows = sketch.Reshape("rows", c, 1, 6, 16);
        var tokens = sketch.Transpose("tokens", rows, 0, 2, 1);
        var graph = PassRun.Of(sketch.Done(sketch.Connected("fc", tokens, 4)), Pass);
        Assert.Equal("Transpose Convolution Reshape FullyConnected", PassRun.Operators(graph));
    }

    [Fact]
    public void The_second_operand_of_a_product_is_read_transposed()
    {
        var sketch = new GraphSketch();
        var q = sketch.Transpose("q", sketch.Input("x", 1, 5, 2, 3), 0, 2, 1, 3);
        var k = sketch.Transpose("k", sketch.Input("z", 1, 5, 2, 3), 0, 2, 3, 1);
        var graph = PassRun.Of(sketch.Done(sketch.Add("qk", new MatrixMultiplyAttributes(false, false), q, k)), Pass);
        Assert.Equal("Transpose Transpose MatrixMultiply", PassRun.Operators(graph));
        Assert.All(graph.Nodes.Take(2), node => Assert.Equal([0, 2, 1, 3], ((TransposeAttributes)node.Attributes).Permutation));
        Assert.True(((MatrixMultiplyAttributes)graph.Nodes[2].Attributes).TransposeB);
    }

    [Fact]
    public void A_softmax_keeps_to_the_innermost_dimension()
    {
        var sketch = new GraphSketch();
        var swapped = sketch.Transpose("swap", sketch.Input("x", 1, 5, 6), 0, 2, 1);
        var graph = PassRun.Of(sketch.Done(sketch.Add("soft", new SoftmaxAttributes(2), swapped)), Pass);
        Assert.Equal("Transpose Softmax", PassRun.Operators(graph));
    }
}
