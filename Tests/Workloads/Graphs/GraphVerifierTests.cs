using NpuSim.Isa.Program;
using NpuSim.Tests.Workloads.Interpret;
using NpuSim.Workloads.Graphs;
using Xunit;

namespace NpuSim.Tests.Workloads.Graphs;

public sealed class GraphVerifierTests
{
    public static TheoryData<string, Action<Graph>> Violations => new()
    {
        { "input conv is neither a constant, nor a graph input, nor computed by an earlier node", graph => graph.Nodes.Reverse(0, 2) },
        { "output conv is already computed or a graph input", graph => graph.Nodes[1].Outputs = [graph.Nodes[0].Output] },
        { "graph output lost is computed by no node", graph => graph.Outputs.Add(TestTensors.Int8("lost", 1, 0, 1)) },
        { "graph small has no outputs", graph => graph.Outputs.Clear() },
        { "graph input x is listed twice", graph => graph.Inputs.Add(graph.Inputs[0]) },
        { "graph input w is a constant", graph => graph.Inputs.Add(graph.Nodes[0].Input(1)) },
        { "two tensors are named x", graph => graph.Inputs.Add(TestTensors.Int8("x", 1, 0, 1)) },
        { "constant w has 108 bytes, 72 were expected", graph => graph.Nodes[0].Input(1).Shape = [4, 3, 3, 2] },
        { "tensor x is 1×0×8×3, extents of at least 1 were expected", graph => graph.Inputs[0].Shape = [1, 0, 8, 3] },
        { "at most 2147483591 bytes are supported", graph => graph.Inputs[0].Shape = [1, int.MaxValue, 8, 3] },
        { "tensor x has 20 dimensions", graph => graph.Inputs[0].Shape = [.. Enumerable.Repeat(1, 20)] },
        { "tensor x has scale 0, a positive number was expected", graph => graph.Inputs[0].Quantisation = Quantisation.PerTensor(0, 0) },
        { "tensor x has scale NaN, a positive number was expected", graph => graph.Inputs[0].Quantisation = Quantisation.PerTensor(float.NaN, 0) },
        { "tensor x has zero point 128, -128 to 127 was expected of Int8", graph => graph.Inputs[0].Quantisation = Quantisation.PerTensor(1, 128) },
        { "tensor x has 2 scales and 1 zero points", graph => graph.Inputs[0].Quantisation = new Quantisation([1, 2], [0]) },
        { "tensor x has 2 scales along dimension 3 of 1×8×8×3", graph => graph.Inputs[0].Quantisation = new Quantisation([1, 2], [0, 0], 3) },
        { "tensor conv is Float32 and has a quantisation", graph => graph.Nodes[0].Output.Type = ElementType.Float32 },
        { "node c (Convolution): output conv is 1×4×4×5, 1×4×4×4 was expected", graph => graph.Nodes[0].Output.Shape = [1, 4, 4, 5] },
        { "node c (Convolution): 1 inputs, 2 to 3 were expected", graph => graph.Nodes[0].Inputs = [graph.Inputs[0]] },
        { "node c (Convolution): input 1 is absent", graph => graph.Nodes[0].Inputs = [graph.Inputs[0], null] },
        { "node c (Convolution): vertical stride is 0, 1 to 65535 was expected", graph => Window(graph, new Window(3, 3, 0, 2, 1, 1, default)) },
        { "node c (Convolution): window 9×3 does not fit weights of 3×3", graph => Window(graph, new Window(9, 3, 2, 2, 1, 1, default)) },
        { "node c (Convolution): padding above is -1, 0 to 32767 was expected", graph => Window(graph, new Window(3, 3, 2, 2, 1, 1, new Padding(-1, 0, 0, 0))) },
        { "node c (Convolution): activation bounds 1 and 0 are not in order", graph => graph.Nodes[0].Attributes =
            ((ConvolutionAttributes)graph.Nodes[0].Attributes) with { Activation = new ActivationBounds(1, 0) } },
        { "node c (Concatenate): ", graph => graph.Nodes[0].Attributes = new ConcatenateAttributes(0) },
        { "operand w: Int8[4×3×3×3] must be quantised int8, as the node's other operands are", graph => graph.Nodes[0].Input(1).Quantisation = null },
        { "b is Float32, Int32 was expected", graph => graph.Nodes[0].Input(2).Type = ElementType.Float32 },
        { "of flat and part only one is quantised", graph => graph.Nodes[3].Output.Quantisation = null },
        { "slice of 16 from 40 in steps of 2 leaves dimension 1 of 1×64", graph => graph.Nodes[3].Attributes = new SliceAttributes([0, 40], [1, 16], [1, 2]) },
        { "1×16 has no dimension 7", graph => graph.Nodes[5].Attributes = new SoftmaxAttributes(7) },
        { "beta is NaN, a finite number was expected", graph => graph.Nodes[5].Attributes = new SoftmaxAttributes(1, float.NaN) },
        { "BinaryFunction 99 is not known", graph => graph.Nodes[1].Attributes = new BinaryAttributes((BinaryFunction)99, ActivationBounds.None) },
    };

    [Theory]
    [MemberData(nameof(Violations))]
    public void A_broken_rule_is_named(string message, Action<Graph> breakRule)
    {
        var graph = GraphPrinterTests.Small();
        breakRule(graph);

        var exception = Assert.Throws<ModelException>(() => GraphVerifier.Verify(graph));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
        Assert.True(exception.Message.Count(c => c == '\n') <= 1);
    }

    private static void Window(Graph graph, Window window) =>
        graph.Nodes[0].Attributes = ((ConvolutionAttributes)graph.Nodes[0].Attributes) with { Window = window };
}
