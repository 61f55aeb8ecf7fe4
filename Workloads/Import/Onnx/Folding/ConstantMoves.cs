using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Import.Onnx.Operators;

namespace NpuSim.Workloads.Import.Onnx.Folding;

/// <summary>Moves of constants' elements, byte by byte whatever their type.</summary>
internal static class ConstantMoves
{
    public static Tensor Concat(OnnxNode node, GraphBuilder graph, Tensor[] inputs)
    {
        ConstantFolding.RequireInputs(node, 1, 4096);
        if (inputs.Any(input => input.Type != inputs[0].Type) || inputs[0].Shape.Count == 0)
            throw node.Refuse("operands of different types, or scalars", "tensors of one type");
        var axis = node.Axis(node.Integer("axis", 0), inputs[0].Shape.Count);
        var shape = MovementOperators.ConcatenatedShape(node, [.. inputs.Select(input => input.Shape)], axis);
        var result = ConstantFolding.Result(node, graph, inputs[0].Type, shape);
        var outer = (int)Shapes.Elements(shape.Take(axis));
        var (row, at) = (outer == 0 ? 0 : result.Data!.Length / outer, 0);
        foreach (var input in inputs)
        {
            var part = outer == 0 ? 0 : input.Data!.Length / outer;
            for (var i = 0; i < outer; i++)
                input.Data.AsSpan(i * part, part).CopyTo(result.Data.AsSpan(i * row + at));
            at += part;
        }

        return result;
    }

    public static Tensor Slice(OnnxNode node, GraphBuilder graph, Tensor[] inputs)
    {
        node.RequireCounts(1, node.Opset < 10 ? 1 : 5);
        var x = inputs[0];
        var slice = IndexOperators.SliceOf(node, graph, x.Shape);
        var result = ConstantFolding.Result(node, graph, x.Type, slice.Extents);
        if (result.Data!.Length > 0)
            Copy(x.Data, result.Data, x.Shape, slice, 0, x.Type.SizeBytes());
        return result;
    }

    public static Tensor Gather(OnnxNode node, GraphBuilder graph, Tensor[] inputs)
    {
        ConstantFolding.RequireInputs(node, 2, 2);
        var x = inputs[0];
        if (inputs[1].Type is not (ElementType.Int32 or ElementType.Int64) || x.Shape.Count == 0)
            throw node.Refuse($"indices of type {inputs[1].Type} into {Shown.Of(x.Shape)}", "integers into at least one dimension");
        var axis = node.Axis(node.Integer("axis", 0), x.Shape.Count);
        var indices = inputs[1].Integers();
        int[] shape = [.. x.Shape.Take(axis), .. inputs[1].Shape, .. x.Shape.Skip(axis + 1)];
        var result = ConstantFolding.Result(node, graph, x.Type, shape);
        var outer = (int)Shapes.Elements(x.Shape.Take(axis));
        var inner = (int)Shapes.Elements(x.Shape.Skip(axis + 1)) * x.Type.SizeBytes();
        var extent = x.Shape[axis];
        for (var i = 0; i < outer; i++)
            for (var j = 0; j < indices.Length; j++)
            {
                var index = indices[j] < 0 ? indices[j] + extent : indices[j];
                if (index < 0 || index >= extent)
                    throw node.Refuse(FormattableString.Invariant($"index {indices[j]}"), $"one of {extent} elements");
                x.Data.AsSpan((i * extent + (int)index) * inner, inner).CopyTo(result.Data.AsSpan((i * indices.Length + j) * inner));
            }

        return result;
    }

    public static Tensor Expand(OnnxNode node, GraphBuilder graph, Tensor[] inputs)
    {
        ConstantFolding.RequireInputs(node, 2, 2);
        var wanted = graph.Integers(node, 1)!.Select(extent => node.ToInt(extent, "extent")).ToArray();
        var shape = Shapes.Broadcast(node, inputs[0].Shape, wanted);
        var result = ConstantFolding.Result(node, graph, inputs[0].Type, shape);
        result.Data = Spread(inputs[0], shape);
        return result;
    }

    public static Tensor Where(OnnxNode node, GraphBuilder graph, Tensor[] inputs)
    {
        ConstantFolding.RequireInputs(node, 3, 3);
        var (condition, x, y) = (inputs[0], inputs[1], inputs[2]);
        if (condition.Type != ElementType.Bool || x.Type != y.Type)
            throw node.Refuse($"operands of types {condition.Type}, {x.Type} and {y.Type}", "bool and two of one type");
        var shape = Shapes.Broadcast(node, condition.Shape, Shapes.Broadcast(node, x.Shape, y.Shape));
        var result = ConstantFolding.Result(node, graph, x.Type, shape);
        var (mask, left, right) = (Spread(condition, shape), Spread(x, shape), Spread(y, shape));
        var bytes = x.Type.SizeBytes();
        for (var i = 0; i < result.Data!.Length; i++)
            result.Data[i] = mask[i / bytes] != 0 ? left[i] : right[i];
        return result;
    }

    private static byte[] Spread(Tensor value, int[] shape) => value.Type.SizeBytes() switch
    {
        1 => Broadcasting.Expand<byte>(value, shape),
        2 => System.Runtime.InteropServices.MemoryMarshal.AsBytes<short>(Broadcasting.Expand<short>(value, shape)).ToArray(),
        4 => System.Runtime.InteropServices.MemoryMarshal.AsBytes<int>(Broadcasting.Expand<int>(value, shape)).ToArray(),
        _ => System.Runtime.InteropServices.MemoryMarshal.AsBytes<long>(Broadcasting.Expand<long>(value, shape)).ToArray(),
    };

    private static void Copy(ReadOnlySpan<byte> source, Span<byte> target, IReadOnlyList<int> shape, SliceAttributes slice, int axis,
        int bytes)
    {
        if (axis == shape.Count)
        {
            source[..bytes].CopyTo(target);
            return;
        }

        var (from, to) = (source.Length / shape[axis], target.Length / slice.Extents[axis]);
        for (var i = 0; i < slice.Extents[axis]; i++)
            Copy(source.Slice((slice.Starts[axis] + i * slice.Steps[axis]) * from, from), target.Slice(i * to, to), shape, slice,
                axis + 1, bytes);
    }
}
