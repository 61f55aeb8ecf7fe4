using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Timing;
using NpuSim.Workloads.Compile.Lowering;

namespace NpuSim.Workloads.Compile.Estimates;

/// <summary>Estimates a product with constant weights from one tile of it: as many passes, transfers and requantisations as the tile goes into the
/// layer.</summary>
internal static class ProductEstimate
{
    private const int AccumulatorBytes = 4;

    // Instructions that come with an operation of each kind, its own registers and semaphores among them: 15,618 for 10,295 operations of
    // MobileNetV2 on edge, the one program that was counted.
    private const double PerOperation = 1.5;

    /// <summary>The layer, or null where no tile of it fits the machine's buffers.</summary>
    public static LayerEstimate? Of(LoweringContext context, string weightName, ConvolutionWork work, Address input, Address output)
    {
        var tiling = new ConvolutionTiling(context, weightName, work, input.Space, output.Space);
        if (tiling.ChooseCoarsely(out double cycles) is not { } tile)
        {
            return null;
        }

        var machine = context.Machine;
        var (counts, costs) = (tiling.Counts(tile), tiling.Costs(tile));
        var pass = ArrayTiming.Cost(machine.Core, work.Pass(tile.Rows, tile.Columns, tile.OutChannels, tile.Channels), false);
        // Tiles at the edges are smaller.
        double full = work.Macs / ((double)counts.Steps * work.Pass(tile.Rows, tile.Columns, tile.OutChannels, tile.Channels).Macs);
        long Bytes(long onePass) => (long)(onePass * counts.Steps * full);
        long outputs = (long)work.Batch * work.OutHeight * work.OutWidth * work.OutChannels * work.Groups;
        var transfers = tiling.Transfers(tile, full);
        long operations = counts.Steps + (counts.OutTiles * work.VectorSteps) + transfers.Sum(transfer => transfer.Count);
        long instructions = (long)(PerOperation * operations);
        long dispatch = instructions * machine.Core.Sequencer.DispatchCycles / machine.Cores;
        return new LayerEstimate
        {
            Engine = Engine.Array,
            Cycles = Math.Max((long)cycles, dispatch),
            Macs = work.Macs,
            Format = work.Format,
            Passes = counts.Steps,
            ArrayCycles = (long)(pass.Cycles * counts.Steps * Math.Min(1, full)),
            VectorCycles = (long)(costs.Vector * counts.OutTiles * Math.Min(1, full)),
            Accesses = new PassCost(
                0, Bytes(pass.InputBytes), Bytes(pass.WeightBytes), Bytes(pass.AccumulatorReadBytes) + (outputs * AccumulatorBytes * (counts.Chunks - 1)),
                Bytes(pass.AccumulatorWriteBytes)),
            Transfers = transfers,
            Vector = work.VectorSteps == 0 ? []
                : [new VectorEstimate(TimingClass.VectorMultiply, work.Float is null ? VectorFormat.Int8Float : VectorFormat.Float32,
                    outputs * work.VectorSteps, counts.OutTiles * work.VectorSteps, outputs * AccumulatorBytes, MemorySpace.Accumulator,
                    outputs * work.ResultBytes)],
            Instructions = instructions,
            SlotBytes = tiling.SlotBytes(tile),
        };
    }
}
