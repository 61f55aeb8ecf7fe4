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
    private long _left;
    private BurstPattern? _bursts;
    private EvenShares _busy;
    private EvenShares _own;
    private long _due;

    /// <summary>Begins a demand.</summary>
    /// <param name="demand">What is wanted.</param>
    /// <param name="start">Cycle at which the first data may flow.</param>
    /// <param name="ownCycles">Cycles that the requester itself needs for the data.</param>
    public void Begin(in MemoryDemand demand, long start, long ownCycles)
    {
        (_space, _write, _left) = (demand.Space, demand.Write, demand.Chunks);
        if (_bursts != demand.Bursts)
        {
            _bursts = demand.Bursts;
        }

        _busy = new EvenShares(demand.BusyCycles, demand.Chunks);
        _own = new EvenShares(ownCycles, demand.Chunks);
        _due = start;
    }

    /// <summary>Asks the memory for the next chunk.</summary>
    /// <param name="memory">The memory of the demand.</param>
    /// <param name="now">The cycle.</param>
    /// <param name="cycle">When to ask for the next one, or when the last one is done.</param>
    /// <returns>True where another chunk follows.</returns>
    public bool Advance(SharedMemoryUnit memory, long now, out long cycle)
    {
        cycle = memory.Serve(now, _busy.Next(), _write);
        if (--_left <= 0)
        {
            return false;
        }

        _due += _own.Next();
        cycle = Math.Max(cycle, _due);
        return true;
    }

    public readonly MemorySpace Space => _space;

    /// <summary>The bursts that a device's controller serves instead of chunks.</summary>
    public readonly BurstPattern? Bursts => _bursts;

    /// <summary>Cycles that the requester itself needs for the data.</summary>
    public readonly long OwnCycles => _own.Whole;

    // A whole in as many parts as there are chunks: part i is ⌊whole·(i + 1)/n⌋ − ⌊whole·i/n⌋, found without a division for each.
    private struct EvenShares
    {
        private readonly long _each;
        private readonly long _rest;
        private readonly long _parts;
        private long _over;

        public EvenShares(long whole, long parts)
        {
            (Whole, _parts) = (whole, parts);
            (_each, _rest) = parts <= 1 ? (whole, 0) : Math.DivRem(whole, parts);
        }

        public long Whole { get; }

        public long Next()
        {
            _over += _rest;
            if (_over < _parts)
            {
                return _each;
            }

            _over -= _parts;
            return _each + 1;
        }
    }
}
