using NpuSim.Isa.Program;
using NpuSim.Workloads.Compress;
using NpuSim.Workloads.Graphs;
using Xunit;

namespace NpuSim.Tests.Workloads.Compress;

public sealed class PreservationTests
{
    public static TheoryData<ulong> Seeds => [.. Enumerable.Range(1, 40).Select(seed => (ulong)seed)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Float_passes_keep_the_outputs(ulong seed)
    {
        var graph = RandomNetwork.Create(seed);
        var prepared = Preparation.Prepare(graph, new PreparationOptions { Quantise = false }).Graph;
        Assert.InRange(Outputs.RelativeError(Outputs.Of(graph), Outputs.Of(prepared)), 0, 1e-4);
        Assert.DoesNotContain(prepared.Nodes, node => node.Kind == OperatorKind.BatchNormalisation);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_quantised_network_is_close_to_the_float_one(ulong seed)
    {
        var graph = RandomNetwork.Create(seed);
        var prepared = Preparation.Prepare(graph, new PreparationOptions { DrawnSamples = 8 }).Graph;
        Assert.All(prepared.Nodes.Where(node => node.Kind is not (OperatorKind.Quantise or OperatorKind.Dequantise)),
            node => Assert.Equal(ElementType.Int8, node.Output.Type));
        Assert.InRange(Outputs.Sqnr(Outputs.Of(graph), Outputs.Of(prepared)), 20, 100);
    }

    [Fact]
    public void Preparing_twice_gives_the_same_graph_and_leaves_the_model_alone()
    {
        var graph = RandomNetwork.Create(9);
        var before = GraphHash.Compute(graph);
        var first = Preparation.Prepare(graph, new PreparationOptions());
        var second = Preparation.Prepare(graph, new PreparationOptions());
        Assert.Equal(GraphHash.Compute(first.Graph), GraphHash.Compute(second.Graph));
        Assert.Equal(before, GraphHash.Compute(graph));
        Assert.Equal(first.Changes, second.Changes);
    }

    [Fact]
    public void Recognised_functions_keep_their_values()
    {
        var sketch = new GraphSketch();
        var x = sketch.Input("x", 1, 6, 16);
        var erf = sketch.Unary("erf", UnaryFunction.Erf, sketch.Binary("div", BinaryFunction.Divide, x, GraphSketch.Scalar("root2", 1.4142135f)));
        var gate = sketch.Binary("plus", BinaryFunction.Add, erf, GraphSketch.Scalar("one", 1));
        var gelu = sketch.Binary("y", BinaryFunction.Multiply, sketch.Binary("h", BinaryFunction.Multiply, GraphSketch.Scalar("half", 0.5f), x), gate);
        var mean = sketch.Add("mean", new ReduceAttributes(ReduceFunction.Mean, [2], true), gelu);
        var centred = sketch.Binary("sub", BinaryFunction.Subtract, gelu, mean);
        var square = sketch.Add("var", new ReduceAttributes(ReduceFunction.Mean, [2], true), sketch.Unary("sq", UnaryFunction.Square, centred));
        var root = sketch.Unary("sqrt", UnaryFunction.Sqrt, sketch.Binary("e", BinaryFunction.Add, square, GraphSketch.Scalar("eps", 1e-5f)));
        var graph = sketch.Done(sketch.Binary("out", BinaryFunction.Divide, centred, root));
        var prepared = Preparation.Prepare(graph, new PreparationOptions { Quantise = false }).Graph;
        Assert.Equal("Unary LayerNormalisation", PassRun.Operators(prepared));
        Assert.InRange(Outputs.RelativeError(Outputs.Of(graph), Outputs.Of(prepared)), 0, 1e-4);
    }
}
