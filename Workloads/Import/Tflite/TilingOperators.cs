using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Import.Tflite;

/// <summary>Operators that the graph expresses with several of its own: packing, repetition, and blocks between space and depth.</summary>
internal static class TilingOperators
{
    /// <summary>Copies that one repeated dimension may become; each is an operand of a concatenation.</summary>
    private const int MostCopies = 4096;

    /// <summary>PACK: a new dimension, then a concatenation along it.</summary>
    public static void Pack(OperatorSource source)
    {
        Tensor first = source.Input(0), y = source.Output();
        var axis = source.Axis(source.Options.Int32(1), first.Shape.Count + 1);
        source.ExpectSameType(y, first);
        source.ExpectShape(y, [.. first.Shape.Take(axis), source.InputCount, .. first.Shape.Skip(axis)]);
        int[] single = [.. first.Shape.Take(axis), 1, .. first.Shape.Skip(axis)];
        var parts = new Tensor[source.InputCount];
        for (var i = 0; i < parts.Length; i++)
        {
            source.ExpectSameType(source.Input(i), first);
            parts[i] = source.Reshaped(source.Input(i), single);
        }
        source.Emit(new ConcatenateAttributes(axis), parts);
    }

    /// <summary>TILE: every dimension repeated as often as its multiple.</summary>
    public static void Tile(OperatorSource source)
    {
        var x = source.Input(0);
        var multiples = source.Integers(1);
        if (multiples.Length != x.Shape.Count) throw source.Fault($"{multiples.Length} multiples for {x.Shape.Count} dimensions");
        Repeat(source, x, multiples);
    }

    /// <summary>BROADCAST_TO: dimensions of 1 repeated, aligned at the last one.</summary>
    public static void BroadcastTo(OperatorSource source)
    {
        Tensor x = source.Input(0), y = source.Output();
        var shape = source.Integers(1);
        source.ExpectShape(y, shape);
        source.ExpectShape(y, ElementwiseOperators.Broadcast(source, x.Shape, shape));
        int[] aligned = [.. Enumerable.Repeat(1, shape.Length - x.Shape.Count), .. x.Shape];
        Repeat(source, source.Reshaped(x, aligned), [.. shape.Select((extent, i) => extent / aligned[i])]);
    }

    /// <summary>[N, H, W, C] to [N, H/b, W/b, b·b·C], the block's rows outermost.</summary>
    public static void SpaceToDepth(OperatorSource source)
    {
        Tensor x = source.Input(0, rank: 4), y = source.Output();
        var (block, s) = (Block(source), x.Shape);
        if (s[1] % block != 0 || s[2] % block != 0) throw source.Fault($"a plane of {s[1]}×{s[2]} does not divide into blocks of {block}");
        source.ExpectSameType(y, x);
        source.ExpectShape(y, s[0], s[1] / block, s[2] / block, s[3] * block * block);
        Interchange(source, x, [s[0], s[1] / block, block, s[2] / block, block, s[3]]);
    }

    /// <summary>[N, H, W, b·b·C] to [N, H·b, W·b, C].</summary>
    public static void DepthToSpace(OperatorSource source)
    {
        Tensor x = source.Input(0, rank: 4), y = source.Output();
        var (block, s) = (Block(source), x.Shape);
        if (s[3] % (block * block) != 0) throw source.Fault($"{s[3]} channels do not divide into blocks of {block}×{block}");
        source.ExpectSameType(y, x);
        source.ExpectShape(y, s[0], s[1] * block, s[2] * block, s[3] / (block * block));
        Interchange(source, x, [s[0], s[1], s[2], block, block, s[3] / (block * block)]);
    }

    /// <summary>Both directions exchange dimensions 2 and 3 of the six.</summary>
    private static void Interchange(OperatorSource source, Tensor x, int[] split)
    {
        if (x.Elements != source.Output().Elements)
            throw source.Fault($"{OperatorSource.Text(x.Shape)} cannot become {OperatorSource.Text(source.Output().Shape)}");
        var blocks = source.Reshaped(x, split);
        var moved = source.Between(x, split[0], split[1], split[3], split[2], split[4], split[5]);
        source.EmitTo(moved, new TransposeAttributes([0, 1, 3, 2, 4, 5]), blocks);
        source.Emit(new ReshapeAttributes(), moved);
    }

    private static int Block(OperatorSource source)
    {
        var block = source.Options.Int32(0);
        return block is >= 1 and <= 1024 ? block : throw source.Fault($"a block of {block}, expected 1…1024");
    }

    private static void Repeat(OperatorSource source, Tensor x, int[] multiples)
    {
        var y = source.Output();
        if (multiples.Any(multiple => multiple is < 1 or > MostCopies))
            throw source.Fault($"multiples {OperatorSource.Text(multiples)}, each may be 1…{MostCopies}");
        source.ExpectSameType(y, x);
        source.ExpectShape(y, [.. x.Shape.Select((extent, i) => (int)Math.Min((long)extent * multiples[i], int.MaxValue))]);
        var repeated = Enumerable.Range(0, multiples.Length).Where(i => multiples[i] > 1).ToArray();
        if (repeated.Length == 0) source.Emit(new ReshapeAttributes(), x);
        foreach (var axis in repeated)
        {
            var joined = axis == repeated[^1] ? y : source.Between(x, ShapeOperators.With(x.Shape, axis, x.Shape[axis] * multiples[axis]));
            source.EmitTo(joined, new ConcatenateAttributes(axis), [.. Enumerable.Repeat(x, multiples[axis])]);
            x = joined;
        }
    }
}
