using NpuSim.Isa.Instructions;

namespace NpuSim.Simulator.Memory;

/// <summary>What one requester wants of one shared memory for one transfer.</summary>
/// <param name="Space">The memory.</param>
/// <param name="Write">Direction.</param>
/// <param name="MovedBytes">Bytes that the memory moves, rounded up to its accesses.</param>
/// <param name="BusyCycles">Cycles that the memory needs for them.</param>
/// <param name="Chunks">Chunks it is asked in; 0 where the side has no shared memory.</param>
/// <param name="Bursts">Where the memory has a device: its bursts, which the controller serves instead of chunks.</param>
/// <param name="Rows">Of main memory: rows of single devices that are opened, by <see cref="RowEstimate"/>.</param>
internal readonly record struct MemoryDemand(
    MemorySpace Space, bool Write, long MovedBytes, long BusyCycles, long Chunks, BurstPattern? Bursts = null, int Rows = 0)
{
    /// <summary>Cycles that a memory without a device takes at least; how long a device takes is not known before.</summary>
    public long LeastCycles => Bursts is null ? BusyCycles : 0;
}

/// <summary>The state of a demand under way.</summary>
/// <remarks>Chunk i is asked for when chunk i − 1 is done, and not before the requester's own rate has come to it: base + ⌊own·i/n⌋. Alone, the
/// last chunk is then done at base + max(own, busy) or earlier, whatever the roundings: ⌈own·(n − i)/n⌉ ≥ ⌈busy·(n − i)/n⌉.</remarks>
internal struct ChunkStream
{
    // The members of the demand that are needed, one by one: copying the whole, with its reference, costs a tenth of the event loop.
    private MemorySpace _space;
    private bool _write;
    private long _busy;
    private long _chunks;
    private BurstPattern? _bursts;
    private long _base;
    private long _own;
    private long _next;

    /// <summary>Begins a demand.</summary>
    /// <param name="demand">What is wanted.</param>
    /// <param name="start">Cycle at which the first data may flow.</param>
    /// <param name="ownCycles">Cycles that the requester itself needs for the data.</param>
    public void Begin(in MemoryDemand demand, long start, long ownCycles)
    {
        (_space, _write, _busy, _chunks) = (demand.Space, demand.Write, demand.BusyCycles, demand.Chunks);
        if (_bursts != demand.Bursts)
        {
            _bursts = demand.Bursts;
        }

        _base = start;
        _own = ownCycles;
        _next = 0;
    }

    /// <summary>Asks the memory for the next chunk.</summary>
    /// <param name="memory">The memory of the demand.</param>
    /// <param name="now">The cycle.</param>
    /// <param name="cycle">When to ask for the next one, or when the last one is done.</param>
    /// <returns>True where another chunk follows.</returns>
    public bool Advance(SharedMemoryUnit memory, long now, out long cycle)
    {
        long done = memory.Serve(now, Share(_busy, _next + 1) - Share(_busy, _next), _write);
        _next++;
        bool more = _next < _chunks;
        cycle = more ? Math.Max(done, _base + Share(_own, _next)) : done;
        return more;
    }

    public readonly MemorySpace Space => _space;

    /// <summary>The bursts that a device's controller serves instead of chunks.</summary>
    public readonly BurstPattern? Bursts => _bursts;

    /// <summary>Cycles that the requester itself needs for the data.</summary>
    public readonly long OwnCycles => _own;

    // The resolver refuses a demand whose products would not fit.
    private readonly long Share(long whole, long chunks) => whole * chunks / _chunks;
}
