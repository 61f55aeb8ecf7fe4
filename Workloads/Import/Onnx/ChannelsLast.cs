using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Import.Onnx;

/// <summary>Wraps operators on images: the file's are NCHW, the graph's NHWC. A signal [N,C,W] becomes an image of height 1.</summary>
internal static class ChannelsLast
{
    private static readonly int[] ToLast = [0, 2, 3, 1];
    private static readonly int[] ToFirst = [0, 3, 1, 2];

    /// <summary>The NHWC form of an image or signal of the file.</summary>
    public static Tensor Enter(GraphBuilder graph, OnnxNode node, Tensor x)
    {
        if (x.Shape.Count is not (3 or 4))
            throw node.Refuse($"an input of shape {Shown.Of(x.Shape)}", "an image [N,C,H,W] or a signal [N,C,W]");
        if (graph.ChannelsLast.TryGetValue(x, out var known))
            return known;
        var plane = x;
        if (x.Shape.Count == 3)
            plane = graph.Step(node, "to_plane", new ReshapeAttributes(), [x.Shape[0], x.Shape[1], 1, x.Shape[2]], x);
        var last = graph.Step(node, "to_nhwc", new TransposeAttributes(ToLast), Constants.PermutedShape(plane.Shape, ToLast), plane);
        graph.ChannelsLast[x] = last;
        return last;
    }

    /// <summary>A tensor for the NHWC result of the file's node.</summary>
    public static Tensor Result(GraphBuilder graph, OnnxNode node, Tensor model, IReadOnlyList<int> shape) =>
        graph.NewLike(node, "nhwc", model, shape);

    /// <summary>Turns an NHWC result into the node's output, of as many dimensions as its input had.</summary>
    public static void Leave(GraphBuilder graph, OnnxNode node, Tensor last, int rank)
    {
        var shape = Constants.PermutedShape(last.Shape, ToFirst);
        Tensor output;
        if (rank == 3)
        {
            var plane = graph.Step(node, "to_nchw", new TransposeAttributes(ToFirst), shape, last);
            output = graph.OutputLike(node, last, [shape[0], shape[1], shape[3]]);
            graph.Add(node, "from_plane", new ReshapeAttributes(), [plane], output);
        }
        else
        {
            output = graph.OutputLike(node, last, shape);
            graph.Add(node, "to_nchw", new TransposeAttributes(ToFirst), [last], output);
        }

        graph.ChannelsLast[output] = last;
        graph.Define(node.OutputName(0), output);
    }
}
