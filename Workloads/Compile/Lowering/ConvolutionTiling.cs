using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Timing;

namespace NpuSim.Workloads.Compile.Lowering;

/// <summary>Chooses the tile that the timing formulas of the machine estimate fastest among those that fit its buffers twice (so that
/// the next tile loads while the current one computes).</summary>
/// <remarks>An input or output that the engines reach in place takes no slot and no transfer.</remarks>
internal sealed partial class ConvolutionTiling(LoweringContext context, string weightName, ConvolutionWork work, MemorySpace inputHome, MemorySpace outputHome)
{
    private const int AccumulatorBytes = 4;

    private readonly MachineSpec machine = context.Machine;
    private readonly MemorySpace constantHome = context.Constants.Space;
    private double? codedShare;
    private readonly bool inputInPlace = work.Float is null && inputHome == MemorySpace.Activation;
    private readonly bool outputInPlace = work.Float is null && outputHome == MemorySpace.Activation;
    private readonly bool inPlace = work.Float is null && inputHome == MemorySpace.Activation && outputHome == MemorySpace.Activation;
    private readonly bool chains = work.Float is null && inputHome == MemorySpace.Activation && outputHome == MemorySpace.Activation
        && context.Machine.Core.Chaining is not null;
    // Whether an input tile stays while the weights change, and whether what changes innermost stays too.
    private readonly (bool InputOuter, bool KeepsInner)[] orders = work.Float is not null && work.Kind != ProductKind.Depthwise
        ? [(true, false), (false, false), (true, true), (false, true)] : [(true, false), (false, false)];
    private (int Rows, int Columns, int OutChannels, int Channels) passed;
    private (int Rows, int Columns, int OutChannels, int Channels) costed;
    private long pass;
    private TileCosts costs;
    private ConvolutionTile counted;
    private TileCounts counts;

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
        var planes = Planes().ToArray();
        foreach (int channels in ChannelChunks())
        {
            // Passes over fewer channels than the array takes at once are for what fits no other way, as are any where the array cuts its
            // own blocks.
            if (best is not null && (channels < machine.Core.Array.Rows || (inPlace && machine.Core.Array.Blocks is not null)))
            {
                return best;
            }

            foreach (int outChannels in OutChannelParts())
            {
                foreach (var (rows, columns) in planes)
                {
                    foreach (var (inputOuter, keepsInner) in orders)
                    {
                        var tile = new ConvolutionTile(rows, columns, outChannels, channels, inputOuter) { KeepsInner = keepsInner };
                        double margin = channels < widest ? MorePassesMargin : best is not null && inPlace ? MoreSlicesMargin : 1;
                        if (Fits(tile) && EstimateCycles(tile, bestCycles / margin) is var cycles && cycles * margin < bestCycles)
                        {
                            (best, bestCycles, widest) = (tile, cycles, Math.Max(widest, channels));
                        }
                    }
                }
            }
        }

        reason = best is null ? DoesNotFit() : "";
        return best;
    }

    private string DoesNotFit()
    {
        var smallest = new ConvolutionTile(1, 1, Math.Min(work.OutChannels, ArrayOrder.OutputBlock), ChannelChunks().Last(), true);
        return $"its smallest tile needs {ActivationBytes(smallest)} B of activation, {WeightSlotBytes(smallest)} B of weight and "
            + $"{AccumulatorSlotBytes(smallest)} B of accumulator buffer, twice; the core has {context.ActivationBytes}, "
            + $"{machine.Core.Weight.SizeBytes} and {machine.Core.Accumulator.AddressedBytes} B";
    }

    public long InputSlotBytes(ConvolutionTile tile) => inputInPlace ? 0 :
        SlotAllocator.Rounded((long)work.InRows(tile.Rows) * work.InColumns(tile.Columns) * work.ChannelsFor(tile.OutChannels, tile.Channels) * work.ElementBytes);

    public long OutputSlotBytes(ConvolutionTile tile) => outputInPlace ? 0
        : SlotAllocator.Rounded((long)tile.Rows * tile.Columns * tile.OutChannels * work.ResultBytes);

    public long ResidualSlotBytes(ConvolutionTile tile) => work.Residual is null ? 0 : OutputSlotBytes(tile);

    public long WeightSlotBytes(ConvolutionTile tile) => SlotAllocator.Rounded(
        SlotAllocator.Rounded(work.WeightBytes(tile.OutChannels, tile.Channels)) + (long)tile.OutChannels * work.ParameterBytes);

    private long StoredBytes(ConvolutionTile tile) => (long)Math.Ceiling(WeightSlotBytes(tile) * CodedShare);

    // All weights are looked at for it, which only who costs tiles needs.
    private double CodedShare => codedShare ??= machine.Core.Dma.WeightCoding is { } coding
        ? context.EntropyBits(work.Whole(weightName), work.Weights.ToArray) / 8 * coding.SizeRatio : 1;

    public long AccumulatorSlotBytes(ConvolutionTile tile) =>
        SlotAllocator.Rounded((long)tile.Rows * tile.Columns * tile.OutChannels * AccumulatorBytes);

    public TileCounts Counts(ConvolutionTile tile)
    {
        if (counted != tile)
        {
            (counted, counts) = (tile, Count(tile));
        }

        return counts;
    }

    private TileCounts Count(ConvolutionTile tile)
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

    // Exact below a limit; what is not below it may be told as infinite.
    private double EstimateCycles(ConvolutionTile tile, double limit)
    {
        var counts = Counts(tile);
        double share = Math.Ceiling((double)counts.OutTiles / machine.Cores) / counts.OutTiles;
        // The array alone takes as long: most tiles end here.
        if (work.Float is null && !chains && counts.Steps * PassCycles(tile) * share >= limit)
        {
            return double.PositiveInfinity;
        }

        var cost = Costs(tile);
        if (chains)
        {
            return InPlaceCycles(tile, counts, cost);
        }

        if (work.Float is not null)
        {
            return FloatCycles(counts, cost);
        }

        double loads = counts.InputLoads * cost.Input + (work.Residual is null ? 0 : counts.OutTiles * cost.Store);
        double constants = counts.WeightLoads * cost.Weights, stores = counts.OutTiles * cost.Store;
        int engines = machine.Core.Dma.Engines;
        double busiestDma = engines switch
        {
            1 => loads + constants + stores,
            2 => Math.Max(loads + constants, stores),
            _ => Math.Max(Math.Max(loads, constants), stores),
        };
        double perCore = Math.Max(Math.Max(counts.Steps * cost.Pass, counts.OutTiles * cost.Vector), busiestDma) * share;
        return Math.Max(perCore, SharedMemoryCycles(counts, cost)) + cost.Input + cost.Weights + cost.Pass + cost.Vector + cost.Store;
    }

    // The costs of a tile; orders of its loops are tried one after the other and have the same.
    public TileCosts Costs(ConvolutionTile tile)
    {
        if (costed == PlaneOf(tile))
        {
            return costs;
        }

        AccessPattern input = InputPattern(tile), output = OutputPattern(tile), weights = new(1, StoredBytes(tile));
        long elements = (long)tile.Rows * tile.Columns * tile.OutChannels;
        costs = new TileCosts(
            PassCycles(tile), work.VectorSteps * VectorTiming.Cycles(machine.Core.Vector, TimingClass.VectorMultiply, elements),
            inputInPlace ? 0 : Cost(inputHome, input, MemorySpace.Activation), Cost(constantHome, weights, MemorySpace.Weight),
            outputInPlace ? 0 : Cost(MemorySpace.Activation, output, outputHome), inputInPlace ? 0 : TransferTiming.BusyCycles(machine, inputHome, input),
            TransferTiming.BusyCycles(machine, constantHome, weights), outputInPlace ? 0 : TransferTiming.BusyCycles(machine, outputHome, output));
        costed = PlaneOf(tile);
        return costs;
    }

    private static (int Rows, int Columns, int OutChannels, int Channels) PlaneOf(ConvolutionTile tile) =>
        (tile.Rows, tile.Columns, tile.OutChannels, tile.Channels);

    private long PassCycles(ConvolutionTile tile)
    {
        if (passed != PlaneOf(tile))
        {
            passed = PlaneOf(tile);
            pass = ArrayTiming.Cost(machine.Core, work.Pass(tile.Rows, tile.Columns, tile.OutChannels, tile.Channels), false).Cycles;
        }

        return pass;
    }

    // The first operands come, one after the other through one memory; then the slowest of array, vector unit and memory decides over all steps but one;
    // then the last tile leaves.
    private double FloatCycles(TileCounts counts, TileCosts cost)
    {
        long latency = machine.Core.Dma.SetupCycles + TransferTiming.LatencyCycles(machine, inputHome, write: false);
        double perStep = Math.Max(cost.Pass, (double)counts.OutTiles / counts.Steps * cost.Vector);
        double shared = SharedMemoryCycles(counts, cost) - cost.InputBusy - cost.WeightsBusy - cost.Store;
        double rest = Math.Max((counts.Steps - 1) * perStep, shared) / machine.Cores;
        return latency + cost.InputBusy + cost.WeightsBusy + cost.Pass + rest + cost.Vector + cost.Store;
    }

    // The array waits for the first weights and then for none, or it works on the last ones when all have come. A slice takes its share
    // of the whole: that a
    // pass of fewer channels may happen upon a better block is no reason to cut.
    private double InPlaceCycles(ConvolutionTile tile, TileCounts counts, TileCosts cost)
    {
        long whole = ArrayTiming.Cost(machine.Core, work.Pass(tile.Rows, tile.Columns, work.OutChannels, tile.Channels) with { WeightShare = CodedShare }, false).Cycles;
        double passes = Math.Max(whole * counts.Chunks * counts.Spatial * work.Groups, counts.OutTiles * cost.Vector);
        return Math.Max(cost.Weights + passes, (counts.WeightLoads * cost.Weights) + (passes / counts.Steps));
    }

    private double SharedMemoryCycles(TileCounts counts, TileCosts cost)
    {
        Span<double> busy = stackalloc double[(int)MemorySpace.Accumulator + 1];
        busy[(int)inputHome] += counts.InputLoads * cost.InputBusy;
        busy[(int)constantHome] += counts.WeightLoads * cost.WeightsBusy;
        busy[(int)outputHome] += counts.OutTiles * (work.Residual is null ? 1 : 2) * cost.StoreBusy;
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

    private static long Divide(long a, long b) => ArrayTiming.CeilingDivide(a, b);
}
