using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;

namespace NpuSim.Isa.Timing;

/// <summary>The block of a transfer, as the DMA registers hold it.</summary>
/// <param name="Bytes">Contiguous bytes.</param>
/// <param name="Count1">Repetitions of the first dimension.</param>
/// <param name="Count2">Repetitions of the second dimension.</param>
/// <param name="Count3">Repetitions of the third dimension.</param>
public readonly record struct TransferBlock(uint Bytes, uint Count1 = 1, uint Count2 = 1, uint Count3 = 1)
{
    public long TotalBytes => (long)Bytes * Count1 * Count2 * Count3;
}

/// <summary>Strides of one side of a transfer, in bytes.</summary>
public readonly record struct TransferStrides(int Stride1, int Stride2 = 0, int Stride3 = 0);

/// <summary>How a side of a transfer meets its memory.</summary>
/// <param name="Runs">Contiguous pieces after merging dimensions that follow on.</param>
/// <param name="RunBytes">Bytes of one piece.</param>
public readonly record struct AccessPattern(long Runs, long RunBytes)
{
    /// <summary>Bytes that the memory moves, each run rounded up to its smallest access.</summary>
    public long MovedBytes(int accessBytes) => Runs * (ArrayTiming.CeilingDivide(RunBytes, accessBytes) * accessBytes);

    /// <summary>Bursts, each run on its own.</summary>
    public long Bursts(int burstBytes) => Runs * ArrayTiming.CeilingDivide(RunBytes, burstBytes);
}

/// <summary>Uncontended cost of DMA transfers.</summary>
public static class TransferTiming
{
    /// <summary>Merges the dimensions whose stride continues the piece before them.</summary>
    public static AccessPattern Pattern(TransferBlock block, TransferStrides strides)
    {
        long run = block.Bytes, runs = 1;
        ReadOnlySpan<(uint Count, int Stride)> dimensions = [(block.Count1, strides.Stride1), (block.Count2, strides.Stride2), (block.Count3, strides.Stride3)];
        foreach (var (count, stride) in dimensions)
        {
            if (count == 1)
            {
                continue;
            }

            if (runs == 1 && stride == run)
            {
                run *= count;
            }
            else
            {
                runs *= count;
            }
        }

        return new AccessPattern(runs, run);
    }

    /// <summary>Bytes per core cycle of a shared memory at its usable bandwidth.</summary>
    public static double BytesPerCycle(MachineSpec machine, MemorySpace space) => space switch
    {
        MemorySpace.Dram => Dram(machine).BandwidthMBps * Dram(machine).Efficiency / machine.ClockMHz,
        MemorySpace.Flash => Flash(machine).BandwidthMBps / machine.ClockMHz,
        MemorySpace.Global => machine.GlobalBuffer!.BytesPerCycle * (double)GlobalClock(machine).OtherMHz / machine.ClockMHz,
        MemorySpace.Activation => machine.Core.Activation.BytesPerCycle,
        MemorySpace.Weight => machine.Core.Weight.BytesPerCycle,
        MemorySpace.Accumulator => machine.Core.Accumulator.BytesPerCycle,
    };

    /// <summary>Core cycles from request to first byte (reads) or to completion (writes).</summary>
    public static int LatencyCycles(MachineSpec machine, MemorySpace space, bool write) => space switch
    {
        MemorySpace.Dram when machine.Memory.Cache is { } cache => write ? cache.WriteLatencyCycles : cache.ReadLatencyCycles,
        MemorySpace.Dram => write ? Dram(machine).WriteLatencyCycles : Dram(machine).ReadLatencyCycles,
        MemorySpace.Flash => Flash(machine).ReadLatencyCycles,
        MemorySpace.Global => (int)GlobalClock(machine).CoreCycles(machine.GlobalBuffer!.LatencyCycles),
        MemorySpace.Activation or MemorySpace.Weight or MemorySpace.Accumulator => 1,
    };

    /// <summary>Bytes that a memory gives over its latency at its usable bandwidth.</summary>
    public static long BytesInFlight(MachineSpec machine, MemorySpace space) =>
        (long)(BytesPerCycle(machine, space) * LatencyCycles(machine, space, write: false));

    /// <summary>Smallest access in bytes.</summary>
    public static int AccessBytes(MachineSpec machine, MemorySpace space) => space switch
    {
        MemorySpace.Dram => Dram(machine).AccessBytes,
        MemorySpace.Flash => Flash(machine).AccessBytes,
        MemorySpace.Global => 1,
        MemorySpace.Activation or MemorySpace.Weight or MemorySpace.Accumulator => 1,
    };

    /// <summary>Cycles that one side's memory is busy with the transfer, at its usable bandwidth.</summary>
    public static long BusyCycles(MachineSpec machine, MemorySpace space, AccessPattern pattern)
    {
        long bytes = pattern.MovedBytes(AccessBytes(machine, space));
        return space == MemorySpace.Global
            ? GlobalClock(machine).CoreCycles(ArrayTiming.CeilingDivide(bytes, machine.GlobalBuffer!.BytesPerCycle))
            : (long)Math.Ceiling(bytes / BytesPerCycle(machine, space));
    }

    /// <summary>Cycles of a transfer alone: set-up, latency of both sides, then the slowest of the engine, both memories, and what the
    /// bursts under way allow over the latency.</summary>
    public static long Cycles(
        MachineSpec machine, MemorySpace source, AccessPattern sourcePattern, MemorySpace destination, AccessPattern destinationPattern)
    {
        var dma = machine.Core.Dma;
        long bytes = destinationPattern.Runs * destinationPattern.RunBytes;
        int latency = LatencyCycles(machine, source, write: false) + LatencyCycles(machine, destination, write: true);
        long bursts = Math.Max(sourcePattern.Bursts(dma.BurstBytes), destinationPattern.Bursts(dma.BurstBytes));
        long engine = Math.Max(ArrayTiming.CeilingDivide(bytes, dma.BytesPerCycle), bursts);
        long inFlight = bursts * latency / dma.OutstandingBursts;
        long memory = Math.Max(BusyCycles(machine, source, sourcePattern), BusyCycles(machine, destination, destinationPattern));
        return dma.SetupCycles + latency + Math.Max(Math.Max(engine, memory), inFlight);
    }

    private static ClockRatio GlobalClock(MachineSpec machine) => new(machine.ClockMHz, machine.GlobalBuffer!.ClockMHz ?? machine.ClockMHz);

    private static DramSpec Dram(MachineSpec machine) => machine.Memory.Dram ?? throw new InvalidOperationException("the machine has no dram");

    private static FlashSpec Flash(MachineSpec machine) => machine.Memory.Flash ?? throw new InvalidOperationException("the machine has no flash");
}
