using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Import.Onnx.Operators;

/// <summary>Pooling, of float32 and of quantised tensors alike.</summary>
internal static class PoolOperators
{
    public static void MaxPool(OnnxNode node, GraphBuilder graph)
    {
        node.RequireCounts(1, 1);
        node.Ignore("storage_order"); // order of the indices, which are refused
        var x = graph.Input(node, 0);
        RequirePoolable(node, x);
        var image = ChannelsLast.Enter(graph, node, x);
        var window = WindowReader.Read(node, image.Shape, x.Shape.Count, null, true);
        var result = ChannelsLast.Result(graph, node, x, Shape(image, window));
        graph.Add(node, null, new MaxPoolAttributes(window.Window, ActivationBounds.None), [image], result);
        ChannelsLast.Leave(graph, node, result, x.Shape.Count);
    }

    public static void AveragePool(OnnxNode node, GraphBuilder graph)
    {
        node.RequireCounts(1, 1);
        Average(node, graph, graph.RealInput(node, 0), null);
    }

    /// <summary>Appends an average pool whose result has a quantisation of its own, or none.</summary>
    public static void Average(OnnxNode node, GraphBuilder graph, Tensor x, QuantisedKind? kind)
    {
        var image = ChannelsLast.Enter(graph, node, x);
        var window = WindowReader.Read(node, image.Shape, x.Shape.Count, null, true);
        var shape = Shape(image, window);
        var countPadding = node.Flag("count_include_pad", false);
        var geometry = window.Window;
        if (countPadding && geometry.Padding != window.Declared)
        {
            // Declared padding counts, what ceil_mode added does not: the first becomes part of the image.
            var pad = window.Declared;
            image = graph.Step(node, "pad",
                new PadAttributes([0, pad.Top, pad.Left, 0], [0, pad.Bottom, pad.Right, 0], PadMode.Constant, 0),
                [image.Shape[0], image.Shape[1] + pad.Top + pad.Bottom, image.Shape[2] + pad.Left + pad.Right, image.Shape[3]], image);
            var hanging = new Padding(0, 0, geometry.Padding.Bottom - pad.Bottom, geometry.Padding.Right - pad.Right);
            geometry = geometry with { Padding = hanging };
            countPadding = false;
        }

        var result = ChannelsLast.Result(graph, node, x, shape);
        kind?.Apply(graph, result);
        graph.Add(node, null, new AveragePoolAttributes(geometry, countPadding, ActivationBounds.None), [image], result);
        ChannelsLast.Leave(graph, node, result, x.Shape.Count);
    }

    public static void GlobalAveragePool(OnnxNode node, GraphBuilder graph)
    {
        node.RequireCounts(1, 1);
        Global(node, graph, graph.RealInput(node, 0), ReduceFunction.Mean, null);
    }

    public static void GlobalMaxPool(OnnxNode node, GraphBuilder graph)
    {
        node.RequireCounts(1, 1);
        Global(node, graph, graph.RealInput(node, 0), ReduceFunction.Maximum, null);
    }

    /// <summary>Appends a fold of all rows and columns.</summary>
    public static void Global(OnnxNode node, GraphBuilder graph, Tensor x, ReduceFunction function, QuantisedKind? kind)
    {
        var image = ChannelsLast.Enter(graph, node, x);
        var result = ChannelsLast.Result(graph, node, x, [image.Shape[0], 1, 1, image.Shape[3]]);
        kind?.Apply(graph, result);
        graph.Add(node, null, new ReduceAttributes(function, [1, 2], true), [image], result);
        ChannelsLast.Leave(graph, node, result, x.Shape.Count);
    }

    private static int[] Shape(Tensor image, WindowReader window) =>
        [image.Shape[0], window.OutputHeight, window.OutputWidth, image.Shape[3]];

    private static void RequirePoolable(OnnxNode node, Tensor x)
    {
        if (x.Type is not (ElementType.Float32 or ElementType.Int8))
            throw node.Refuse($"an input of type {x.Type}", "float32 or a quantised tensor");
    }
}
