using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Timing;
using NpuSim.Simulator.Energy;
using NpuSim.Simulator.Memory;

namespace NpuSim.Simulator.Streams;

/// <summary>Where a transfer comes from and goes to; a fill comes from nowhere.</summary>
internal readonly record struct TransferEnds(Address? Source, Address Destination)
{
    public static TransferEnds Of(Instruction transfer) => transfer switch
    {
        DmaLoad load => new TransferEnds(load.Source, load.Destination),
        DmaStore store => new TransferEnds(store.Source, store.Destination),
        DmaCopy copy => new TransferEnds(copy.Source, copy.Destination),
        DmaFill fill => new TransferEnds(null, fill.Destination),
        _ => throw new ArgumentException("not a transfer", nameof(transfer)),
    };
}

/// <summary>Cuts the formula of <see cref="TransferTiming.Cycles"/> into what the engine does alone and what it asks of shared memories.</summary>
/// <remarks>A transfer that meets nobody takes exactly the formula; the one exception is a copy within one external memory, whose two sides meet
/// each other on its one data bus.</remarks>
internal sealed class TransferWork(MachineSpec machine, ConstantMap constants)
{
    private const long FastestMemory = 10_000;
    private const int MostRows = 1 << 26;

    private readonly RowEstimate? _rows = RowEstimate.Of(machine);
    private readonly CachedMemory? _cached = machine.Memory.Cache is null ? null : new CachedMemory(machine);

    /// <summary>Bytes that a transfer takes from its source: fewer than it gives where weights are stored coded.</summary>
    public long StoredBytes(TransferEnds ends, long bytes) =>
        machine.Core.Dma.WeightCoding is { } coding && ends is { Source: { } source, Destination.Space: MemorySpace.Weight }
            ? constants.CodedBytes(coding, source, bytes)
            : bytes;

    /// <summary>Whether all transfers of a shape, with the same strides and spaces, ask for the same: not where a device or caches serve them, or
    /// weights are coded.</summary>
    public bool IsAlike(TransferEnds ends)
    {
        bool dram = ends.Source?.Space == MemorySpace.Dram || ends.Destination.Space == MemorySpace.Dram;
        bool goesByPlace = dram && (_cached is not null || Device(MemorySpace.Dram) is not null);
        bool coded = machine.Core.Dma.WeightCoding is not null && ends.Destination.Space == MemorySpace.Weight;
        return !goesByPlace && !coded;
    }

    /// <summary>The demands of one transfer; what caches do for it is counted.</summary>
    /// <exception cref="SimulationException">The machine is so slow that the transfer takes longer than can be counted.</exception>
    public StepTransfer Resolve(TransferEnds ends, int dmaEngine, EngineRegisters registers, LayerActions actions)
    {
        var shape = registers.DmaShape(dmaEngine);
        if (_cached is not null && (ends.Source?.Space == MemorySpace.Dram || ends.Destination.Space == MemorySpace.Dram))
        {
            return ThroughCaches(ends, dmaEngine, registers, shape, actions);
        }

        var block = new TransferBlock(shape.Bytes, shape.Count1, shape.Count2, shape.Count3);
        long stored = StoredBytes(ends, block.TotalBytes);
        bool plain = stored == block.TotalBytes;
        // What is stored coded lies in one piece.
        var moved = plain ? block : new TransferBlock(checked((uint)stored));
        var destination = Placed(ends.Destination, write: true, moved, plain ? Strides(registers.DmaDestination(dmaEngine)) : default);
        var source = ends.Source is { } from ? Placed(from, write: false, moved, plain ? Strides(registers.DmaSource(dmaEngine)) : default) : default(Side?);
        long latency = Latency(destination) + (source is { } read ? Latency(read) : 0);
        long bursts = Math.Max(Bursts(destination), source is { } other ? Bursts(other) : 0);
        var dma = machine.Core.Dma;
        // A fill of a private buffer by rows of commands does not use the bus.
        bool onChip = _cached is not null && source is null && MemorySpaces.IsLocal(destination.Space);
        long engine = onChip ? 0 : Math.Max(ArrayTiming.CeilingDivide(stored, dma.BytesPerCycle), bursts);
        long own = onChip ? 0 : Math.Max(engine, bursts * latency / dma.OutstandingBursts);
        // A device's own latency is in its time; the bursts that may be under way there are counted there.
        own = destination.Bursts is null && source?.Bursts is null ? own : engine;
        own = Math.Max(own, Math.Max(LocalCycles(destination), source is { } local ? LocalCycles(local) : 0));
        var (reads, writes) = (source is { } demand ? Demand(demand) : default, Demand(destination));
        RequireProducts(own, reads);
        RequireProducts(own, writes);
        return new StepTransfer(dma.SetupCycles, latency, own, reads, writes);
    }

    // The latency of requests is inside what they cost: commands follow each other without a gap, so only the set-up is apart.
    private StepTransfer ThroughCaches(TransferEnds ends, int dmaEngine, EngineRegisters registers, DmaShape shape, LayerActions actions)
    {
        RequestCost reads = default;
        if (ends.Source is { Space: MemorySpace.Dram } source)
        {
            var from = registers.DmaSource(dmaEngine);
            reads = Requests(dmaEngine, false, new CommandRows(source.Offset, shape.Bytes, shape.Count1, shape.Count2, shape.Count3, from.Stride1, from.Stride2, from.Stride3));
        }

        var to = registers.DmaDestination(dmaEngine);
        var writes = ends.Destination.Space == MemorySpace.Dram
            ? Requests(dmaEngine, true, new CommandRows(ends.Destination.Offset, shape.Bytes, shape.Count1, shape.Count2, shape.Count3, to.Stride1, to.Stride2, to.Stride3))
            : default;
        actions.AddCached(reads, writes);
        long own = Math.Max(reads.Cycles, writes.Cycles);
        MemoryDemand read = Missed(reads, write: false), written = Missed(writes, write: true);
        RequireProducts(own, read);
        RequireProducts(own, written);
        return new StepTransfer(machine.Core.Dma.SetupCycles, 0, own, read, written);
    }

    private RequestCost Requests(int dmaEngine, bool write, CommandRows rows) => rows.Rows <= MostRows
        ? _cached!.Request(dmaEngine, write, rows)
        : throw new SimulationException(FormattableString.Invariant($"a transfer of {rows.Rows} rows; at most {MostRows} go through a cache"));

    // What is counted is what the core asks for; main memory is busy with what no cache had.
    private MemoryDemand Missed(RequestCost cost, bool write)
    {
        if (cost.Bytes == 0)
        {
            return default;
        }

        long busy = (long)Math.Ceiling(cost.MissedBytes / TransferTiming.BytesPerCycle(machine, MemorySpace.Dram));
        long chunks = Math.Max(1, ArrayTiming.CeilingDivide(cost.MissedBytes, SharedMemoryUnit.ChunkBytes(machine, MemorySpace.Dram)));
        return new MemoryDemand(MemorySpace.Dram, write, cost.Bytes, busy, chunks, Rows: _rows!.Of(cost.MissedBytes));
    }

    /// <summary>The demand of a contiguous read or write of a shared memory, from an address on.</summary>
    public MemoryDemand Contiguous(MemorySpace space, bool write, long bytes, long address = 0)
    {
        var bursts = Device(space) is { } device && bytes > 0
            ? new BurstPattern(address, new TransferBlock(checked((uint)bytes)), default, write, device.BurstBytes) : null;
        return Demand(new Side(space, write, new AccessPattern(1, bytes), bytes, bursts));
    }

    /// <summary>Cycles from a request to the first data, or to the end of a write; for a device what lies between it and the requester.</summary>
    public int LatencyCycles(MemorySpace space, bool write) =>
        Device(space) is null ? TransferTiming.LatencyCycles(machine, space, write) : machine.Memory.Dram!.Controller!.PathCycles;

    private readonly record struct Side(MemorySpace Space, bool Write, AccessPattern Pattern, long Span, BurstPattern? Bursts);

    private Side Placed(Address address, bool write, TransferBlock block, TransferStrides strides)
    {
        var bursts = Device(address.Space) is { } device ? new BurstPattern(address.Offset, block, strides, write, device.BurstBytes) : null;
        return new Side(address.Space, write, TransferTiming.Pattern(block, strides), Span(block, strides), bursts);
    }

    // Bytes from the first to behind the last.
    private static long Span(TransferBlock block, TransferStrides strides) =>
        block.Bytes + ((block.Count1 - 1L) * Math.Abs((long)strides.Stride1)) + ((block.Count2 - 1L) * Math.Abs((long)strides.Stride2))
        + ((block.Count3 - 1L) * Math.Abs((long)strides.Stride3));

    private DramOrganisationSpec? Device(MemorySpace space) => space == MemorySpace.Dram ? machine.Memory.Dram?.DeviceSpec?.Organisation : null;

    private static TransferStrides Strides(DmaSource strides) => new(strides.Stride1, strides.Stride2, strides.Stride3);

    private static TransferStrides Strides(DmaDestination strides) => new(strides.Stride1, strides.Stride2, strides.Stride3);

    private long Latency(Side side) => LatencyCycles(side.Space, side.Write);

    private long Bursts(Side side) => side.Pattern.Bursts(machine.Core.Dma.BurstBytes);

    private long LocalCycles(Side side) => MemorySpaces.IsLocal(side.Space) ? TransferTiming.BusyCycles(machine, side.Space, side.Pattern) : 0;

    private MemoryDemand Demand(Side side)
    {
        if (MemorySpaces.IsLocal(side.Space))
        {
            return default;
        }

        int access = TransferTiming.AccessBytes(machine, side.Space);
        long moved = side.Bursts is { } bursts ? bursts.Bursts * access : side.Pattern.MovedBytes(access);
        long chunks = Math.Max(1, ArrayTiming.CeilingDivide(moved, SharedMemoryUnit.ChunkBytes(machine, side.Space)));
        int rows = side.Space == MemorySpace.Dram ? _rows!.Of(side.Pattern, side.Span, moved) : 0;
        return new MemoryDemand(side.Space, side.Write, moved, TransferTiming.BusyCycles(machine, side.Space, side.Pattern), chunks, side.Bursts, rows);
    }

    // A stream of chunks multiplies cycles with chunks in 64 bits.
    private static void RequireProducts(long own, MemoryDemand demand)
    {
        // A device's requests are paced in its own clock, at most 10,000 times the core's.
        long pieces = demand.Bursts is { } bursts ? bursts.Bursts * FastestMemory : demand.Chunks;
        if (Math.BigMul(Math.Max(own, demand.BusyCycles), pieces, out long low) != 0 || low < 0)
        {
            throw new SimulationException(FormattableString.Invariant(
                $"a transfer of {demand.MovedBytes} bytes would keep {MemorySpaces.Name(demand.Space)} busy for {demand.BusyCycles} cycles, which is past counting"));
        }
    }
}
