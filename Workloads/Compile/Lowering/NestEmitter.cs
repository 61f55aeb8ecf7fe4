using NpuSim.Isa.Instructions;
using NpuSim.Isa.Timing;
using NpuSim.Workloads.Quantised;
using NpuSim.Workloads.Tilings;

namespace NpuSim.Workloads.Compile.Lowering;

/// <summary>Emits the tiles of a nest.</summary>
internal sealed class NestEmitter(
    LoweringContext context, string weightName, ConvolutionWork work, TileNest nest, NestBuffers buffers, Address input, Address output)
{
    private readonly record struct InputPlane(int Image, int Row, int Rows, int Column, int Columns, Span Channels, int PadTop, int PadLeft);

    private readonly ChannelParameters _parameters = work.Parameters ?? throw new ArgumentException("a nest of tiles is of a quantised product", nameof(work));
    private readonly NestWeights _weights = new(work, nest);
    private Address _matrix;
    private Address _table;
    private Address _spilled;

    /// <param name="searchCycles">Cycles that the host spends on finding the tile before it hands out the first instruction.</param>
    public LayerPlan Plan(long searchCycles)
    {
        var piece = work.Piece(weightName, 0, 0, work.OutChannels, 0, work.InChannels, withParameters: false) with { Order = Text() };
        _matrix = context.Constants.Add(weightName, piece, _weights.Bytes, _weights.Pack, context.Layer);
        _table = context.Constants.Add($"{weightName}.requant", _parameters.Table, context.Layer);
        if (buffers.SpillsSums)
        {
            _spilled = context.Constants.Add($"{weightName}.sums", new byte[checked((int)(nest.Outputs * buffers.AccumulatorTileBytes))], context.Layer);
        }

        var steps = Enumerable.Range(0, context.Cores).Select(core => Steps(core, core == 0 ? searchCycles : 0)).ToList();
        string note = FormattableString.Invariant($"tile {Text()}, {nest.Count} tiles");
        return new TiledPlan(Engine.Array, work.Macs, _weights.Bytes + _parameters.Table.Length, note, steps);
    }

    private string Text() => string.Join("_", Enum.GetValues<TileDimension>().Select(dimension => FormattableString.Invariant($"{dimension}{nest.Tile(dimension)}")));

    private List<TileStep> Steps(int core, long searchCycles)
    {
        var activation = context.Slots(MemorySpace.Activation);
        var weight = context.Slots(MemorySpace.Weight);
        var accumulator = context.Slots(MemorySpace.Accumulator);
        var inputs = activation.Ring(buffers.InputSlots, buffers.InputBytes);
        var pieces = activation.Ring(buffers.PieceSlots, buffers.PieceBytes);
        var weights = weight.Ring(buffers.WeightSlots, buffers.WeightBytes);
        var table = weight.Take(buffers.ParameterBytes).Current;
        var accumulators = accumulator.Ring(checked((int)buffers.AccumulatorSlots), buffers.AccumulatorTileBytes);
        var sums = new NestSums(nest, buffers, accumulators, context.Cores, core);
        var steps = new List<TileStep>();
        InputPlane? inputThere = null;
        (Span, Span, Span, Span)? weightThere = null;
        foreach (var use in sums.Uses())
        {
            var tile = use.Tile;
            var plane = Plane(tile);
            var key = (tile.OutChannels, tile.TapRows, tile.TapColumns, tile.Channels);
            bool freshInput = !context.Machine.Core.KeepsOperands || plane != inputThere, freshWeights = !context.Machine.Core.KeepsOperands || key != weightThere;
            (inputThere, weightThere) = (plane, key);
            Address x = freshInput ? inputs.Next() : inputs.Current, w = freshWeights ? weights.Next() : weights.Current;
            steps.Add(Step(use, plane, x, w, table, pieces, freshInput, freshWeights, steps.Count == 0, searchCycles));
        }

        return steps;
    }

    private TileStep Step(
        SumUse use, InputPlane plane, Address x, Address w, Address table, SlotRing pieces, bool freshInput, bool freshWeights, bool first, long searchCycles)
    {
        var (tile, sum) = (use.Tile, use.Slot);
        long sumBytes = (long)tile.Rows.Count * tile.Columns.Count * tile.OutChannels.Count * sizeof(int);
        bool clears = tile.First && context.Machine.Core.ClearsAccumulators;
        void Prefetch(CoreStream stream)
        {
            if (first)
            {
                stream.Pause(searchCycles);
                stream.Transfer(DmaRole.Weights, table, _table, _parameters.Table.Length);
            }

            if (clears)
            {
                stream.Fill(DmaRole.Activations, sum, sumBytes, 0);
            }

            if (use.Loads)
            {
                stream.Transfer(DmaRole.Activations, sum, _spilled + use.Place, sumBytes);
            }

            if (freshWeights)
            {
                var block = NestWeights.Block(tile);
                var to = new TransferStrides((int)block.Bytes, (int)(block.Bytes * block.Count1), (int)(block.Bytes * block.Count1 * block.Count2));
                stream.Transfer(DmaRole.Weights, w, to, _matrix + _weights.Start(tile), _weights.Strides, block);
            }
        }

        void Load(CoreStream stream) => Planes.Load(stream, input, work.InHeight, work.InWidth, work.InChannels, plane.Image, plane.Row, plane.Rows,
            plane.Column, plane.Columns, plane.Channels.Start, plane.Channels.Count, x);
        return new PhasedStep(Prefetch, freshInput ? Load : null, stream => Compute(stream, tile, plane, x, w, sum, accumulate: !tile.First || clears),
            tile.Last ? stream => Store(stream, tile, sum, table, pieces)
                : use.Stores ? stream => stream.Transfer(DmaRole.Store, _spilled + use.Place, sum, sumBytes)
                : null);
    }

    // The part of the input under a tile's outputs and taps that exists, and how far its first row and column lie inside the window.
    private InputPlane Plane(in NestTile t)
    {
        var w = work.Window;
        var (row, rows, padTop) = Planes.Clip(t.Rows.Start * w.StrideY - w.Padding.Top + t.TapRows.Start * w.DilationY,
            ConvolutionWork.Extent(t.Rows.Count, w.StrideY, t.TapRows.Count, w.DilationY), work.InHeight);
        var (column, columns, padLeft) = Planes.Clip(t.Columns.Start * w.StrideX - w.Padding.Left + t.TapColumns.Start * w.DilationX,
            ConvolutionWork.Extent(t.Columns.Count, w.StrideX, t.TapColumns.Count, w.DilationX), work.InWidth);
        return new InputPlane(t.Image, row, rows, column, columns, t.Channels, padTop, padLeft);
    }

    private void Compute(CoreStream stream, in NestTile t, in InputPlane p, Address x, Address w, Address sum, bool accumulate)
    {
        var k = work.Window;
        var parameters = _parameters;
        int channels = p.Channels.Count;
        stream.Configure(new ArrayKernel((ushort)t.TapRows.Count, (ushort)t.TapColumns.Count, (byte)k.StrideY, (byte)k.StrideX, (byte)k.DilationY,
            (byte)k.DilationX, (short)parameters.InputZero, (short)parameters.WeightZero, 1));
        stream.Configure(new ArrayInput((ushort)p.Rows, (ushort)Math.Min(p.Columns, ushort.MaxValue), (uint)channels, (uint)(p.Columns * channels), (uint)channels));
        stream.Configure(new ArrayOutput((uint)t.OutChannels.Count));
        stream.Emit(work.Kind == ProductKind.Matrix
            ? new MatrixMultiply(x.Offset, w.Offset, sum.Offset, (uint)t.Columns.Count, (ushort)t.OutChannels.Count, accumulate)
            : new Convolve(x.Offset, w.Offset, sum.Offset, (ushort)t.Rows.Count, (ushort)t.Columns.Count, (ushort)t.OutChannels.Count,
                (short)p.PadTop, (short)p.PadLeft, accumulate));
    }

    // Piece by piece: requantised into a slot, stored from there while the next is requantised.
    private void Store(CoreStream stream, NestTile t, Address sum, Address table, SlotRing pieces)
    {
        int columns = Math.Min(t.Columns.Count, buffers.PiecePixels), rows = columns < t.Columns.Count ? 1 : Math.Max(1, buffers.PiecePixels / columns);
        for (int row = 0; row < t.Rows.Count; row += rows)
        {
            for (int column = 0; column < t.Columns.Count; column += columns)
            {
                Piece(stream, t, new Span(row, Math.Min(rows, t.Rows.Count - row)), new Span(column, Math.Min(columns, t.Columns.Count - column)), sum, table, pieces.Next());
            }
        }
    }

    private void Piece(CoreStream stream, NestTile t, Span rows, Span columns, Address sum, Address table, Address result)
    {
        var parameters = _parameters;
        uint channels = (uint)t.OutChannels.Count;
        long pixel = ((long)rows.Start * t.Columns.Count) + columns.Start;
        stream.Configure(new VectorShape((uint)(rows.Count * columns.Count), channels, channels * sizeof(int), 0, channels));
        stream.Configure(new VectorScaleOut((short)parameters.OutZero, 0, 0, 0, (short)parameters.ClampMin, (short)parameters.ClampMax));
        stream.Emit(new Requantise(sum + pixel * channels * sizeof(int), table + (long)t.OutChannels.Start * Requantise.ParameterBytes, result, parameters.Rounding));
        long first = ((((long)t.Image * work.OutHeight) + t.Rows.Start + rows.Start) * work.OutWidth) + t.Columns.Start + columns.Start;
        Move(stream, output + ((first * work.OutChannels) + t.OutChannels.Start), result, rows.Count, columns.Count, (int)channels);
    }

    // With command rows, results leave by blocks of channels, all pixels of a row for one block: as wide as the array for a convolution, as a burst
    // for a matrix product. Otherwise all channels of a pixel leave together.
    private void Move(CoreStream stream, Address to, Address from, int rows, int columns, int channels)
    {
        var core = context.Machine.Core;
        int block = !core.Dma.RowCommands ? channels : Math.Min(channels, work.Kind == ProductKind.Matrix ? core.Dma.BurstBytes : core.Array.Columns);
        int whole = channels / block, rest = channels % block;
        int pixel = work.OutChannels, line = work.OutWidth * work.OutChannels;
        stream.Transfer(DmaRole.Store, to, new TransferStrides(pixel, block, line), from, new TransferStrides(channels, block, columns * channels),
            new TransferBlock((uint)block, (uint)columns, (uint)whole, (uint)rows));
        if (rest > 0)
        {
            stream.Transfer(DmaRole.Store, to + whole * block, new TransferStrides(pixel, line), from + whole * block,
                new TransferStrides(channels, columns * channels), new TransferBlock((uint)rest, (uint)columns, (uint)rows));
        }
    }
}
