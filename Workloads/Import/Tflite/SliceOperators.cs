using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Import.Tflite;

/// <summary>Operators that take parts out of a tensor: slices, splits, unpacking.</summary>
internal static class SliceOperators
{
    /// <summary>SLICE: first indices and extents; −1 means the rest.</summary>
    public static void Slice(OperatorSource source)
    {
        Tensor x = source.Input(0), y = source.Output();
        int[] starts = source.Integers(1), extents = source.Integers(2);
        if (starts.Length != x.Shape.Count || extents.Length != x.Shape.Count)
            throw source.Fault($"{starts.Length} first indices and {extents.Length} extents for {x.Shape.Count} dimensions");
        for (var i = 0; i < starts.Length; i++)
        {
            if (extents[i] == -1) extents[i] = x.Shape[i] - starts[i];
            if (starts[i] < 0 || extents[i] < 1 || starts[i] > x.Shape[i] - extents[i])
                throw source.Fault($"{extents[i]} elements from {starts[i]} of dimension {i} with {x.Shape[i]}");
        }
        Take(source, y, x, starts, extents);
    }

    /// <summary>STRIDED_SLICE with the begin, end, shrink and offset attributes of TensorFlow.</summary>
    public static void StridedSlice(OperatorSource source)
    {
        Tensor x = source.Input(0), y = source.Output();
        int[] begin = source.Integers(1), end = source.Integers(2), steps = source.Integers(3);
        if (source.Options.Int32(2) != 0 || source.Options.Int32(3) != 0)
            throw source.Fault("ellipsis and new-axis masks are not supported");
        if (begin.Length > x.Shape.Count || end.Length != begin.Length || steps.Length != begin.Length)
            throw source.Fault($"{begin.Length}, {end.Length} and {steps.Length} first indices, last indices and steps for " +
                $"{x.Shape.Count} dimensions");
        int[] starts = new int[x.Shape.Count], extents = [.. x.Shape], strides = [.. x.Shape.Select(_ => 1)];
        var shrunk = new bool[x.Shape.Count];
        for (var i = 0; i < begin.Length; i++)
        {
            var range = Range(source, i, x.Shape[i], begin[i], end[i], steps[i]);
            (starts[i], extents[i], strides[i], shrunk[i]) = range;
        }
        var kept = extents.Where((_, i) => !shrunk[i]).ToArray();
        source.ExpectSameType(y, x);
        source.ExpectShape(y, kept);
        var sliced = kept.Length == extents.Length ? y : source.Between(x, extents);
        source.EmitTo(sliced, new SliceAttributes(starts, extents, strides), x);
        if (sliced != y) source.Emit(new ReshapeAttributes(), sliced);
    }

    /// <summary>SPLIT: the axis comes first; equal parts.</summary>
    public static void Split(OperatorSource source)
    {
        var x = source.Input(1);
        var axis = SingleAxis(source, 0, x);
        var parts = source.OutputCount;
        if (x.Shape[axis] % parts != 0) throw source.Fault($"{x.Shape[axis]} elements of dimension {axis} do not split into {parts} parts");
        Parts(source, x, axis, [.. Enumerable.Repeat(x.Shape[axis] / parts, parts)]);
    }

    /// <summary>SPLIT_V: the extents of the parts are given; one may be −1.</summary>
    public static void SplitByExtents(OperatorSource source)
    {
        var x = source.Input(0);
        var extents = source.Integers(1);
        var axis = SingleAxis(source, 2, x);
        var known = extents.Where(extent => extent != -1).Sum(extent => (long)extent);
        var open = Array.IndexOf(extents, -1);
        if (open >= 0) extents[open] = (int)Math.Clamp(x.Shape[axis] - known, int.MinValue, int.MaxValue);
        if (extents.Length != source.OutputCount || extents.Any(extent => extent < 1)
            || extents.Sum(extent => (long)extent) != x.Shape[axis])
            throw source.Fault($"parts of {OperatorSource.Text(extents)} for {source.OutputCount} outputs and {x.Shape[axis]} elements " +
                $"of dimension {axis}");
        Parts(source, x, axis, extents);
    }

    /// <summary>UNPACK: one slice per index, without its dimension.</summary>
    public static void Unpack(OperatorSource source)
    {
        var x = source.Input(0);
        var axis = source.Axis(source.Options.Int32(1), x.Shape.Count);
        if (source.OutputCount != x.Shape[axis])
            throw source.Fault($"{source.OutputCount} outputs for {x.Shape[axis]} elements of dimension {axis}");
        for (var i = 0; i < source.OutputCount; i++)
        {
            var part = source.Between(x, ShapeOperators.With(x.Shape, axis, 1));
            Take(source, part, x, ShapeOperators.With(new int[x.Shape.Count], axis, i), part.Shape);
            var y = source.Output(i);
            source.ExpectSameType(y, x);
            source.ExpectShape(y, [.. x.Shape.Where((_, dimension) => dimension != axis)]);
            source.EmitTo(y, new ReshapeAttributes(), part);
        }
    }

    private static void Parts(OperatorSource source, Tensor x, int axis, int[] extents)
    {
        var start = 0;
        for (var i = 0; i < extents.Length; i++)
        {
            Take(source, source.Output(i), x, ShapeOperators.With(new int[x.Shape.Count], axis, start),
                ShapeOperators.With(x.Shape, axis, extents[i]));
            start += extents[i];
        }
    }

    private static void Take(OperatorSource source, Tensor y, Tensor x, int[] starts, IReadOnlyList<int> extents)
    {
        source.ExpectSameType(y, x);
        source.ExpectShape(y, extents);
        source.EmitTo(y, new SliceAttributes(starts, extents, [.. extents.Select(_ => 1)]), x);
    }

    private static int SingleAxis(OperatorSource source, int index, Tensor x)
    {
        var axes = source.Integers(index);
        if (axes.Length != 1) throw source.Fault($"{axes.Length} axes, expected one");
        return source.Axis(axes[0], x.Shape.Count);
    }

    /// <summary>One dimension of a strided slice: negative indices count from the end, masked ones run to it.</summary>
    private static (int Start, int Extent, int Step, bool Shrunk) Range(OperatorSource source, int dimension, int extent, int begin,
        int end, int step)
    {
        bool Masked(int field) => (source.Options.Int32(field) >> dimension & 1) != 0;
        if (step is 0 or int.MinValue) throw source.Fault($"step {step} of dimension {dimension}");
        if (source.Options.Boolean(5)) end = (int)Math.Clamp((long)begin + end, int.MinValue, int.MaxValue);
        long Clamped(int index) => Math.Clamp(index < 0 ? (long)index + extent : index, step > 0 ? 0 : -1, step > 0 ? extent : extent - 1);
        var first = Masked(0) ? step > 0 ? 0 : extent - 1 : Clamped(begin);
        if (Masked(4))
        {
            var single = begin < 0 ? (long)begin + extent : begin;
            if (single < 0 || single >= extent) throw source.Fault($"index {begin} of dimension {dimension} with {extent}");
            return ((int)single, 1, 1, true);
        }
        var last = Masked(1) ? step > 0 ? extent : -1 : Clamped(end);
        var count = step > 0 ? (last - first + step - 1) / step : (first - last - step - 1) / -step;
        if (count < 1) throw source.Fault($"nothing is left of dimension {dimension}");
        return ((int)first, (int)count, step, false);
    }
}
