using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Import.Tflite;

/// <summary>Operators that move elements without changing them: reshapes, transposes, pads, joins and resizes.</summary>
internal static class ShapeOperators
{
    /// <summary>RESHAPE, SQUEEZE, EXPAND_DIMS: the stored output shape says it all.</summary>
    public static void Reshape(OperatorSource source)
    {
        Tensor x = source.Input(0), y = source.Output();
        source.ExpectSameType(y, x);
        if (x.Elements != y.Elements) throw source.Fault($"{OperatorSource.Text(x.Shape)} cannot become {OperatorSource.Text(y.Shape)}");
        source.Emit(new ReshapeAttributes(), x);
    }

    public static void Transpose(OperatorSource source)
    {
        Tensor x = source.Input(0), y = source.Output();
        var permutation = source.Integers(1);
        if (!permutation.Order().SequenceEqual(Enumerable.Range(0, x.Shape.Count)))
            throw source.Fault($"permutation {OperatorSource.Text(permutation)} of {x.Shape.Count} dimensions");
        source.ExpectSameType(y, x);
        source.ExpectShape(y, [.. permutation.Select(dimension => x.Shape[dimension])]);
        source.Emit(new TransposeAttributes(permutation), x);
    }

    public static void Pad(OperatorSource source) => Pad(source, 0);

    /// <summary>The value is a tensor of one element, quantised as the input is.</summary>
    public static void PadWithValue(OperatorSource source)
    {
        var value = source.Input(2);
        if (value.Elements != 1 || !value.IsConstant) throw source.Fault($"padding value {value.Name} is not a constant of one element");
        Pad(source, System.Buffers.Binary.BinaryPrimitives.ReadSingleLittleEndian(ConstantOperands.AsFloat(source, value).Data));
    }

    private static void Pad(OperatorSource source, float value)
    {
        var (before, after) = Paddings(source);
        source.Emit(new PadAttributes(before, after, PadMode.Constant, value), source.Input(0));
    }

    /// <summary>REFLECT leaves the border out; SYMMETRIC repeats it, which slices with step −1 and a concatenation express.</summary>
    public static void MirrorPad(OperatorSource source)
    {
        var x = source.Input(0);
        var (before, after) = Paddings(source);
        var symmetric = source.Options.SByte(0) == 1;
        for (var i = 0; i < before.Length; i++)
        {
            var most = symmetric ? x.Shape[i] : x.Shape[i] - 1;
            if (before[i] > most || after[i] > most)
                throw source.Fault($"padding {before[i]} and {after[i]} of dimension {i}, at most {most} can be mirrored");
        }
        if (!symmetric) source.Emit(new PadAttributes(before, after, PadMode.Reflect, 0), x);
        else Symmetric(source, before, after);
    }

    public static void Concatenate(OperatorSource source)
    {
        Tensor first = source.Input(0), y = source.Output();
        var axis = source.Axis(source.Options.Int32(0), first.Shape.Count);
        var inputs = Enumerable.Range(0, source.InputCount).Select(i => source.Input(i)).ToArray();
        var extent = 0L;
        foreach (var input in inputs)
        {
            source.ExpectSameType(input, first);
            if (input.Shape.Count != first.Shape.Count
                || !input.Shape.Where((_, i) => i != axis).SequenceEqual(first.Shape.Where((_, i) => i != axis)))
                throw source.Fault($"shapes {OperatorSource.Text(first.Shape)} and {OperatorSource.Text(input.Shape)} do not join along " +
                    $"dimension {axis}");
            extent += input.Shape[axis];
        }
        source.ExpectSameType(y, first);
        source.ExpectShape(y, With(first.Shape, axis, (int)Math.Min(extent, int.MaxValue)));
        FusedActivation.EmitWithClamp(source, y, source.Options.SByte(1), new ConcatenateAttributes(axis), inputs);
    }

    public static void Gather(OperatorSource source)
    {
        Tensor x = source.Input(0), indices = source.Input(1), y = source.Output();
        if (indices.Type is not (Isa.Program.ElementType.Int32 or Isa.Program.ElementType.Int64))
            throw source.Fault($"indices are {indices.Type}, expected int32 or int64");
        if (source.Options.Int32(1) != 0) throw source.Fault($"{source.Options.Int32(1)} batch dimensions; none are supported");
        var axis = source.Axis(source.Options.Int32(0), x.Shape.Count);
        if (OperatorSource.IntegerValues(indices) is { } values && values.Any(value => value < 0 || value >= x.Shape[axis]))
            throw source.Fault($"an index lies outside 0…{x.Shape[axis] - 1}");
        source.ExpectSameType(y, x);
        source.ExpectShape(y, [.. x.Shape.Take(axis), .. indices.Shape, .. x.Shape.Skip(axis + 1)]);
        source.Emit(new GatherAttributes(axis), x, indices);
    }

    public static void ResizeNearest(OperatorSource source)
    {
        if (source.Options.Boolean(0)) throw source.Fault("nearest-neighbour resize with aligned corners is not supported");
        Resize(source, source.Options.Boolean(1) ? ResizeMode.NearestHalfPixel : ResizeMode.NearestFloor);
    }

    /// <summary>Fields 0 and 1 of the options are the deprecated target size.</summary>
    public static void ResizeBilinear(OperatorSource source) => Resize(source,
        source.Options.Boolean(2) ? ResizeMode.BilinearAlignCorners
        : source.Options.Boolean(3) ? ResizeMode.BilinearHalfPixel
        : ResizeMode.BilinearAsymmetric);

    public static int[] With(IReadOnlyList<int> shape, int axis, int extent) => [.. shape.Select((other, i) => i == axis ? extent : other)];

    private static void Resize(OperatorSource source, ResizeMode mode)
    {
        Tensor x = source.Input(0, rank: 4), y = source.Output();
        var size = source.Integers(1);
        if (size.Length != 2 || size[0] < 1 || size[1] < 1)
            throw source.Fault($"size {OperatorSource.Text(size)}, expected height and width");
        source.ExpectSameType(y, x);
        source.ExpectShape(y, x.Shape[0], size[0], size[1], x.Shape[3]);
        source.Emit(new ResizeAttributes(mode), x);
    }

    /// <summary>The [rank, 2] table of elements before and after, checked against the stored output shape.</summary>
    private static (int[] Before, int[] After) Paddings(OperatorSource source)
    {
        Tensor x = source.Input(0), y = source.Output();
        var table = source.Integers(1);
        if (table.Length != 2 * x.Shape.Count || table.Any(padding => padding is < 0 or > int.MaxValue / 4))
            throw source.Fault($"paddings {OperatorSource.Text(table)}, expected {x.Shape.Count} non-negative pairs");
        var before = x.Shape.Select((_, i) => table[2 * i]).ToArray();
        var after = x.Shape.Select((_, i) => table[2 * i + 1]).ToArray();
        source.ExpectSameType(y, x);
        source.ExpectShape(y, [.. x.Shape.Select((extent, i) => (int)Math.Min((long)extent + before[i] + after[i], int.MaxValue))]);
        return (before, after);
    }

    private static void Symmetric(OperatorSource source, int[] before, int[] after)
    {
        var current = source.Input(0);
        var padded = Enumerable.Range(0, before.Length).Where(i => before[i] + after[i] > 0).ToArray();
        if (padded.Length == 0) source.Emit(new ReshapeAttributes(), current);
        foreach (var axis in padded)
        {
            var extent = current.Shape[axis];
            var parts = new List<Tensor>();
            if (before[axis] > 0) parts.Add(Mirrored(source, current, axis, before[axis] - 1, before[axis]));
            parts.Add(current);
            if (after[axis] > 0) parts.Add(Mirrored(source, current, axis, extent - 1, after[axis]));
            var joined = axis == padded[^1] ? source.Output()
                : source.Between(current, With(current.Shape, axis, extent + before[axis] + after[axis]));
            source.EmitTo(joined, new ConcatenateAttributes(axis), parts);
            current = joined;
        }
    }

    private static Tensor Mirrored(OperatorSource source, Tensor x, int axis, int start, int extent)
    {
        var part = source.Between(x, With(x.Shape, axis, extent));
        var zeros = new int[x.Shape.Count];
        var ones = Enumerable.Repeat(1, zeros.Length).ToArray();
        source.EmitTo(part, new SliceAttributes(With(zeros, axis, start), part.Shape, With(ones, axis, -1)), x);
        return part;
    }
}
