using System.Buffers.Binary;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Import.Tflite;

/// <summary>Computes small integer tensors while importing: the chains from SHAPE to RESHAPE that converters leave for a dynamic
/// batch.</summary>
internal static class IntegerFolding
{
    private const int MostElements = 1024;

    /// <summary>Makes the node's output a constant, if all inputs are small constant int32 or int64 tensors of at most one
    /// dimension.</summary>
    public static bool TryFold(Node node)
    {
        if (node.Inputs.Count == 0 || node.Inputs.Any(input => input is null || !IsSmall(input) || !input.IsConstant)
            || !IsSmall(node.Output))
            return false;
        var inputs = node.Inputs.Select(input => Read(input!)).ToArray();
        if (Evaluate(node, inputs) is not { } values || values.Length != node.Output.Elements) return false;
        Write(node.Output, values);
        return true;
    }

    /// <summary>Fills a tensor with integers; values wrap to its width.</summary>
    public static void Write(Tensor tensor, IReadOnlyList<long> values)
    {
        var data = new byte[tensor.Bytes];
        for (var i = 0; i < values.Count; i++)
        {
            if (tensor.Type == ElementType.Int64) BinaryPrimitives.WriteInt64LittleEndian(data.AsSpan(8 * i), values[i]);
            else BinaryPrimitives.WriteInt32LittleEndian(data.AsSpan(4 * i), (int)values[i]);
        }
        tensor.Data = data;
    }

    private static bool IsSmall(Tensor tensor) =>
        tensor.Type is ElementType.Int32 or ElementType.Int64 && tensor.Shape.Count <= 1 && tensor.Elements <= MostElements;

    private static long[] Read(Tensor tensor)
    {
        var values = new long[tensor.Elements];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = tensor.Type == ElementType.Int64
                ? BinaryPrimitives.ReadInt64LittleEndian(tensor.Data.AsSpan(8 * i))
                : BinaryPrimitives.ReadInt32LittleEndian(tensor.Data.AsSpan(4 * i));
        }
        return values;
    }

    /// <summary>Values of the output; null for an operator that does not occur in such chains.</summary>
    private static long[]? Evaluate(Node node, long[][] inputs) => node.Attributes switch
    {
        ReshapeAttributes or CastAttributes => inputs[0],
        ConcatenateAttributes => [.. inputs.SelectMany(values => values)],
        GatherAttributes => [.. inputs[1].Select(index => inputs[0][index])],
        SliceAttributes slice when slice.Starts.Count == 1 =>
            [.. Enumerable.Range(0, slice.Extents[0]).Select(i => inputs[0][slice.Starts[0] + i * slice.Steps[0]])],
        ReduceAttributes { Axes.Count: 1 } reduce => Fold(reduce.Function, inputs[0]),
        BinaryAttributes binary when binary.Activation == ActivationBounds.None => Combine(binary.Function, inputs[0], inputs[1]),
        _ => null,
    };

    private static long[]? Fold(ReduceFunction function, long[] values) => function switch
    {
        ReduceFunction.Sum => [values.Aggregate(0L, (a, b) => a + b)],
        ReduceFunction.Product => [values.Aggregate(1L, (a, b) => a * b)],
        ReduceFunction.Maximum => [values.Max()],
        ReduceFunction.Minimum => [values.Min()],
        ReduceFunction.Mean => null,
    };

    private static long[]? Combine(BinaryFunction function, long[] a, long[] b)
    {
        Func<long, long, long>? apply = function switch
        {
            BinaryFunction.Add => (x, y) => x + y,
            BinaryFunction.Subtract => (x, y) => x - y,
            BinaryFunction.Multiply => (x, y) => x * y,
            BinaryFunction.Minimum => Math.Min,
            BinaryFunction.Maximum => Math.Max,
            BinaryFunction.Divide or BinaryFunction.Power or BinaryFunction.SquaredDifference => null,
        };
        if (apply is null) return null;
        return [.. Enumerable.Range(0, Math.Max(a.Length, b.Length)).Select(i =>
            apply(a[a.Length == 1 ? 0 : i], b[b.Length == 1 ? 0 : i]))];
    }
}
