using NpuSim.Isa.Instructions;
using NpuSim.Isa.Timing;

namespace NpuSim.Workloads.Compile.Lowering;

// What an estimate asks of the tiling: some forty candidates instead of some hundred, and what a tile moves.
internal sealed partial class ConvolutionTiling
{
    // Planes that are tried for each number of output channels, from the largest that fits on down.
    private const int PlanesTried = 3;

    /// <summary>About the best tile: channels are cut only where nothing fits, or where so many channels leave room for fewer output channels than the
    /// array has columns; output channels only by powers of two, and of the planes the largest few are tried. Null where none fits.</summary>
    /// <param name="cycles">What the timing formulas estimate for the layer.</param>
    public ConvolutionTile? ChooseCoarsely(out double cycles)
    {
        cycles = double.PositiveInfinity;
        ConvolutionTile? best = null;
        var planes = Planes().ToArray();
        foreach (int channels in ChannelChunks())
        {
            if (best is { } found && (FillsColumns(found) || channels < machine.Core.Array.Rows || (inPlace && machine.Core.Array.Blocks is not null)))
            {
                return best;
            }

            ConvolutionTile? own = null;
            double ownCycles = best is null ? cycles : cycles / MorePassesMargin;
            for (int parts = 1; parts <= Math.Max(1, work.OutChannels / ArrayOrder.OutputBlock); parts *= 2)
            {
                int outChannels = Math.Min(work.OutChannels, ArrayOrder.RoundUp((work.OutChannels + parts - 1) / parts, OutChannelGranule));
                Try(planes, outChannels, channels, ref own, ref ownCycles);
            }

            (best, cycles) = own is null ? (best, cycles) : (own, ownCycles);
        }

        return best;
    }

    private bool FillsColumns(ConvolutionTile tile) => tile.OutChannels >= Math.Min(work.OutChannels, machine.Core.Array.Columns);

    private void Try((int Rows, int Columns)[] planes, int outChannels, int channels, ref ConvolutionTile? best, ref double cycles)
    {
        int tried = 0;
        // What any plane would break is looked at first: most do not fit, and these bounds are quicker to see than the whole.
        long mostSums = machine.Core.Accumulator.AddressedBytes / AccumulatorBytes / outChannels;
        long mostResults = outputInPlace ? long.MaxValue : context.ActivationBytes / work.ResultBytes / outChannels;
        if (WeightSlotBytes(new ConvolutionTile(1, 1, outChannels, channels, true)) > machine.Core.Weight.SizeBytes)
        {
            return;
        }

        foreach (var (rows, columns) in planes)
        {
            bool fits = false;
            if ((long)rows * columns > Math.Min(mostSums, mostResults))
            {
                continue;
            }

            foreach (var (inputOuter, keepsInner) in orders)
            {
                var tile = new ConvolutionTile(rows, columns, outChannels, channels, inputOuter) { KeepsInner = keepsInner };
                if (!Fits(tile))
                {
                    continue;
                }

                fits = true;
                double own = EstimateCycles(tile, cycles);
                (best, cycles) = own < cycles ? (tile, own) : (best, cycles);
            }

            if (fits && ++tried == PlanesTried)
            {
                return;
            }
        }
    }

    /// <summary>What a layer of such tiles moves between the buffers and the shared memories.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="full">How full tiles are on average, those at the edges among them: at most 1.</param>
    public IReadOnlyList<TransferEstimate> Transfers(ConvolutionTile tile, double full)
    {
        var (loads, cost) = (Counts(tile), Costs(tile));
        var transfers = new List<TransferEstimate>(4);
        if (!inputInPlace)
        {
            var pattern = InputPattern(tile);
            transfers.Add(Transfer(inputHome, false, MemorySpace.Activation, loads.InputLoads, pattern, cost.InputBusy, cost.Input, full));
        }

        var constants = Transfer(
            constantHome, false, MemorySpace.Weight, loads.WeightLoads, new AccessPattern(1, StoredBytes(tile)), cost.WeightsBusy, cost.Weights, 1);
        transfers.Add(constants with { Constant = true });
        if (!outputInPlace)
        {
            var pattern = OutputPattern(tile);
            transfers.Add(Transfer(outputHome, true, MemorySpace.Activation, loads.OutTiles, pattern, cost.StoreBusy, cost.Store, full));
            if (work.Residual is not null)
            {
                transfers.Add(Transfer(outputHome, false, MemorySpace.Activation, loads.OutTiles, pattern, cost.StoreBusy, cost.Store, full));
            }
        }

        return transfers;
    }

    /// <summary>Bytes of the private buffers that tiles take: activation, weight, accumulator.</summary>
    public (long Activation, long Weight, long Accumulator) SlotBytes(ConvolutionTile tile) => (
        ActivationBytes(tile), OperandSlots(tile).Weights * WeightSlotBytes(tile), Slots(Counts(tile).OutTiles) * AccumulatorSlotBytes(tile));

    private TransferEstimate Transfer(
        MemorySpace shared, bool write, MemorySpace local, long count, AccessPattern pattern, long busy, long cycles, double full)
    {
        long moved = pattern.MovedBytes(TransferTiming.AccessBytes(machine, shared)), bytes = pattern.Runs * pattern.RunBytes;
        return new TransferEstimate(
            shared, write, local, count, (long)(count * moved * full), (long)(count * bytes * full), (long)(count * busy * full), (long)(count * cycles * full));
    }

    private int OutChannelGranule =>
        work.Kind == ProductKind.Depthwise ? TileSizes.LeastCommonMultiple(ArrayOrder.OutputBlock, work.Multiplier) : ArrayOrder.OutputBlock;
}
