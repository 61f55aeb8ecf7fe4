using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;
using NpuSim.Isa.Timing;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Compile.Lowering;

/// <summary>Permutations: what is a batch of matrix transpositions runs on the vector unit, anything else by strided DMA.</summary>
internal static class TransposeLowering
{
    public static LayerPlan Lower(LoweringContext context, Node node)
    {
        var input = node.Input(0);
        int size = input.Type.SizeBytes();
        if (size is not (1 or 4) || Matrices(input.Shape, ((TransposeAttributes)node.Attributes).Permutation) is not var (batch, rows, columns)
            || rows < 2 || columns < 2)
        {
            return MovementLowering.Permute(context, node);
        }

        long capacity = context.ActivationBytes;
        foreach (int tileRows in TileSizes.Parts(rows, 1))
        {
            foreach (int tileColumns in TileSizes.Parts(columns, 1))
            {
                if (4 * SlotAllocator.Rounded((long)tileRows * tileColumns * size) <= capacity)
                {
                    return Plan(context, node, (batch, rows, columns), tileRows, tileColumns, size);
                }
            }
        }

        return MovementLowering.Permute(context, node);
    }

    /// <summary>A permutation as a batch of transpositions: (batch, rows, columns), or null where it is something else.</summary>
    private static (long Batch, int Rows, int Columns)? Matrices(IReadOnlyList<int> shape, IReadOnlyList<int> permutation)
    {
        var kept = permutation.Where(axis => shape[axis] > 1).ToArray();
        var sorted = kept.Order().ToArray();
        int fixedAxes = kept.Zip(sorted).TakeWhile(pair => pair.First == pair.Second).Count();
        var moved = kept[fixedAxes..];
        var ordered = sorted[fixedAxes..];
        if (moved.Length < 2)
        {
            return null;
        }

        // The moved axes must be a rotation of their order: [rows.., columns..] becomes [columns.., rows..].
        int split = Array.IndexOf(ordered, moved[0]);
        if (!moved.SequenceEqual(ordered[split..].Concat(ordered[..split])))
        {
            return null;
        }

        long Extent(IEnumerable<int> axes) => axes.Aggregate(1L, (product, axis) => product * shape[axis]);
        long rows = Extent(ordered[..split]), columns = Extent(ordered[split..]);
        return rows > int.MaxValue || columns > int.MaxValue ? null : (Extent(sorted[..fixedAxes]), (int)rows, (int)columns);
    }

    private static TiledPlan Plan(LoweringContext context, Node node, (long Batch, int Rows, int Columns) work, int tileRows, int tileColumns, int size)
    {
        Address input = context.Home(node.Input(0)), output = context.Home(node.Output);
        var tiles = new List<(long Batch, int Row, int Rows, int Column, int Columns)>();
        for (long batch = 0; batch < work.Batch; batch++)
        {
            for (int row = 0; row < work.Rows; row += tileRows)
            {
                for (int column = 0; column < work.Columns; column += tileColumns)
                {
                    tiles.Add((batch, row, Math.Min(tileRows, work.Rows - row), column, Math.Min(tileColumns, work.Columns - column)));
                }
            }
        }

        var steps = Enumerable.Range(0, context.Cores).Select(Steps).ToList();
        return new TiledPlan(Engine.Vector, 0, 0, $"{work.Batch} matrices, tile {tileRows}x{tileColumns}", steps);

        List<TileStep> Steps(int core)
        {
            var activation = context.Slots(MemorySpace.Activation);
            int slots = ConvolutionTiling.Slots(tiles.Count);
            SlotRing ringIn = activation.Ring(slots, (long)tileRows * tileColumns * size), ringOut = activation.Ring(slots, (long)tileRows * tileColumns * size);
            return [.. context.Share(tiles, core).Select(t => Step(t.Batch, t.Row, t.Rows, t.Column, t.Columns, ringIn.Next(), ringOut.Next()))];
        }

        TileStep Step(long batch, int row, int rows, int column, int columns, Address x, Address y)
        {
            long matrix = batch * work.Rows * work.Columns;
            long from = (matrix + (long)row * work.Columns + column) * size, to = (matrix + (long)column * work.Rows + row) * size;
            return new PhasedStep(null,
                stream => stream.Transfer(DmaRole.Activations, x, new TransferStrides(columns * size), input + from, new TransferStrides(work.Columns * size),
                    new TransferBlock((uint)(columns * size), (uint)rows)),
                stream =>
                {
                    stream.Configure(new VectorShape((uint)rows, (uint)columns, (uint)(columns * size), 0, (uint)(rows * size)));
                    stream.Emit(new Transpose(x, y, (byte)size));
                },
                stream => stream.Transfer(DmaRole.Store, output + to, new TransferStrides(work.Rows * size), y, new TransferStrides(rows * size),
                    new TransferBlock((uint)(rows * size), (uint)columns)));
        }
    }
}
