using System.Runtime.InteropServices;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Compress;
using NpuSim.Workloads.Graphs;
using Xunit;

namespace NpuSim.Tests.Workloads.Compress;

public sealed class QuantiseTests
{
    [Fact]
    public void Concatenation_and_movement_share_one_scale()
    {
        var sketch = new GraphSketch();
        var x = sketch.Input("x", 1, 4, 4, 3);
        var joined = sketch.Add("cat", new ConcatenateAttributes(3), sketch.Plane("a", x, 2), sketch.Plane("b", x, 2));
        var graph = Preparation.Prepare(sketch.Done(sketch.Reshape("flat", joined, 1, 64)), new PreparationOptions()).Graph;
        var step = graph.Nodes[^1].Input(0).Quantisation!;
        Assert.All(graph.Nodes.Where(node => node.Kind == OperatorKind.Convolution),
            node => Assert.Equal((step.Scale, step.Zero), (node.Output.Quantisation!.Scale, node.Output.Quantisation.Zero)));
    }

    [Fact]
    public void Weights_are_symmetric_per_channel_and_biases_of_the_scale_of_the_products()
    {
        var sketch = new GraphSketch();
        var graph = Preparation.Prepare(sketch.Done(sketch.Plane("c", sketch.Input("x", 1, 4, 4, 3), 5)), new PreparationOptions()).Graph;
        var layer = graph.Nodes.Single(node => node.Kind == OperatorKind.Convolution);
        var (weights, bias) = (layer.Input(1).Quantisation!, layer.Input(2).Quantisation!);
        Assert.Equal((5, 0), (weights.Scales.Count, weights.Axis));
        Assert.All(weights.Zeros, zero => Assert.Equal(0, zero));
        Assert.Equal(weights.Scales.Select(scale => scale * layer.Input(0).Quantisation!.Scale), bias.Scales);
        for (var channel = 0; channel < 5; channel++)
            Assert.Equal(127, MemoryMarshal.Cast<byte, sbyte>(layer.Input(1).Data).Slice(channel * 27, 27).ToArray().Max(value => Math.Abs((int)value)));
    }

    [Fact]
    public void Samples_set_the_ranges()
    {
        var sketch = new GraphSketch();
        var graph = sketch.Done(sketch.Relu("y", sketch.Input("x", 1, 4)));
        byte[] sample = MemoryMarshal.AsBytes<float>([-1, 2, 0.5f, 4.1f]).ToArray();
        var options = new PreparationOptions { Samples = [new Dictionary<string, byte[]> { ["x"] = sample }] };
        var prepared = Preparation.Prepare(graph, options).Graph;
        Assert.Equal("Quantise Clamp Dequantise", PassRun.Operators(prepared));
        Assert.Equal(Quantisation.PerTensor(5.1f / 255, -78).Scale, prepared.Nodes[0].Output.Quantisation!.Scale, 1e-8f);
        Assert.Equal(-78, prepared.Nodes[0].Output.Quantisation!.Zero);
        Assert.Equal(-128, prepared.Nodes[1].Output.Quantisation!.Zero);
    }

    [Fact]
    public void Tensors_of_nothing_but_zero_get_a_valid_scale()
    {
        var sketch = new GraphSketch();
        var x = sketch.Binary("zero", BinaryFunction.Multiply, sketch.Input("x", 1, 4), GraphSketch.Scalar("none", 0));
        var layer = sketch.Add("fc", new FullyConnectedAttributes(ActivationBounds.None), x, GraphSketch.Values("w", [3, 4], new float[12]),
            GraphSketch.Values("b", [3], 0.5f, -1.25f, 0));
        var graph = Preparation.Prepare(sketch.Done(layer), new PreparationOptions()).Graph;
        float[] expected = [0.5f, -1.25f, 0];
        Assert.All(expected.Zip(Outputs.Of(graph)), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 0.004));
    }

    [Fact]
    public void Values_that_are_not_finite_are_refused_by_name()
    {
        var sketch = new GraphSketch();
        var graph = sketch.Done(sketch.Binary("inf", BinaryFunction.Divide, sketch.Input("x", 1, 4), GraphSketch.Scalar("none", 0)));
        var refusal = Assert.Throws<ModelException>(() => Preparation.Prepare(graph, new PreparationOptions()));
        Assert.Contains("'inf'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nominal_ranges_need_no_run_and_give_the_same_operators()
    {
        var graph = RandomNetwork.Create(4);
        var timed = Preparation.Prepare(graph, new PreparationOptions { ValuesMatter = false }).Graph;
        var valued = Preparation.Prepare(graph, new PreparationOptions()).Graph;
        Assert.Equal(PassRun.Operators(valued), PassRun.Operators(timed));
    }

    [Fact]
    public void The_dialect_of_TFLite_fixes_the_scale_of_softmax()
    {
        var sketch = new GraphSketch();
        var graph = sketch.Done(sketch.Add("soft", new SoftmaxAttributes(1), sketch.Connected("fc", sketch.Input("x", 1, 8), 4)));
        var prepared = Preparation.Prepare(graph, new PreparationOptions { Arithmetic = Arithmetic.TfliteReference, DrawnSamples = 32 }).Graph;
        Assert.Equal(Arithmetic.TfliteReference, prepared.Arithmetic);
        var softmax = prepared.Nodes.Single(node => node.Kind == OperatorKind.Softmax);
        Assert.Equal((1f / 256, -128), (softmax.Output.Quantisation!.Scale, softmax.Output.Quantisation.Zero));
        Assert.InRange(Outputs.Sqnr(Outputs.Of(graph), Outputs.Of(prepared)), 20, 100);
    }

    [Fact]
    public void The_scale_of_attention_scores_goes_into_the_softmax()
    {
        var sketch = new GraphSketch();
        var scores = sketch.Add("qk", new MatrixMultiplyAttributes(false, true), sketch.Input("q", 1, 2, 6, 8), sketch.Input("k", 1, 2, 6, 8));
        var scaled = sketch.Binary("scale", BinaryFunction.Divide, scores, GraphSketch.Scalar("root", 2.5f));
        var graph = sketch.Done(sketch.Add("soft", new SoftmaxAttributes(3), scaled));
        var prepared = Preparation.Prepare(graph, new PreparationOptions { DrawnSamples = 16 }).Graph;
        Assert.Equal("Quantise Quantise MatrixMultiply Softmax Dequantise", PassRun.Operators(prepared));
        Assert.Equal(0.4f, ((SoftmaxAttributes)prepared.Nodes[3].Attributes).Beta, 1e-6f);
        Assert.InRange(Outputs.Sqnr(Outputs.Of(graph), Outputs.Of(prepared)), 20, 100);
    }

    [Fact]
    public void Indices_of_a_gather_stay_integers()
    {
        var sketch = new GraphSketch();
        var ids = new Tensor("ids", ElementType.Int64, [1, 6]);
        sketch.Graph.Inputs.Add(ids);
        var rows = sketch.Add("rows", new GatherAttributes(0), sketch.Constant("table", 20, 8), ids);
        var prepared = Preparation.Prepare(sketch.Done(sketch.Connected("fc", rows, 4)), new PreparationOptions()).Graph;
        Assert.Equal("Gather FullyConnected Dequantise", PassRun.Operators(prepared));
        Assert.Equal(ElementType.Int8, prepared.Nodes[0].Input(0).Type);
        Assert.Equal(ElementType.Int64, prepared.Nodes[0].Input(1).Type);
    }
}
