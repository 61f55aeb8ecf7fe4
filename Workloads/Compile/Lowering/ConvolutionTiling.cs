using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Timing;

namespace NpuSim.Workloads.Compile.Lowering;

/// <summary>Chooses the tile that the timing formulas of the machine estimate fastest among those that fit its buffers twice (so that
/// the next tile loads while the current one computes).</summary>
/// <remarks>An input or output that the engines reach in place takes no slot and no transfer.</remarks>
internal sealed class ConvolutionTiling(LoweringContext context, ConvolutionWork work, MemorySpace inputHome, MemorySpace outputHome)
{
    private const int AccumulatorBytes = 4;

    private readonly MachineSpec machine = context.Machine;
    private readonly MemorySpace constantHome = context.Constants.Space;
    private readonly double codedShare = context.Machine.Core.Dma.WeightCoding is { } coding
        ? WeightCoding.EntropyBits(work.Weights.Span) / 8 * coding.SizeRatio : 1;
    private readonly bool inputInPlace = work.Float is null && inputHome == MemorySpace.Activation;
    private readonly bool outputInPlace = work.Float is null && outputHome == MemorySpace.Activation;
    private readonly bool inPlace = work.Float is null && inputHome == MemorySpace.Activation && outputHome == MemorySpace.Activation;

    // More passes mean more transfers that contend, which the estimate does not see; they must promise this much (chosen on the built-in
    // models).
    private const double MorePassesMargin = 1.15;

    // Where only weights move, a slice more has the array walk its input once more, and the layer before hides the first weights; so must
    // it.
    private const double MoreSlicesMargin = 1.05;

    /// <summary>The best tile, or null where none fits; then the reason names the buffer.</summary>
    public ConvolutionTile? Choose(out string reason)
    {
        reason = "";
        ConvolutionTile? best = null;
        double bestCycles = double.PositiveInfinity;
        int widest = 0;
        foreach (int channels in ChannelChunks())
        {
            // Passes over fewer channels than the array takes at once are for what fits no other way, as are any where the array cuts its
            // own blocks.
            if (best is not null && (channels < machine.Core.Array.Rows || (inPlace && machine.Core.Array.Blocks is not null)))
            {
                return best;
            }

            foreach (var tile in Candidates(channels).Where(Fits))
            {
                double cycles = EstimateCycles(tile);
                if (cycles * (channels < widest ? MorePassesMargin : best is not null && inPlace ? MoreSlicesMargin : 1) < bestCycles)
                {
                    (best, bestCycles, widest) = (tile, cycles, Math.Max(widest, channels));
                }
            }
        }

        if (best is not null)
        {
            return best;
        }

        var smallest = new ConvolutionTile(1, 1, Math.Min(work.OutChannels, ArrayOrder.OutputBlock), ChannelChunks().Last(), true);
        reason = $"its smallest tile needs {ActivationBytes(smallest)} B of activation, {WeightSlotBytes(smallest)} B of weight and "
            + $"{AccumulatorSlotBytes(smallest)} B of accumulator buffer, twice; the core has {context.ActivationBytes}, "
            + $"{machine.Core.Weight.SizeBytes} and {machine.Core.Accumulator.AddressedBytes} B";
        return null;
    }

    public long InputSlotBytes(ConvolutionTile tile) => inputInPlace ? 0 :
        SlotAllocator.Rounded((long)work.InRows(tile.Rows) * work.InColumns(tile.Columns) * work.ChannelsFor(tile.OutChannels, tile.Channels) * work.ElementBytes);

    public long OutputSlotBytes(ConvolutionTile tile) => outputInPlace ? 0
        : SlotAllocator.Rounded((long)tile.Rows * tile.Columns * tile.OutChannels * work.ResultBytes);

    public long ResidualSlotBytes(ConvolutionTile tile) => work.Residual is null ? 0 : OutputSlotBytes(tile);

    public long WeightSlotBytes(ConvolutionTile tile) => SlotAllocator.Rounded(
        SlotAllocator.Rounded(work.WeightBytes(tile.OutChannels, tile.Channels)) + (long)tile.OutChannels * work.ParameterBytes);

    private long StoredBytes(ConvolutionTile tile) => (long)Math.Ceiling(WeightSlotBytes(tile) * codedShare);

    public long AccumulatorSlotBytes(ConvolutionTile tile) =>
        SlotAllocator.Rounded((long)tile.Rows * tile.Columns * tile.OutChannels * AccumulatorBytes);

    public TileCounts Counts(ConvolutionTile tile)
    {
        long spatial = work.Batch * Divide(work.OutHeight, tile.Rows) * Divide(work.OutWidth, tile.Columns);
        long outputs = Divide(work.OutChannels, tile.OutChannels) * work.Groups;
        long chunks = work.Kind == ProductKind.Depthwise ? 1 : Divide(work.InChannels, tile.Channels);
        long steps = spatial * outputs * chunks;
        bool depthwise = work.Kind == ProductKind.Depthwise;
        long inputs = tile.InputOuter
            ? chunks > 1 || depthwise ? steps : spatial * work.Groups
            : spatial * chunks > 1 || depthwise ? steps : work.Groups;
        long weights = tile.InputOuter
            ? outputs * chunks > 1 ? steps : 1
            : chunks > 1 ? steps : outputs;
        if (tile.KeepsInner)
        {
            (inputs, weights) = tile.InputOuter ? (inputs, outputs * chunks) : (spatial * chunks * work.Groups, weights);
        }

        return new TileCounts(spatial, outputs, chunks, inputs, weights);
    }

    /// <summary>Slots of a ring: two where more than one tile passes through it.</summary>
    public static int Slots(long tiles) => tiles > 1 ? 2 : 1;

    /// <summary>Slots of the inputs and of the weights.</summary>
    public (int Inputs, int Weights) OperandSlots(ConvolutionTile tile)
    {
        var counts = Counts(tile);
        return (tile is { KeepsInner: true, InputOuter: false } ? checked((int)counts.InputLoads) : Slots(counts.InputLoads),
            tile is { KeepsInner: true, InputOuter: true } ? checked((int)counts.WeightLoads) : Slots(counts.WeightLoads));
    }

    private bool Fits(ConvolutionTile tile)
    {
        var counts = Counts(tile);
        return ActivationBytes(tile) <= context.ActivationBytes
            && OperandSlots(tile).Weights * WeightSlotBytes(tile) <= machine.Core.Weight.SizeBytes
            && Slots(counts.OutTiles) * AccumulatorSlotBytes(tile) <= machine.Core.Accumulator.AddressedBytes
            && FieldsHold(tile);
    }

    // The instructions count rows, columns and output channels in 16 bits.
    private bool FieldsHold(ConvolutionTile tile) => tile.OutChannels <= ushort.MaxValue
        && Math.Max(tile.Rows, work.InRows(tile.Rows)) <= ushort.MaxValue && Math.Max(tile.Columns, work.InColumns(tile.Columns)) <= ushort.MaxValue;

    private long ActivationBytes(ConvolutionTile tile)
    {
        var counts = Counts(tile);
        return OperandSlots(tile).Inputs * InputSlotBytes(tile) + Slots(counts.OutTiles) * (OutputSlotBytes(tile) + ResidualSlotBytes(tile));
    }

    private double EstimateCycles(ConvolutionTile tile)
    {
        var counts = Counts(tile);
        double share = Math.Ceiling((double)counts.OutTiles / machine.Cores) / counts.OutTiles;
        long pass = ArrayTiming.Cost(machine.Core, work.Pass(tile.Rows, tile.Columns, tile.OutChannels, tile.Channels), false).Cycles;
        long vector = work.VectorSteps * VectorTiming.Cycles(machine.Core.Vector, TimingClass.VectorMultiply, (long)tile.Rows * tile.Columns * tile.OutChannels);
        if (inPlace && machine.Core.Chaining is not null)
        {
            return InPlaceCycles(tile, counts, vector);
        }

        var input = inputInPlace ? 0 : Cost(inputHome, InputPattern(tile), MemorySpace.Activation);
        var weights = Cost(constantHome, new AccessPattern(1, StoredBytes(tile)), MemorySpace.Weight);
        var store = outputInPlace ? 0 : Cost(MemorySpace.Activation, OutputPattern(tile), outputHome);
        if (work.Float is not null)
        {
            return FloatCycles(tile, counts, pass, vector, store);
        }

        double loads = counts.InputLoads * input + (work.Residual is null ? 0 : counts.OutTiles * store);
        double constants = counts.WeightLoads * weights, stores = counts.OutTiles * store;
        int engines = machine.Core.Dma.Engines;
        double busiestDma = engines switch
        {
            1 => loads + constants + stores,
            2 => Math.Max(loads + constants, stores),
            _ => Math.Max(Math.Max(loads, constants), stores),
        };
        double perCore = Math.Max(Math.Max(counts.Steps * pass, counts.OutTiles * vector), busiestDma) * share;
        return Math.Max(perCore, SharedMemoryCycles(tile, counts)) + input + weights + pass + vector + store;
    }

    // The first operands come, one after the other through one memory; then the slowest of array, vector unit and memory decides over all steps but one;
    // then the last tile leaves.
    private double FloatCycles(ConvolutionTile tile, TileCounts counts, long pass, long vector, long store)
    {
        long input = TransferTiming.BusyCycles(machine, inputHome, InputPattern(tile));
        long weights = TransferTiming.BusyCycles(machine, constantHome, new AccessPattern(1, StoredBytes(tile)));
        long latency = machine.Core.Dma.SetupCycles + TransferTiming.LatencyCycles(machine, inputHome, write: false);
        double perStep = Math.Max(pass, (double)counts.OutTiles / counts.Steps * vector);
        double rest = Math.Max((counts.Steps - 1) * perStep, SharedMemoryCycles(tile, counts) - input - weights - store) / machine.Cores;
        return latency + input + weights + pass + rest + vector + store;
    }

    // The array waits for the first weights and then for none, or it works on the last ones when all have come. A slice takes its share
    // of the whole: that a
    // pass of fewer channels may happen upon a better block is no reason to cut.
    private double InPlaceCycles(ConvolutionTile tile, TileCounts counts, long vector)
    {
        long weights = Cost(constantHome, new AccessPattern(1, StoredBytes(tile)), MemorySpace.Weight);
        long whole = ArrayTiming.Cost(machine.Core, work.Pass(tile.Rows, tile.Columns, work.OutChannels, tile.Channels) with { WeightShare = codedShare }, false).Cycles;
        double passes = Math.Max(whole * counts.Chunks * counts.Spatial * work.Groups, counts.OutTiles * vector);
        return Math.Max(weights + passes, (counts.WeightLoads * weights) + (passes / counts.Steps));
    }

    private double SharedMemoryCycles(ConvolutionTile tile, TileCounts counts)
    {
        Span<double> busy = stackalloc double[Enum.GetValues<MemorySpace>().Length];
        busy[(int)inputHome] += inputInPlace ? 0 : counts.InputLoads * TransferTiming.BusyCycles(machine, inputHome, InputPattern(tile));
        busy[(int)constantHome] += counts.WeightLoads * TransferTiming.BusyCycles(machine, constantHome, new AccessPattern(1, StoredBytes(tile)));
        long outputs = counts.OutTiles * (work.Residual is null ? 1 : 2);
        busy[(int)outputHome] += outputInPlace ? 0 : outputs * TransferTiming.BusyCycles(machine, outputHome, OutputPattern(tile));
        double longest = 0;
        foreach (double cycles in busy)
        {
            longest = Math.Max(longest, cycles);
        }

        return longest;
    }

    private long Cost(MemorySpace from, AccessPattern pattern, MemorySpace to) => TransferTiming.Cycles(machine, from, pattern, to, pattern);

    private AccessPattern InputPattern(ConvolutionTile tile)
    {
        long rows = work.InRows(tile.Rows), columns = work.InColumns(tile.Columns);
        long channels = work.ChannelsFor(tile.OutChannels, tile.Channels) * (long)work.ElementBytes;
        bool wholePixels = channels == work.InChannels * (long)work.Groups * work.ElementBytes, wholeRows = wholePixels && columns == work.InWidth;
        return wholeRows ? new AccessPattern(1, rows * columns * channels)
            : wholePixels ? new AccessPattern(rows, columns * channels)
            : new AccessPattern(rows * columns, channels);
    }

    private AccessPattern OutputPattern(ConvolutionTile tile)
    {
        bool wholePixels = tile.OutChannels == work.OutChannels && work.Groups == 1, wholeRows = wholePixels && tile.Columns == work.OutWidth;
        long pixels = (long)tile.Rows * tile.Columns, channels = (long)tile.OutChannels * work.ElementBytes;
        return wholeRows ? new AccessPattern(1, pixels * channels)
            : wholePixels ? new AccessPattern(tile.Rows, tile.Columns * channels)
            : new AccessPattern(pixels, channels);
    }

    // All channels in one pass first: of equal tiles the one with the fewest passes is taken. A float32 sum keeps
    // its order over parts of the channels only where there is one tap.
    private IEnumerable<int> ChannelChunks() =>
        work.Kind == ProductKind.Depthwise || (work.Float is not null && work.Taps > 1) ? [work.InChannels] : TileSizes.Parts(work.InChannels, ArrayOrder.InputGroup);

    private IEnumerable<ConvolutionTile> Candidates(int channels)
    {
        int granule = work.Kind == ProductKind.Depthwise ? TileSizes.LeastCommonMultiple(ArrayOrder.OutputBlock, work.Multiplier) : ArrayOrder.OutputBlock;
        foreach (int outChannels in TileSizes.Parts(work.OutChannels, granule))
        {
            foreach (var (rows, columns) in Planes())
            {
                yield return new ConvolutionTile(rows, columns, outChannels, channels, true);
                yield return new ConvolutionTile(rows, columns, outChannels, channels, false);
                if (work.Float is not null && work.Kind != ProductKind.Depthwise)
                {
                    yield return new ConvolutionTile(rows, columns, outChannels, channels, true) { KeepsInner = true };
                    yield return new ConvolutionTile(rows, columns, outChannels, channels, false) { KeepsInner = true };
                }
            }
        }
    }

    // Whole rows first; a row is cut only below one row per tile.
    private IEnumerable<(int Rows, int Columns)> Planes()
    {
        // An array that walks in blocks cuts the plane itself, by a search of its own.
        bool whole = inPlace && machine.Core.Array.Blocks is not null
            && (long)work.OutHeight * work.OutWidth * ArrayOrder.OutputBlock * AccumulatorBytes * 2 <= machine.Core.Accumulator.AddressedBytes;
        foreach (int rows in whole ? [work.OutHeight] : TileSizes.Parts(work.OutHeight, 1))
        {
            yield return (rows, work.OutWidth);
        }

        // The vector unit's results have one pitch, so that they lie in place only as whole rows.
        foreach (int columns in outputInPlace ? [] : TileSizes.Parts(work.OutWidth, 1).Skip(1))
        {
            yield return (1, columns);
        }
    }

    private static long Divide(long a, long b) => ArrayTiming.CeilingDivide(a, b);
}
