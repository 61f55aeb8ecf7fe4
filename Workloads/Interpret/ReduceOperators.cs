using System.Runtime.InteropServices;
using NpuSim.Kernels;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Interpret;

/// <summary>Folds over axes.</summary>
internal static class ReduceOperators
{
    /// <summary>Sums and extrema in the order of <see cref="ReduceKernel"/> over the folded elements, row-major; a mean divides the sum by
    /// their number; a
    /// product multiplies from first to last.</summary>
    public static void Float(NodeCall call)
    {
        var attributes = (ReduceAttributes)call.Node.Attributes;
        var target = call.Output<float>();
        var source = MemoryMarshal.Cast<byte, float>(FoldedLast(call, sizeof(float)));
        var columns = source.Length / target.Length;
        switch (attributes.Function)
        {
            case ReduceFunction.Sum:
                ReduceKernel.SumFloat32(target.Length, columns, source, columns, target, FoldAxis.Columns);
                break;
            case ReduceFunction.Mean:
                ReduceKernel.SumFloat32(target.Length, columns, source, columns, target, FoldAxis.Columns);
                Divide(target, columns);
                break;
            case ReduceFunction.Maximum:
                ReduceKernel.MaxFloat32(target.Length, columns, source, columns, target, FoldAxis.Columns);
                break;
            case ReduceFunction.Minimum:
                Fold(source, target, float.PositiveInfinity, static (least, value) => least < value ? least : value);
                break;
            case ReduceFunction.Product:
                Fold(source, target, 1, static (product, value) => product * value);
                break;
        }
    }

    /// <summary>Executes a mean or a sum on int8 values, or returns false for another fold or where it is not defined in
    /// integers.</summary>
    public static bool TryQuantised(NodeCall call)
    {
        var parameters = QuantisedProducts.Parameters(call);
        if (parameters is null)
        {
            return false;
        }

        var source = MemoryMarshal.Cast<byte, sbyte>(FoldedLast(call, 1));
        var target = call.Output<sbyte>();
        var sums = new int[target.Length];
        var columns = source.Length / target.Length;
        ReduceKernel.SumInt8(target.Length, columns, source, columns, sums, FoldAxis.Columns);
        QuantisedProducts.Requantise(parameters, sums, target, target.Length / parameters.Channels);
        return true;
    }

    // The operand with its folded dimensions moved to the end.
    private static ReadOnlySpan<byte> FoldedLast(NodeCall call, int elementBytes)
    {
        var axes = ((ReduceAttributes)call.Node.Attributes).Axes;
        var shape = call.Shape(0);
        int[] order = [.. Enumerable.Range(0, shape.Count).Where(axis => !axes.Contains(axis)), .. axes];
        if (order.SequenceEqual(Enumerable.Range(0, shape.Count)))
        {
            return call.Input(0);
        }

        var strides = IndexedCopy.Strides(shape);
        var moved = new byte[call.Input(0).Length];
        IndexedCopy.Copy([.. order.Select(axis => IndexedCopy.Steps(shape[axis], strides[axis]))], call.Input(0), moved, elementBytes);
        return moved;
    }

    private static void Divide(Span<float> values, int count)
    {
        for (var index = 0; index < values.Length; index++)
        {
            values[index] /= count;
        }
    }

    private static void Fold(ReadOnlySpan<float> source, Span<float> target, float start, Func<float, float, float> take)
    {
        var columns = source.Length / target.Length;
        for (var row = 0; row < target.Length; row++)
        {
            var result = start;
            foreach (var value in source.Slice(row * columns, columns))
            {
                result = take(result, value);
            }

            target[row] = result;
        }
    }
}
