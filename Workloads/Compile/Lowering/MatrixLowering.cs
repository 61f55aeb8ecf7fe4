using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;
using NpuSim.Isa.Timing;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Quantised;

namespace NpuSim.Workloads.Compile.Lowering;

/// <summary>Products of two computed matrices (attention): the second one is packed into array order on chip, then the array runs as usual.</summary>
internal static class MatrixLowering
{
    private sealed record Work(
        long Batches, int M, int N, int K, bool TransposeB, IReadOnlyList<long> OffsetsA, IReadOnlyList<long> OffsetsB, ChannelParameters? Parameters)
    {
        public int ElementBytes => Parameters is null ? sizeof(float) : 1;

        public ArrayFormat Format => Parameters is null ? ArrayFormat.Float32 : ArrayFormat.Int8;

        /// <summary>Bytes of a result in the activation buffer; float32 sums are stored as they are.</summary>
        public int ResultBytes => Parameters is null ? 0 : 1;

        public int TableBytes => Parameters?.Table.Length ?? 0;
    }

    private sealed record Tile(int Rows, int Columns);

    public static LayerPlan Lower(LoweringContext context, Node node)
    {
        var attributes = (MatrixMultiplyAttributes)node.Attributes;
        if (attributes.TransposeA)
        {
            return new HostPlan("its first operand is transposed; the array reads it row by row");
        }

        if (node.Input(0).IsConstant)
        {
            return new HostPlan("its first operand is constant; only the second can be");
        }

        string reason = "";
        bool isFloat = FloatNodes.Run(context, node);
        var parameters = isFloat ? null : context.Parameters(node, out reason);
        reason = isFloat ? FloatNodes.ProductReason(context.Graph) : reason;
        if (reason.Length > 0 || (!isFloat && parameters is null))
        {
            return new HostPlan(reason);
        }

        var work = Describe(node, attributes, parameters);
        var tile = Choose(context, work);
        return tile is null
            ? new HostPlan($"a {work.K}-deep column block does not fit the buffers ({context.Machine.Core.Weight.SizeBytes} B of weights, "
                + $"{context.ActivationBytes} B of activations)")
            : Plan(context, node, work, tile);
    }

    private static Work Describe(Node node, MatrixMultiplyAttributes attributes, ChannelParameters? parameters)
    {
        IReadOnlyList<int> a = node.Input(0).Shape, b = node.Input(1).Shape, y = node.Output.Shape;
        int m = a[^2], k = a[^1], n = attributes.TransposeB ? b[^2] : b[^1];
        var batch = y.SkipLast(2).ToArray();
        return new Work(batch.Aggregate(1L, (p, e) => p * e), m, n, k, attributes.TransposeB,
            Offsets(batch, [.. a.SkipLast(2)], (long)m * k), Offsets(batch, [.. b.SkipLast(2)], (long)k * n), parameters);
    }

    // Where each product's operand starts; a leading dimension of 1 is spread.
    private static List<long> Offsets(int[] batch, int[] own, long matrix)
    {
        var offsets = new List<long> { 0 };
        for (int i = 0; i < batch.Length; i++)
        {
            int at = i - (batch.Length - own.Length);
            int extent = at < 0 ? 1 : own[at];
            offsets = [.. offsets.SelectMany(offset => Enumerable.Range(0, batch[i]).Select(j => (offset * extent) + (extent == 1 ? 0 : j)))];
        }

        return [.. offsets.Select(offset => offset * matrix)];
    }

    private static Tile? Choose(LoweringContext context, Work work)
    {
        var core = context.Machine.Core;
        foreach (int columns in TileSizes.Parts(work.N, ArrayOrder.OutputBlock))
        {
            foreach (int rows in TileSizes.Parts(work.M, 1))
            {
                bool enough = work.Batches * Count(work.M, rows) * Count(work.N, columns) >= context.Cores || (rows == 1 && columns <= ArrayOrder.OutputBlock);
                bool fits = 2 * (Rounded((long)rows * work.K * work.ElementBytes) + Rounded((long)columns * work.K * work.ElementBytes)
                        + Rounded((long)rows * columns * work.ResultBytes)) <= context.ActivationBytes
                    && 2 * PackedBytes(work, columns) + Rounded(work.TableBytes) <= core.Weight.SizeBytes
                    && 2 * Rounded((long)rows * columns * sizeof(int)) <= core.Accumulator.AddressedBytes;
                if (enough && fits)
                {
                    return new Tile(rows, columns);
                }
            }
        }

        return null;
    }

    private static long Rounded(long bytes) => SlotAllocator.Rounded(bytes);

    private static long PackedBytes(Work work, int columns) => Rounded(ArrayOrder.DenseBytes(work.Format, columns, 1, work.K));

    private static int Count(int extent, int size) => (extent + size - 1) / size;

    private static TiledPlan Plan(LoweringContext context, Node node, Work work, Tile tile)
    {
        Address a = context.Home(node.Input(0)), b = context.Home(node.Input(1)), output = context.Home(node.Output);
        Address table = work.Parameters is { } p ? context.Constants.Add($"{node.Name}.requant", p.Table, context.Layer) : default;
        var tiles = new List<(int Batch, int Column, int Columns, int Row, int Rows)>();
        for (int batch = 0; batch < work.Batches; batch++)
        {
            for (int column = 0; column < work.N; column += tile.Columns)
            {
                for (int row = 0; row < work.M; row += tile.Rows)
                {
                    tiles.Add((batch, column, Math.Min(tile.Columns, work.N - column), row, Math.Min(tile.Rows, work.M - row)));
                }
            }
        }

        var steps = Enumerable.Range(0, context.Cores).Select(Steps).ToList();
        return new TiledPlan(Engine.Array, work.Batches * work.M * work.N * work.K, work.TableBytes, $"tile {tile.Rows}x{tile.Columns}x{work.K}", steps)
        {
            Product = new ProductExtents(checked((int)work.Batches), work.M, work.N, work.K),
        };

        List<TileStep> Steps(int core)
        {
            var activation = context.Slots(MemorySpace.Activation);
            var accumulator = context.Slots(MemorySpace.Accumulator);
            var weight = context.Slots(MemorySpace.Weight);
            int size = work.ElementBytes;
            SlotRing xs = activation.Ring(2, (long)tile.Rows * work.K * size), raw = activation.Ring(2, (long)tile.Columns * work.K * size);
            SlotRing ys = activation.Ring(2, (long)tile.Rows * tile.Columns * work.ResultBytes), packed = weight.Ring(2, PackedBytes(work, tile.Columns));
            SlotRing sums = accumulator.Ring(2, (long)tile.Rows * tile.Columns * sizeof(int));
            var parameterSlot = weight.Take(work.TableBytes);
            var parameters = parameterSlot.Current;
            var steps = new List<TileStep>();
            (int Batch, int Column)? there = null;
            foreach (var t in context.Share(tiles, core))
            {
                bool fresh = there != (t.Batch, t.Column), first = steps.Count == 0;
                there = (t.Batch, t.Column);
                Address x = xs.Next(), y = ys.Next(), sum = sums.Next(), r = fresh ? raw.Next() : raw.Current, w = fresh ? packed.Next() : packed.Current;
                steps.Add(new PhasedStep(
                    first && work.TableBytes > 0 ? stream => stream.Transfer(DmaRole.Weights, parameters, table, work.TableBytes) : null,
                    stream =>
                    {
                        stream.Transfer(DmaRole.Activations, x, a + (work.OffsetsA[t.Batch] + (long)t.Row * work.K) * size, (long)t.Rows * work.K * size);
                        if (fresh)
                        {
                            LoadSecond(stream, work, b, t.Batch, t.Column, t.Columns, r);
                        }
                    },
                    stream => Compute(stream, work, t.Rows, t.Columns, x, fresh ? r : null, w, sum, parameters + (long)t.Column * Requantise.ParameterBytes, y),
                    stream => stream.Transfer(DmaRole.Store, output + (((long)t.Batch * work.M + t.Row) * work.N + t.Column) * size,
                        new TransferStrides(work.N * size), work.Parameters is null ? sum : y, new TransferStrides(t.Columns * size),
                        new TransferBlock((uint)(t.Columns * size), (uint)t.Rows))));
            }

            return steps;
        }
    }

    // [K × columns] of a row-major [K × N], or [columns × K] of a [N × K].
    private static void LoadSecond(CoreStream stream, Work work, Address b, int batch, int column, int columns, Address slot)
    {
        int size = work.ElementBytes;
        var from = b + (work.OffsetsB[batch] + (work.TransposeB ? (long)column * work.K : column)) * size;
        if (work.TransposeB)
        {
            stream.Transfer(DmaRole.Activations, slot, from, (long)columns * work.K * size);
        }
        else
        {
            stream.Transfer(DmaRole.Activations, slot, new TransferStrides(columns * size), from, new TransferStrides(work.N * size),
                new TransferBlock((uint)(columns * size), (uint)work.K));
        }
    }

    private static void Compute(
        CoreStream stream, Work work, int rows, int columns, Address x, Address? raw, Address w, Address sum, Address parameters, Address y)
    {
        uint k = (uint)work.K, n = (uint)columns, size = (uint)work.ElementBytes;
        var p = work.Parameters;
        if (raw is { } second)
        {
            if (p is not null)
            {
                stream.Configure(new VectorScaleA((short)p.WeightZero, 0, 0, 0));
            }

            stream.Configure(work.TransposeB ? new VectorShape(n, k, k * size, 0, 0) : new VectorShape(k, n, n * size, 0, 0));
            stream.Emit(p is null ? new FloatPack(second, w, work.TransposeB) : new Pack(second, w, work.TransposeB));
        }

        stream.Elements(work.Format);
        stream.Configure(new ArrayKernel(1, 1, 1, 1, 1, 1, (short)(p?.InputZero ?? 0), (short)(p?.WeightZero ?? 0), 1));
        stream.Configure(new ArrayInput(1, (ushort)Math.Min(rows, ushort.MaxValue), k, (uint)rows * k * size, k * size));
        stream.Configure(new ArrayOutput(n));
        stream.Emit(new MatrixMultiply(x.Offset, w.Offset, sum.Offset, (uint)rows, (ushort)columns, false));
        if (p is null)
        {
            return;
        }

        stream.Configure(new VectorShape((uint)rows, n, n * sizeof(int), 0, n));
        stream.Configure(new VectorScaleOut((short)p.OutZero, 0, 0, 0, (short)p.ClampMin, (short)p.ClampMax));
        stream.Emit(new Requantise(sum, parameters, y, p.Rounding));
    }
}
