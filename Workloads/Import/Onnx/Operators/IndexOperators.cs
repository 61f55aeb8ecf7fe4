using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Import.Onnx.Operators;

/// <summary>Operators that pick elements: Slice, Split, Gather, and Pad, their opposite.</summary>
internal static class IndexOperators
{
    public static void Slice(OnnxNode node, GraphBuilder graph)
    {
        node.RequireCounts(1, node.Opset < 10 ? 1 : 5);
        var x = graph.Input(node, 0);
        var attributes = SliceOf(node, graph, x.Shape);
        if (attributes.Extents.Any(extent => extent == 0))
            throw node.Refuse("an empty slice", "at least one element");
        if (attributes.Extents.SequenceEqual(x.Shape) && attributes.Steps.All(step => step == 1))
            graph.Alias(node, x);
        else
            graph.Finish(node, attributes, attributes.Extents, x);
    }

    /// <summary>Starts, extents and steps, clamped to the shape; an extent may be 0.</summary>
    public static SliceAttributes SliceOf(OnnxNode node, GraphBuilder graph, IReadOnlyList<int> shape)
    {
        var inputs = node.Opset >= 10;
        var starts = (inputs ? graph.Integers(node, 1) : node.LongIntegers("starts")) ?? throw node.Refuse("no starts", "constant ones");
        var ends = (inputs ? graph.Integers(node, 2) : node.LongIntegers("ends")) ?? throw node.Refuse("no ends", "constant ones");
        var axes = (inputs ? graph.Integers(node, 3) : node.LongIntegers("axes"))
            ?? [.. Enumerable.Range(0, starts.Count).Select(axis => (long)axis)];
        var steps = (inputs ? graph.Integers(node, 4) : null) ?? [.. Enumerable.Repeat(1L, starts.Count)];
        if (ends.Count != starts.Count || axes.Count != starts.Count || steps.Length != starts.Count)
            throw node.Refuse($"{starts.Count} starts, {ends.Count} ends, {axes.Count} axes and {steps.Length} steps", "as many of each");
        Shapes.Axes(node, axes, shape.Count);
        var (first, extents, stride) = (new int[shape.Count], shape.ToArray(), Enumerable.Repeat(1, shape.Count).ToArray());
        for (var i = 0; i < starts.Count; i++)
        {
            var axis = node.Axis(axes[i], shape.Count);
            (first[axis], extents[axis]) = Range(node, shape[axis], starts[i], ends[i], steps[i]);
            stride[axis] = (int)Math.Clamp(steps[i], -int.MaxValue, int.MaxValue);
        }

        return new SliceAttributes(first, extents, stride);
    }

    public static void Split(OnnxNode node, GraphBuilder graph)
    {
        node.RequireCounts(1, node.Opset < 13 ? 1 : 2, 4096);
        var x = graph.Input(node, 0);
        var axis = node.Axis(node.Integer("axis", 0), x.Shape.Count);
        var sizes = SplitSizes(node, graph, x.Shape[axis]);
        for (int part = 0, start = 0; part < sizes.Length; start += sizes[part++])
        {
            if (node.OutputName(part).Length == 0)
                continue;
            int[] shape = [.. x.Shape], starts = new int[shape.Length];
            (shape[axis], starts[axis]) = (sizes[part], start);
            var attributes = new SliceAttributes(starts, shape, [.. Enumerable.Repeat(1, shape.Length)]);
            graph.Define(node.OutputName(part), graph.Add(node, $"{part}", attributes, [x], graph.OutputLike(node, x, shape, part)));
        }
    }

    public static void Gather(OnnxNode node, GraphBuilder graph)
    {
        node.RequireCounts(2, 2);
        var (x, indices) = (graph.Input(node, 0), graph.Input(node, 1));
        if (x.Shape.Count == 0)
            throw node.Refuse("a scalar", "at least one dimension");
        var axis = node.Axis(node.Integer("axis", 0), x.Shape.Count);
        int[] shape = [.. x.Shape.Take(axis), .. indices.Shape, .. x.Shape.Skip(axis + 1)];
        if (indices.Type is not (ElementType.Int32 or ElementType.Int64))
            throw node.Refuse($"indices of type {indices.Type}", "int32 or int64");
        if (indices.IsConstant)
            indices = Positive(node, graph, indices, x.Shape[axis]);
        if (indices is { IsConstant: true, Elements: 1 })
        {
            int[] one = [.. x.Shape], starts = new int[one.Length];
            (one[axis], starts[axis]) = (1, (int)indices.Integers()[0]);
            var slice = new SliceAttributes(starts, one, [.. Enumerable.Repeat(1, one.Length)]);
            if (shape.SequenceEqual(one))
                graph.Finish(node, slice, one, x);
            else
                graph.Finish(node, new ReshapeAttributes(), shape, graph.Step(node, "picked", slice, one, x));
        }
        else
            graph.Finish(node, new GatherAttributes(axis), shape, x, indices);
    }

    public static void Pad(OnnxNode node, GraphBuilder graph)
    {
        node.RequireCounts(1, node.Opset < 11 ? 1 : 4);
        var x = graph.RealInput(node, 0);
        var rank = x.Shape.Count;
        var pads = (node.Opset < 11 ? node.LongIntegers("pads") : graph.Integers(node, 1)) ?? throw node.Refuse("no pads", "constant ones");
        var value = (node.Opset < 11 ? node.Real("value", 0) : graph.Optional(node, 2) is null ? null : graph.RealScalar(node, 2)) ?? 0;
        var axes = graph.Integers(node, 3)?.Select(axis => node.Axis(axis, rank)).ToArray() ?? [.. Enumerable.Range(0, rank)];
        if (pads.Count != 2 * axes.Length || pads.Any(pad => pad is < 0 or > 1 << 20) || axes.Distinct().Count() != axes.Length)
            throw node.Refuse($"pads [{string.Join(' ', pads)}]", $"{2 * axes.Length} numbers of 0 to {1 << 20}");
        var mode = node.Text("mode", "constant") switch
        {
            "constant" => PadMode.Constant,
            "reflect" => PadMode.Reflect,
            "edge" => PadMode.Edge,
            var other => throw node.Refuse($"mode {Shown.Of(other)}", "constant, reflect or edge"),
        };
        int[] before = new int[rank], after = new int[rank];
        for (var i = 0; i < axes.Length; i++)
            (before[axes[i]], after[axes[i]]) = ((int)pads[i], (int)pads[i + axes.Length]);
        if (mode == PadMode.Reflect && x.Shape.Where((extent, axis) => before[axis] >= extent || after[axis] >= extent).Any())
            throw node.Refuse($"reflection by [{string.Join(' ', pads)}] of {Shown.Of(x.Shape)}", "less than the extent");
        int[] shape = [.. x.Shape.Select((extent, axis) => node.ToInt((long)extent + before[axis] + after[axis], "extent"))];
        graph.Finish(node, new PadAttributes(before, after, mode, value), shape, x);
    }

    /// <summary>Extents of the parts of a Split: listed, or equal with a smaller last one.</summary>
    private static int[] SplitSizes(OnnxNode node, GraphBuilder graph, int extent)
    {
        var listed = node.Opset < 13 ? node.LongIntegers("split") : graph.Integers(node, 1);
        var parts = node.Opset >= 18 ? node.Integer("num_outputs", node.OutputCount, 1, 4096) : node.OutputCount;
        if (listed is null)
        {
            var even = (extent + parts - 1) / parts;
            listed = [.. Enumerable.Range(0, parts).Select(part => Math.Min(even, extent - (long)part * even))];
            if (node.Opset < 18 && extent % parts != 0)
                throw node.Refuse($"extent {extent} in {parts} parts", "equal parts");
        }

        return listed.Count == node.OutputCount && listed.All(size => size > 0 && size <= extent) && listed.Sum() == extent
            ? [.. listed.Select(size => (int)size)]
            : throw node.Refuse($"parts [{string.Join(' ', listed)}] for {node.OutputCount} outputs",
                $"positive ones that add up to {extent}");
    }

    /// <summary>First index and count of a Python slice of one dimension.</summary>
    private static (int Start, int Extent) Range(OnnxNode node, int extent, long start, long end, long step)
    {
        if (step == 0)
            throw node.Refuse("step 0", "another one");
        start = start < 0 ? Math.Max(start, -extent) + extent : start;
        end = end < 0 ? Math.Max(end, -extent - 1L) + extent : end;
        if (step > 0)
        {
            (start, end) = (Math.Clamp(start, 0, extent), Math.Clamp(end, 0, extent));
            return ((int)start, (int)Math.Max(0, (end - start + Math.Min(step, extent + 1L) - 1) / Math.Min(step, extent + 1L)));
        }

        var back = -Math.Max(step, -extent - 1L);
        (start, end) = (Math.Clamp(start, 0, extent - 1), Math.Clamp(end, -1, extent - 1));
        return ((int)start, (int)Math.Max(0, (start - end + back - 1) / back));
    }

    private static Tensor Positive(OnnxNode node, GraphBuilder graph, Tensor indices, int extent)
    {
        var values = indices.Integers();
        foreach (ref var value in values.AsSpan())
        {
            if (value < -extent || value >= extent)
                throw node.Refuse($"index {value.ToString(System.Globalization.CultureInfo.InvariantCulture)}",
                    $"one of {extent} elements");
            value = value < 0 ? value + extent : value;
        }

        return Constants.OfLongs(graph.TensorName($"{node.Name}/indices"), values, [.. indices.Shape]);
    }
}
