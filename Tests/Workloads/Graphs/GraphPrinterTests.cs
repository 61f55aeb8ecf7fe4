using NpuSim.Isa.Program;
using NpuSim.Tests.Workloads.Interpret;
using NpuSim.Workloads.Graphs;
using Xunit;

namespace NpuSim.Tests.Workloads.Graphs;

public sealed class GraphPrinterTests
{
    [Fact]
    public void A_small_graph_prints_as_golden_text()
    {
        const string Expected = """
            graph small, TfliteReference
            input x: Int8[1×8×8×3] 0.5@-1
            conv: Int8[1×4×4×4] 0.25@0 = Convolution 3×3 stride 2×2 padding 0,0,1,1 within [0, 6] (x, w: constant Int8[4×3×3×3] 4 scales along 0, b: constant Int32[4])
            sum: Int8[1×4×4×4] 0.25@0 = Binary Add within [0, Infinity] (conv, conv)
            flat: Int8[1×64] 0.25@0 = Reshape (sum)
            part: Int8[1×16] 0.25@0 = Slice from (0,8) extents (1,16) steps (1,2) (flat)
            norm: Int8[1×16] 0.03@2 = LayerNormalisation from 1 epsilon 1E-05 (part, none, beta: constant Float32[16])
            probability: Int8[1×16] 0.00390625@-128 = Softmax along 1 beta 2 (norm)
            output probability, sum

            """;

        Assert.Equal(Expected.ReplaceLineEndings("\n"), GraphPrinter.Print(Small()));
    }

    [Fact]
    public void The_printed_graph_verifies() => GraphVerifier.Verify(Small());

    internal static Graph Small()
    {
        var graph = new Graph("small") { Arithmetic = Arithmetic.TfliteReference };
        var x = TestTensors.Int8("x", 0.5f, -1, 1, 8, 8, 3);
        var w = new Tensor("w", ElementType.Int8, [4, 3, 3, 3]) { Quantisation = new Quantisation([0.01f, 0.02f, 0.03f, 0.04f], new int[4]) };
        w.Data = TestTensors.Bytes(TestTensors.RandomInt8(1, 108));
        var convolution = TestTensors.Int8("conv", 0.25f, 0, 1, 4, 4, 4);
        var sum = TestTensors.Int8("sum", 0.25f, 0, 1, 4, 4, 4);
        var flat = TestTensors.Int8("flat", 0.25f, 0, 1, 64);
        var part = TestTensors.Int8("part", 0.25f, 0, 1, 16);
        var norm = TestTensors.Int8("norm", 0.03f, 2, 1, 16);
        var probability = TestTensors.Int8("probability", 1f / 256, -128, 1, 16);
        var window = TestTensors.Window(3, 3, stride: 2, padding: new Padding(0, 0, 1, 1));
        graph.Inputs.Add(x);
        graph.Nodes.Add(new Node("c", new ConvolutionAttributes(window, 1, ActivationBounds.Relu6), [x, w, TestTensors.Int32("b", [1, 2, 3, 4], 4)], [convolution]));
        graph.Nodes.Add(new Node("a", new BinaryAttributes(BinaryFunction.Add, ActivationBounds.Relu), [convolution, convolution], [sum]));
        graph.Nodes.Add(new Node("r", new ReshapeAttributes(), [sum], [flat]));
        graph.Nodes.Add(new Node("s", new SliceAttributes([0, 8], [1, 16], [1, 2]), [flat], [part]));
        graph.Nodes.Add(new Node("n", new LayerNormalisationAttributes(1, 1e-5f), [part, null, TestTensors.FloatConstant("beta", new float[16], 16)], [norm]));
        graph.Nodes.Add(new Node("p", new SoftmaxAttributes(1, 2), [norm], [probability]));
        graph.Outputs.AddRange([probability, sum]);
        return graph;
    }
}
