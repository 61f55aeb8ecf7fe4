using NpuSim.Isa.Program;
using NpuSim.Workloads.Compress;
using NpuSim.Workloads.Graphs;
using Xunit;

namespace NpuSim.Tests.Workloads.Compress;

public sealed class QuantisedFusionTests
{
    private static readonly string[] Both = ["move-quantisation", "fuse-quantisation"];

    [Fact]
    public void A_marked_network_becomes_integer_throughout()
    {
        var graph = PassRun.Of(Network(), ["channels-last", "fuse-activations", .. Both, "remove-identities"]);
        Assert.Equal(
            "Quantise Transpose Convolution Convolution Requantise Concatenate AveragePool Reshape FullyConnected Dequantise",
            PassRun.Operators(graph));
        Assert.All(graph.Nodes.Skip(1).SkipLast(1), node => Assert.Equal(ElementType.Int8, node.Output.Type));
    }

    [Fact]
    public void An_operator_whose_result_nobody_quantises_stays_float()
    {
        var sketch = new GraphSketch();
        var x = sketch.Marked("x8", sketch.Input("x", 1, 8), 0.1f, 3);
        var graph = PassRun.Of(sketch.Done(sketch.Add("soft", new SoftmaxAttributes(1), x)), Both);
        Assert.Equal("Quantise Dequantise Softmax", PassRun.Operators(graph));
    }

    [Fact]
    public void A_pair_of_different_scales_is_a_requantisation_and_a_pair_of_one_is_nothing()
    {
        var sketch = new GraphSketch();
        var x = sketch.Marked("b", sketch.Marked("a", sketch.Marked("a0", sketch.Input("x", 1, 8), 0.1f, 3), 0.1f, 3), 0.2f, -5);
        Assert.Equal("Quantise Requantise Dequantise", PassRun.Operators(PassRun.Of(sketch.Done(x), Both)));
    }

    [Fact]
    public void A_bias_of_another_scale_is_rounded_to_that_of_the_products()
    {
        var sketch = new GraphSketch();
        var x = sketch.Marked("x8", sketch.Input("x", 1, 2), 0.5f, 0);
        var weights = sketch.Dequantise("w", sketch.Int8("w8", 0.25f, 3, 2));
        var stored = new Tensor("b32", ElementType.Int32, [3])
        {
            Quantisation = Quantisation.PerTensor(0.0625f, 0),
            Data = [.. new[] { 4, -3, 5 }.SelectMany(BitConverter.GetBytes)],
        };
        var y = sketch.Add("fc", new FullyConnectedAttributes(ActivationBounds.None), x, weights, sketch.Dequantise("b", stored));
        var graph = PassRun.Of(sketch.Done(sketch.Marked("y8", y, 0.3f, 1)), Both);
        var bias = graph.Nodes.Single(node => node.Kind == OperatorKind.FullyConnected).Input(2);
        Assert.Equal(ElementType.Int32, bias.Type);
        Assert.Equal([2, -2, 2], Enumerable.Range(0, 3).Select(i => BitConverter.ToInt32(bias.Data!, 4 * i)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_fused_network_is_within_one_step_of_the_float_evaluation(int seed)
    {
        var graph = Network((ulong)seed);
        var fused = Preparation.Prepare(graph, new PreparationOptions()).Graph;
        Assert.Contains(fused.Nodes, node => node is { Kind: OperatorKind.Convolution, Output.Type: ElementType.Int8 });
        var (expected, actual) = (Outputs.Of(graph, 3), Outputs.Of(fused, 3));
        Assert.True(expected.Distinct().Count() > 2);
        Assert.All(expected.Zip(actual), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 0.0801));
    }

    private static Graph Network(ulong seed = 1)
    {
        var sketch = new GraphSketch(seed);
        var x = sketch.Marked("x8", sketch.Input("x", 1, 3, 6, 6), 1f / 128, 0);
        var a = Convolution(sketch, "c1", x, 4);
        var b = Convolution(sketch, "c2", a, 4);
        var joined = sketch.Marked("cat8", sketch.Add("cat", new ConcatenateAttributes(1), a, b), 0.05f, -100);
        var pool = new AveragePoolAttributes(new Window(6, 6, 1, 1, 1, 1, default), false, ActivationBounds.None);
        var mean = sketch.Marked("mean8", sketch.ToFirst(sketch.Add("mean", pool, sketch.ToLast(joined))), 0.04f, -90);
        var flat = sketch.Reshape("flat", mean, 1, 8);
        var y = sketch.Add("fc", new FullyConnectedAttributes(ActivationBounds.None), flat, sketch.Dequantise("fw", sketch.Int8("fw8", 0.01f, 5, 8)),
            sketch.Dequantise("fb", sketch.Int32("fb32", 0.0004f, 1000, 5)));
        return sketch.Done(sketch.Marked("y8", y, 0.08f, 10));
    }

    private static Tensor Convolution(GraphSketch sketch, string name, Tensor x, int kernels)
    {
        var channels = x.Shape[1];
        var weights = sketch.Dequantise(name + "_w", sketch.Int8(name + "_w8", 0.01f, kernels, 3, 3, channels));
        var bias = sketch.Dequantise(name + "_b", sketch.Int32(name + "_b32", 0.01f / 128, 2000, kernels));
        var y = sketch.ToFirst(sketch.Add(name, new ConvolutionAttributes(GraphSketch.Square(3), 1, ActivationBounds.None), sketch.ToLast(x), weights, bias));
        return sketch.Marked(name + "_8", sketch.Relu(name + "_relu", y), name == "c1" ? 0.03f : 0.05f, name == "c1" ? -128 : -100);
    }
}
