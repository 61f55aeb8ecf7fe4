using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;

namespace NpuSim.Isa.Timing;

/// <summary>Timing of a fixed-function convolution pipeline.</summary>
public static class ConvolutionPipelineTiming
{
    /// <summary>Output pixels of the next stripe.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="remaining">Pixels left, at least 1.</param>
    public static int StripeLength(ConvolutionPipelineSpec pipeline, long remaining) =>
        remaining >= 2L * pipeline.StripeAtoms ? pipeline.StripeAtoms
        : remaining <= pipeline.StripeAtoms ? (int)remaining
        : pipeline.StripeAtoms / 2;

    /// <summary>Stripes of so many output pixels.</summary>
    public static long Stripes(ConvolutionPipelineSpec pipeline, long pixels)
    {
        // Whole stripes while two of them are left, then at most two shorter ones.
        long whole = Math.Max(0, (pixels / pipeline.StripeAtoms) - 1), stripes = whole;
        for (long remaining = pixels - (whole * pipeline.StripeAtoms); remaining > 0; stripes++)
            remaining -= StripeLength(pipeline, remaining);
        return stripes;
    }

    /// <summary>Cycles of the port for a read or write beat, at the memory's bandwidth and with the requests that may be under way.</summary>
    public static double BeatCycles(ConvolutionPipelineSpec pipeline, MachineSpec machine, bool write)
    {
        double memory = pipeline.BeatBytes / TransferTiming.BytesPerCycle(machine, MemorySpace.Dram);
        if (write)
            return Math.Max(pipeline.WriteCyclesPerBeat, memory);
        double underWay = (double)machine.Core.Dma.OutstandingBursts * machine.Core.Dma.BurstBytes / pipeline.BeatBytes;
        int latency = TransferTiming.LatencyCycles(machine, MemorySpace.Dram, write: false);
        return Math.Max(Math.Max(pipeline.ReadCyclesPerBeat, memory), (latency + pipeline.BeatOverheadCycles) / underWay);
    }

    /// <summary>Cycles and traffic of a layer alone.</summary>
    /// <param name="machine">A machine with a convolution pipeline.</param>
    /// <param name="shape">The layer; it fits its banks.</param>
    public static HardwareLayerCost Cost(MachineSpec machine, in HardwareLayerShape shape) => new PipelineWalk(machine).Next(shape, overlaps: false);
}
