using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Timing;

namespace NpuSim.Simulator.Memory;

/// <summary>A memory that cores, engines, instruction fetch and host share: it serves chunks one after the other, in the order in which
/// they are asked for.</summary>
/// <remarks>A requester has one chunk asked for at a time, so requesters that are all waiting are served in turn and share the bandwidth
/// fairly. The time of a chunk comes from <see cref="TransferTiming"/>, so a transfer that meets nobody takes exactly its formula. DRAM rows, banks,
/// refresh and turnaround are inside the machine's <see cref="DramSpec.Efficiency"/> and are not told apart here.</remarks>
internal sealed class SharedMemoryUnit
{
    private const int LeastChunkBytes = 1024;
    private const int LeastChunkCycles = 16;

    private readonly bool _directionsApart;
    private long _readFree;
    private long _writeFree;

    public SharedMemoryUnit(MemorySpace space)
    {
        // The global buffer's bandwidth is per direction; an external memory has one data bus.
        _directionsApart = space == MemorySpace.Global;
    }

    /// <summary>Cycles in which it moved data, both directions together.</summary>
    public long BusyCycles { get; private set; }

    /// <summary>Serves a chunk that is asked for now.</summary>
    /// <param name="now">Cycle of the request; calls come in order of time.</param>
    /// <param name="cycles">Cycles the memory is busy with it.</param>
    /// <param name="write">Direction.</param>
    /// <returns>The cycle at which it is done.</returns>
    public long Serve(long now, long cycles, bool write)
    {
        ref long free = ref write && _directionsApart ? ref _writeFree : ref _readFree;
        free = Math.Max(free, now) + cycles;
        BusyCycles += cycles;
        return free;
    }

    /// <summary>Bytes after which the next requester gets its turn: small enough that an instruction fetch does not starve, large enough
    /// that a fast memory does not spend an event on every cycle.</summary>
    public static long ChunkBytes(MachineSpec machine, MemorySpace space) =>
        Math.Max(LeastChunkBytes, (long)Math.Ceiling(TransferTiming.BytesPerCycle(machine, space) * LeastChunkCycles));

    /// <summary>One unit for each space that cores share, in the order of <see cref="MemorySpace"/>.</summary>
    public static SharedMemoryUnit[] CreateAll() =>
        [new SharedMemoryUnit(MemorySpace.Dram), new SharedMemoryUnit(MemorySpace.Flash), new SharedMemoryUnit(MemorySpace.Global)];
}
