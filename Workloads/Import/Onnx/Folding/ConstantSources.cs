using System.Runtime.InteropServices;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Import.Onnx.Operators;

namespace NpuSim.Workloads.Import.Onnx.Folding;

/// <summary>Constants that nodes bring forth: Constant, ConstantOfShape, Range, Shape, and Cast of a constant.</summary>
internal static class ConstantSources
{
    private const int LargestRange = 1 << 24;

    public static Tensor Constant(OnnxNode node, GraphBuilder graph, Tensor[] inputs)
    {
        node.RequireCounts(0, 0);
        var name = node.OutputName(0);
        if (node.TensorValue("value") is { } proto)
            return ConstantReader.Read(proto, name, graph.Source);
        if (node.Has("value_int"))
            return Constants.OfLongs(name, [node.Integer("value_int", 0)]);
        if (node.Has("value_float"))
            return Constants.OfFloats(name, [node.Real("value_float", 0)]);
        if (node.LongIntegers("value_ints") is { } integers)
            return Constants.OfLongs(name, [.. integers], integers.Count);
        return node.Reals("value_floats") is { } reals
            ? Constants.OfFloats(name, [.. reals], reals.Count)
            : throw node.Refuse("no numeric value", "a tensor, numbers or a number");
    }

    public static Tensor ConstantOfShape(OnnxNode node, GraphBuilder graph, Tensor[] inputs)
    {
        ConstantFolding.RequireInputs(node, 1, 1);
        var shape = graph.Integers(node, 0)!.Select(extent => node.ToInt(extent, "extent")).ToArray();
        var value = node.TensorValue("value") is { } proto ? ConstantReader.Read(proto, $"{node.Name}/value", graph.Source)
            : Constants.OfFloats("", [0]);
        if (value.Elements != 1)
            throw node.Refuse($"a value of {value.Elements} elements", "one");
        var result = ConstantFolding.Result(node, graph, value.Type, shape);
        if (value.Type.SizeBytes() == 4)
            MemoryMarshal.Cast<byte, uint>(result.Data.AsSpan()).Fill(value.As<uint>()[0]);
        else
            for (var i = 0; i < result.Data!.Length; i++)
                result.Data[i] = value.Data![i % value.Data.Length];
        return result;
    }

    public static Tensor Range(OnnxNode node, GraphBuilder graph, Tensor[] inputs)
    {
        ConstantFolding.RequireInputs(node, 3, 3);
        var type = inputs[0].Type;
        if (inputs.Any(input => input.Elements != 1 || input.Type != type) || type is ElementType.Bool)
            throw node.Refuse("start, limit and delta of several elements or types", "three numbers of one type");
        if (type == ElementType.Float32)
        {
            var (first, limit, delta) = (inputs[0].Floats()[0], inputs[1].Floats()[0], inputs[2].Floats()[0]);
            var count = Count(node, Math.Ceiling(((double)limit - first) / delta));
            return Constants.OfFloats(node.OutputName(0), [.. Enumerable.Range(0, count).Select(i => first + i * delta)], count);
        }

        var (start, end, step) = (inputs[0].Integers()[0], inputs[1].Integers()[0], inputs[2].Integers()[0]);
        var elements = Count(node, step == 0 ? double.NaN : Math.Ceiling(((double)end - start) / step));
        var result = ConstantFolding.Result(node, graph, type, [elements]);
        Store(result, Enumerable.Range(0, elements).Select(i => start + i * step));
        return result;
    }

    /// <summary>Shape of any tensor, with start and end from opset 15 on; Size is the number of its elements.</summary>
    public static Tensor ShapeOf(OnnxNode node, GraphBuilder graph)
    {
        ConstantFolding.RequireInputs(node, 1, 1);
        var x = graph.Input(node, 0);
        if (node.Operator == "Size")
            return Constants.OfLongs(node.OutputName(0), [x.Elements]);
        var rank = x.Shape.Count;
        var (start, end) = (Bound("start", 0), Bound("end", rank));
        long[] extents = [.. x.Shape.Skip(start).Take(Math.Max(0, end - start)).Select(extent => (long)extent)];
        return Constants.OfLongs(node.OutputName(0), extents, extents.Length);

        int Bound(string attribute, int absent)
        {
            var value = node.Integer(attribute, absent);
            return (int)Math.Clamp(value < 0 ? value + rank : value, 0, rank);
        }
    }

    public static Tensor Cast(OnnxNode node, GraphBuilder graph, Tensor[] inputs)
    {
        ConstantFolding.RequireInputs(node, 1, 1);
        node.Ignore("saturate");
        var type = ElementwiseOperators.TargetType(node);
        var x = inputs[0];
        if (type == x.Type)
            return x;
        var result = ConstantFolding.Result(node, graph, type, x.Shape);
        if (type == ElementType.Float32)
        {
            var target = MemoryMarshal.Cast<byte, float>(result.Data.AsSpan());
            var source = x.Integers();
            for (var i = 0; i < source.Length; i++)
                target[i] = source[i];
        }
        else if (x.Type == ElementType.Float32)
            Store(result, x.Floats().ToArray().Select(value => type == ElementType.Bool ? (value != 0 ? 1L : 0) : Truncated(value)));
        else
            Store(result, x.Integers().Select(value => type == ElementType.Bool ? (value != 0 ? 1L : 0) : value));
        return result;
    }

    /// <summary>Writes integers as the constant's type, dropping high bits.</summary>
    public static void Store(Tensor target, IEnumerable<long> values)
    {
        var index = 0;
        var data = target.Data.AsSpan();
        var bytes = target.Type.SizeBytes();
        foreach (var value in values)
        {
            var rest = value;
            for (var i = 0; i < bytes; i++, rest >>= 8)
                data[index++] = (byte)rest;
        }
    }

    private static long Truncated(float value) => float.IsNaN(value) ? 0
        : value >= long.MaxValue ? long.MaxValue : value <= long.MinValue ? long.MinValue : (long)value;

    private static int Count(OnnxNode node, double count) => count <= LargestRange
        ? (int)Math.Max(0, count)
        : throw node.Refuse("an endless range or one of too many elements", $"at most {LargestRange}");
}
