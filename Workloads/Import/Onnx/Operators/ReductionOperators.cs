using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Import.Onnx.Operators;

/// <summary>Reductions over axes, which are an attribute or, later, an input.</summary>
internal static class ReductionOperators
{
    /// <param name="function">The fold.</param>
    /// <param name="axesInputSince">Opset from which the axes are an input.</param>
    public static Lowering Reduce(ReduceFunction function, int axesInputSince) => (node, graph) =>
    {
        var axesAreInput = node.Opset >= axesInputSince;
        node.RequireCounts(1, axesAreInput ? 2 : 1);
        var x = graph.RealInput(node, 0);
        IReadOnlyList<long>? listed = axesAreInput ? graph.Integers(node, 1) : node.LongIntegers("axes");
        var keeps = node.Flag("keepdims", true);
        if (listed is null or { Count: 0 })
        {
            if (axesAreInput && node.Flag("noop_with_empty_axes", false))
            {
                graph.Alias(node, x);
                return;
            }

            listed = [.. Enumerable.Range(0, x.Shape.Count).Select(axis => (long)axis)];
        }
        else if (axesAreInput)
            node.Ignore("noop_with_empty_axes");

        var axes = Shapes.Axes(node, listed, x.Shape.Count);
        if (axes.Length == 0)
            graph.Alias(node, x);
        else
            graph.Finish(node, new ReduceAttributes(function, axes, keeps), Shape(x.Shape, axes, keeps), x);
    };

    private static int[] Shape(IReadOnlyList<int> shape, int[] axes, bool keeps)
    {
        var kept = shape.Select((extent, axis) => axes.Contains(axis) ? 1 : extent);
        return keeps ? [.. kept] : [.. shape.Where((_, axis) => !axes.Contains(axis))];
    }
}
