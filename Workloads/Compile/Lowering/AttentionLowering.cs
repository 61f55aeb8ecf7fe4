using NpuSim.Isa.Instructions;
using NpuSim.Isa.Timing;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Compile.Lowering;

/// <summary>Fused float32 attention: scores, their exponentials and the product with v stay on chip; the sums of the exponentials divide the product.</summary>
/// <remarks>A unit of work is a block of rows of one head. Three of its stages are in flight: the scores of one unit are multiplied while the vector unit
/// makes exponentials of the unit before and the array mixes v by those of the one before that.</remarks>
internal static class AttentionLowering
{
    public const int Size = sizeof(float);

    public static LayerPlan Lower(LoweringContext context, Node node)
    {
        if (!FloatNodes.Run(context, node))
        {
            return new HostPlan("the array takes no float32 operands (core.array.formats.float32 is 0)");
        }

        if (FloatNodes.ProductReason(context.Graph) is { Length: > 0 } reason)
        {
            return new HostPlan(reason);
        }

        var (heads, scale) = (AttentionAttributes)node.Attributes;
        IReadOnlyList<int> q = node.Input(0).Shape, k = node.Input(1).Shape;
        var work = new AttentionWork(q[0], heads, q[1], k[1], q[2] / heads, node.Output.Shape[2] / heads, scale);
        int rows = TileSizes.Parts(work.Rows, 1).FirstOrDefault(size => Fits(context, work, size));
        return rows == 0
            ? new HostPlan($"one row of {work.Columns} scores with keys and values of {work.Columns}x{work.Depth} and {work.Columns}x{work.Results} does not "
                + "fit the buffers twice")
            : new AttentionEmitter(context, node, work, rows).Plan();
    }

    private static bool Fits(LoweringContext context, AttentionWork work, int rows)
    {
        var core = context.Machine.Core;
        long units = work.Heads * (long)work.Batch * ((work.Rows + rows - 1) / rows);
        long scores = Rounded((long)rows * work.Columns * Size), results = Rounded((long)rows * work.Results * Size);
        long activation = 2 * (Rounded((long)rows * work.Depth * Size) + Rounded(work.KeyBytes) + Rounded(work.ValueBytes) + scores + results
            + Rounded((long)rows * Size)) + 3 * Rounded((long)rows * Size) + Rounded(Size);
        return activation <= context.ActivationBytes && 2 * (scores + results) <= core.Accumulator.AddressedBytes
            && 2 * Rounded(work.PackedKeyBytes) + 3 * Rounded(work.PackedValueBytes) <= core.Weight.SizeBytes
            && work.Columns <= ushort.MaxValue && work.Results <= ushort.MaxValue && (units >= context.Cores || rows == 1);
    }

    private static long Rounded(long bytes) => SlotAllocator.Rounded(bytes);
}

/// <summary>The extents of an attention; all heads are alike.</summary>
/// <param name="Batch">Sequences.</param>
/// <param name="Heads">Heads of each.</param>
/// <param name="Rows">Queries of a head.</param>
/// <param name="Columns">Keys and values of a head.</param>
/// <param name="Depth">Elements of a query and of a key.</param>
/// <param name="Results">Elements of a value and of a result.</param>
/// <param name="Scale">Factor of the queries.</param>
internal sealed record AttentionWork(int Batch, int Heads, int Rows, int Columns, int Depth, int Results, float Scale)
{
    public long Macs => (long)Batch * Heads * Rows * Columns * (Depth + Results);

    public long KeyBytes => (long)Columns * Depth * AttentionLowering.Size;

    public long ValueBytes => (long)Columns * Results * AttentionLowering.Size;

    public long PackedKeyBytes => ArrayOrder.DenseBytes(ArrayFormat.Float32, Columns, 1, Depth);

    public long PackedValueBytes => ArrayOrder.DenseBytes(ArrayFormat.Float32, Results, 1, Columns);
}

/// <summary>Emits the stages of one attention.</summary>
internal sealed class AttentionEmitter(LoweringContext context, Node node, AttentionWork work, int tileRows)
{
    private const int Size = AttentionLowering.Size;
    private const VectorFormat F = VectorFormat.Float32;

    // A block of rows with its places: query, keys and values as loaded and packed, scores, exponentials, sums, mixed values, result.
    private sealed record Unit(
        int Batch, int Head, int Row, int Rows, bool Fresh, Address Query, Address Keys, Address Values, Address PackedKeys, Address PackedValues,
        Address Scores, Address Exponentials, Address Maxima, Address Sums, Address Mixed, Address Result, Address Scale);

    public LayerPlan Plan()
    {
        Address q = context.Home(node.Input(0)), k = context.Home(node.Input(1)), v = context.Home(node.Input(2)), output = context.Home(node.Output);
        Address scale = context.Constants.Add($"{node.Name}.scale", BitConverter.GetBytes(work.Scale), context.Layer);
        var blocks = new List<(int Batch, int Head, int Row, int Rows)>();
        for (int head = 0; head < work.Batch * work.Heads; head++)
        {
            for (int row = 0; row < work.Rows; row += tileRows)
            {
                blocks.Add((head / work.Heads, head % work.Heads, row, Math.Min(tileRows, work.Rows - row)));
            }
        }

        var steps = Enumerable.Range(0, context.Cores).Select(Steps).ToList();
        return new TiledPlan(Engine.Array, work.Macs, Size, $"{tileRows} rows of a head at once", steps);

        List<TileStep> Steps(int core)
        {
            var units = Units(context.Share(blocks, core));
            var steps = new List<TileStep>();
            for (int i = 0; i < (units.Count == 0 ? 0 : units.Count + 2); i++)
            {
                var (first, second, third) = (units.ElementAtOrDefault(i), units.ElementAtOrDefault(i - 1), units.ElementAtOrDefault(i - 2));
                steps.Add(new PhasedStep(
                    i == 0 ? stream => stream.Transfer(DmaRole.Weights, first!.Scale, scale, Size) : null,
                    first is null ? null : stream => Load(stream, first, q, k, v),
                    stream => Compute(stream, first, second, third),
                    third is null ? null : stream => Store(stream, third, output)));
            }

            return steps;
        }
    }

    private List<Unit> Units(IReadOnlyList<(int Batch, int Head, int Row, int Rows)> blocks)
    {
        SlotAllocator activation = context.Slots(MemorySpace.Activation), weight = context.Slots(MemorySpace.Weight);
        var accumulator = context.Slots(MemorySpace.Accumulator);
        long rowBytes = (long)tileRows * Size;
        SlotRing queries = activation.Ring(2, rowBytes * work.Depth), keys = activation.Ring(2, work.KeyBytes), values = activation.Ring(2, work.ValueBytes);
        SlotRing exponentials = activation.Ring(2, rowBytes * work.Columns), results = activation.Ring(2, rowBytes * work.Results);
        SlotRing maxima = activation.Ring(2, rowBytes), sums = activation.Ring(3, rowBytes), scale = activation.Take(Size);
        SlotRing packedKeys = weight.Ring(2, work.PackedKeyBytes), packedValues = weight.Ring(3, work.PackedValueBytes);
        SlotRing scores = accumulator.Ring(2, rowBytes * work.Columns), mixed = accumulator.Ring(2, rowBytes * work.Results);
        var units = new List<Unit>();
        (int, int)? there = null;
        foreach (var (batch, head, row, rows) in blocks)
        {
            bool fresh = there != (batch, head);
            there = (batch, head);
            Address Slot(SlotRing ring) => fresh ? ring.Next() : ring.Current;
            units.Add(new Unit(batch, head, row, rows, fresh, queries.Next(), Slot(keys), Slot(values), Slot(packedKeys), Slot(packedValues), scores.Next(),
                exponentials.Next(), maxima.Next(), sums.Next(), mixed.Next(), results.Next(), scale.Current));
        }

        return units;
    }

    private void Load(CoreStream stream, Unit u, Address q, Address k, Address v)
    {
        LoadRows(stream, q, u, u.Row, u.Rows, work.Rows, work.Depth, u.Query);
        if (u.Fresh)
        {
            LoadRows(stream, k, u, 0, work.Columns, work.Columns, work.Depth, u.Keys);
            LoadRows(stream, v, u, 0, work.Columns, work.Columns, work.Results, u.Values);
        }
    }

    private void LoadRows(CoreStream stream, Address tensor, Unit u, int row, int rows, int allRows, int width, Address slot) => stream.Transfer(
        DmaRole.Activations, slot, new TransferStrides(width * Size), Corner(tensor, u, row, allRows, width), new TransferStrides(work.Heads * width * Size),
        new TransferBlock((uint)(width * Size), (uint)rows));

    private void Store(CoreStream stream, Unit u, Address output) => stream.Transfer(
        DmaRole.Store, Corner(output, u, u.Row, work.Rows, work.Results), new TransferStrides(work.Heads * work.Results * Size), u.Result,
        new TransferStrides(work.Results * Size), new TransferBlock((uint)(work.Results * Size), (uint)u.Rows));

    private Address Corner(Address tensor, Unit u, int row, int rows, int width) =>
        tensor + ((((long)u.Batch * rows) + row) * work.Heads + u.Head) * width * Size;

    private void Compute(CoreStream stream, Unit? first, Unit? second, Unit? third)
    {
        if (first is not null)
        {
            Score(stream, first);
        }

        if (second is not null)
        {
            Exponentiate(stream, second);
        }

        if (third is not null)
        {
            Mix(stream, third);
        }
    }

    private void Score(CoreStream stream, Unit u)
    {
        if (u.Fresh)
        {
            Shape(stream, work.Columns, work.Depth, 0);
            stream.Emit(new FloatPack(u.Keys, u.PackedKeys, true));
            Shape(stream, work.Columns, work.Results, 0);
            stream.Emit(new FloatPack(u.Values, u.PackedValues, false));
        }

        Shape(stream, u.Rows, work.Depth, 0);
        stream.Emit(new Multiply(u.Query, u.Scale, u.Query, F, Broadcast.RowScalar));
        Product(stream, u.Query, u.PackedKeys, u.Scores, u.Rows, work.Columns, work.Depth);
    }

    private void Exponentiate(CoreStream stream, Unit u)
    {
        Shape(stream, u.Rows, work.Columns, 0);
        stream.Emit(new ReduceMax(u.Scores, u.Maxima, F, ReduceAxis.Columns));
        stream.Emit(new Exponential(u.Scores, u.Maxima, u.Exponentials, F));
        stream.Emit(new ReduceSum(u.Exponentials, u.Sums, F, ReduceAxis.Columns, 0));
        Shape(stream, 1, u.Rows, 0);
        stream.Emit(new Reciprocal(u.Sums, u.Sums, F));
    }

    private void Mix(CoreStream stream, Unit u)
    {
        Product(stream, u.Exponentials, u.PackedValues, u.Mixed, u.Rows, work.Results, work.Columns);
        Shape(stream, u.Rows, work.Results, Size);
        stream.Emit(new Multiply(u.Mixed, u.Sums, u.Result, F, Broadcast.RowScalar));
    }

    private static void Shape(CoreStream stream, int rows, int columns, int pitchB)
    {
        uint pitch = (uint)(columns * Size);
        stream.Configure(new VectorShape((uint)rows, (uint)columns, pitch, (uint)pitchB, pitch));
    }

    private static void Product(CoreStream stream, Address x, Address w, Address sums, int rows, int columns, int depth)
    {
        stream.Elements(ArrayFormat.Float32);
        stream.Configure(new ArrayKernel(1, 1, 1, 1, 1, 1, 0, 0, 1));
        stream.Configure(new ArrayInput(1, (ushort)Math.Min(rows, ushort.MaxValue), (uint)depth, (uint)(rows * depth * Size), (uint)(depth * Size)));
        stream.Configure(new ArrayOutput((uint)columns));
        stream.Emit(new MatrixMultiply(x.Offset, w.Offset, sums.Offset, (uint)rows, (ushort)columns, false));
    }
}
