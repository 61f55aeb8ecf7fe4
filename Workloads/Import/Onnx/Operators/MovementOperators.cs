using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Import.Onnx.Operators;

/// <summary>Operators that move elements without changing them; any type may pass.</summary>
internal static class MovementOperators
{
    public static void Transpose(OnnxNode node, GraphBuilder graph)
    {
        node.RequireCounts(1, 1);
        var x = graph.Input(node, 0);
        var rank = x.Shape.Count;
        var permutation = Permutation(node, rank);
        if (ConstantOperand.Of(graph, x) is { } operand)
            graph.Alias(node, operand.Permuted(graph, node, $"permuted{string.Concat(permutation)}", permutation));
        else
            graph.Finish(node, new TransposeAttributes(permutation), Constants.PermutedShape(x.Shape, permutation), x);
    }

    /// <summary>The attribute perm; reversed dimensions where it is absent.</summary>
    public static int[] Permutation(OnnxNode node, int rank)
    {
        var permutation = node.Integers("perm") ?? [.. Enumerable.Range(0, rank).Reverse()];
        return permutation.Order().SequenceEqual(Enumerable.Range(0, rank))
            ? permutation
            : throw node.Refuse($"perm {Shown.Of(permutation)}", $"a permutation of {rank} dimensions");
    }

    public static void Reshape(OnnxNode node, GraphBuilder graph)
    {
        node.RequireCounts(2, 2);
        var allowZero = node.Flag("allowzero", false);
        var shape = graph.Integers(node, 1) ?? throw node.Refuse("no shape", "a constant one");
        Reshaped(node, graph, Shapes.Reshape(node, graph.Input(node, 0).Shape, shape, allowZero));
    }

    public static void Flatten(OnnxNode node, GraphBuilder graph)
    {
        node.RequireCounts(1, 1);
        Reshaped(node, graph, FlatShape(node, graph.Input(node, 0).Shape));
    }

    /// <summary>The matrix that Flatten makes.</summary>
    public static int[] FlatShape(OnnxNode node, IReadOnlyList<int> shape)
    {
        var wanted = node.Integer("axis", 1);
        var axis = wanted == shape.Count ? shape.Count : node.Axis(wanted, shape.Count);
        return [node.ToInt(Shapes.Elements(shape.Take(axis)), "extent"), node.ToInt(Shapes.Elements(shape.Skip(axis)), "extent")];
    }

    public static void Squeeze(OnnxNode node, GraphBuilder graph)
    {
        node.RequireCounts(1, node.Opset < 13 ? 1 : 2);
        Reshaped(node, graph, SqueezedShape(node, graph.Input(node, 0).Shape, OptionalAxes(node, graph)));
    }

    public static int[] SqueezedShape(OnnxNode node, IReadOnlyList<int> shape, IReadOnlyList<long>? listed)
    {
        if (listed is null)
            return [.. shape.Where(extent => extent != 1)];
        var axes = Shapes.Axes(node, listed, shape.Count);
        foreach (var axis in axes)
            if (shape[axis] != 1)
                throw node.Refuse($"extent {shape[axis]} in dimension {axis}", "1");
        return [.. shape.Where((_, axis) => !axes.Contains(axis))];
    }

    public static void Unsqueeze(OnnxNode node, GraphBuilder graph)
    {
        node.RequireCounts(node.Opset < 13 ? 1 : 2, node.Opset < 13 ? 1 : 2);
        Reshaped(node, graph, UnsqueezedShape(node, graph.Input(node, 0).Shape, OptionalAxes(node, graph)));
    }

    public static int[] UnsqueezedShape(OnnxNode node, IReadOnlyList<int> shape, IReadOnlyList<long>? listed)
    {
        if (listed is null || listed.Count + shape.Count > 8)
            throw node.Refuse(listed is null ? "no axes" : $"{listed.Count + shape.Count} dimensions", "axes for at most 8 dimensions");
        var axes = Shapes.Axes(node, listed, shape.Count + listed.Count);
        var rest = new Queue<int>(shape);
        return [.. Enumerable.Range(0, shape.Count + axes.Length).Select(axis => axes.Contains(axis) ? 1 : rest.Dequeue())];
    }

    /// <summary>Axes of Squeeze and Unsqueeze: an attribute before opset 13, then an input.</summary>
    public static IReadOnlyList<long>? OptionalAxes(OnnxNode node, GraphBuilder graph) =>
        node.Opset < 13 ? node.LongIntegers("axes") : graph.Integers(node, 1);

    /// <summary>Expand at run time is a product with ones.</summary>
    public static void Expand(OnnxNode node, GraphBuilder graph)
    {
        node.RequireCounts(2, 2);
        var x = graph.Input(node, 0);
        var wanted = graph.Integers(node, 1) ?? throw node.Refuse("no shape", "a constant one");
        var shape = Shapes.Broadcast(node, x.Shape, [.. wanted.Select(extent => node.ToInt(extent, "extent"))]);
        if (Shapes.Elements(shape) == x.Elements)
        {
            Reshaped(node, graph, shape);
            return;
        }

        var real = graph.RealInput(node, 0);
        var output = graph.Output(node, ElementType.Float32, shape);
        // Where the operand has the extent already, the ones need not.
        var added = shape.Length - x.Shape.Count;
        int[] repeated = [.. shape.Select((extent, axis) => axis >= added && x.Shape[axis - added] == extent ? 1 : extent)];
        graph.Spend(node, ElementType.Float32, repeated);
        var count = (int)Shapes.Elements(repeated);
        var ones = Constants.OfFloats(graph.TensorName($"{node.Name}/ones"), [.. Enumerable.Repeat(1f, count)], repeated);
        var attributes = new BinaryAttributes(BinaryFunction.Multiply, ActivationBounds.None);
        graph.Define(node.OutputName(0), graph.Add(node, null, attributes, [real, ones], output));
    }

    /// <summary>Tile: each dimension in turn is concatenated with itself.</summary>
    public static void Tile(OnnxNode node, GraphBuilder graph)
    {
        node.RequireCounts(2, 2);
        var x = graph.Input(node, 0);
        var repeats = graph.Integers(node, 1) ?? throw node.Refuse("no repeats", "constant ones");
        if (repeats.Length != x.Shape.Count || repeats.Any(count => count is < 1 or > 4096))
            throw node.Refuse($"repeats [{string.Join(' ', repeats)}]", $"{x.Shape.Count} numbers of 1 to 4096");
        for (var axis = 0; axis < repeats.Length; axis++)
        {
            if (repeats[axis] == 1)
                continue;
            int[] shape = [.. x.Shape];
            shape[axis] = node.ToInt(shape[axis] * repeats[axis], "extent");
            x = graph.Step(node, $"{axis}", new ConcatenateAttributes(axis), shape, [.. Enumerable.Repeat(x, (int)repeats[axis])]);
        }

        graph.Alias(node, x);
    }

    public static void Concat(OnnxNode node, GraphBuilder graph)
    {
        node.RequireCounts(1, 4096);
        Tensor[] inputs = [.. Enumerable.Range(0, node.InputCount).Select(index => graph.Input(node, index))];
        foreach (var input in inputs)
            if (input.Type != inputs[0].Type || !SameKind(input.Quantisation, inputs[0].Quantisation))
                throw node.Refuse("operands of different types or quantisations", "one of all");
        if (inputs.Length == 1)
            graph.Alias(node, inputs[0]);
        else
            Concatenate(node, graph, inputs, null);
    }

    /// <summary>Appends a concatenation; the result has a quantisation of its own, or the first operand's.</summary>
    public static void Concatenate(OnnxNode node, GraphBuilder graph, Tensor[] inputs, QuantisedKind? kind)
    {
        if (!node.Has("axis"))
            throw node.Refuse("no axis", "one");
        var axis = node.Axis(node.Integer("axis", 0), inputs[0].Shape.Count);
        var output = graph.OutputLike(node, inputs[0], ConcatenatedShape(node, [.. inputs.Select(input => input.Shape)], axis));
        kind?.Apply(graph, output);
        graph.Define(node.OutputName(0), graph.Add(node, null, new ConcatenateAttributes(axis), inputs, output));
    }

    public static int[] ConcatenatedShape(OnnxNode node, IReadOnlyList<int>[] shapes, int axis)
    {
        int[] result = [.. shapes[0]];
        foreach (var shape in shapes.Skip(1))
        {
            if (shape.Count != result.Length || !shape.Select((extent, i) => i == axis || extent == result[i]).All(same => same))
                throw node.Refuse($"operands {Shown.Of(shapes[0])} and {Shown.Of(shape)}", $"equal extents except in dimension {axis}");
            result[axis] = node.ToInt((long)result[axis] + shape[axis], "extent");
        }

        return result;
    }

    /// <summary>Appends a reshape; one of a constant is done on the constant, one to the same shape is left out.</summary>
    public static void Reshaped(OnnxNode node, GraphBuilder graph, IReadOnlyList<int> shape)
    {
        var x = graph.Input(node, 0);
        if (shape.SequenceEqual(x.Shape))
            graph.Alias(node, x);
        else if (ConstantOperand.Of(graph, x) is { } operand)
            graph.Alias(node, operand.Reshaped(graph, node, $"as{string.Join('x', shape)}", shape));
        else
            graph.Finish(node, new ReshapeAttributes(), shape, x);
    }

    private static bool SameKind(Quantisation? a, Quantisation? b) => a is null ? b is null : b is not null && QuantisedKind.Same(a, b);
}
