using NpuSim.Isa.Machine;

namespace NpuSim.Simulator.Memory;

/// <summary>What the requests of one side of a transfer cost.</summary>
/// <param name="Cycles">Cycles that the engine needs for them, rounded up.</param>
/// <param name="Bytes">Bytes on the bus, whole beats.</param>
/// <param name="NearMissedBytes">Whole lines that the first cache had not.</param>
/// <param name="MissedBytes">Bytes that main memory moves: whole lines that no cache had.</param>
internal readonly record struct RequestCost(long Cycles, long Bytes, long NearMissedBytes, long MissedBytes);

/// <summary>Main memory behind one or two caches, as a DMA engine sees it that has a bounded number of requests in flight.</summary>
/// <remarks>A request takes latency / requests in flight (Little's law), and not less than its beats on the bus. A request for the line that the
/// engine asked for just before meets it on its way: a read costs its beats, a write waits for the one before. Lines are touched in program
/// order, so the state of the caches does not depend on when transfers run; every core sees caches of its own.</remarks>
internal sealed class CachedMemory
{
    private readonly CacheSpec _near;
    private readonly CacheSpec? _far;
    private readonly LineCache _nearLines;
    private readonly LineCache? _farLines;
    private readonly DramSpec _dram;
    private readonly DmaSpec _dma;
    private readonly long[] _lastRead;
    private readonly long[] _lastWrite;
    private long _nearMissed;

    public CachedMemory(MachineSpec machine)
    {
        _near = machine.Memory.Cache ?? throw new ArgumentException("the machine has no cache", nameof(machine));
        _far = machine.Memory.SystemCache;
        _nearLines = new LineCache(_near);
        _farLines = _far is null ? null : new LineCache(_far);
        _dram = machine.Memory.Dram ?? throw new ArgumentException("the machine has no dram", nameof(machine));
        _dma = machine.Core.Dma;
        _lastRead = NoLines(_dma.Engines);
        _lastWrite = NoLines(_dma.Engines);
    }

    /// <summary>The requests of a block: each of its rows cut at multiples of the burst.</summary>
    /// <param name="engine">Which DMA engine asks.</param>
    /// <param name="write">Direction.</param>
    /// <param name="rows">Where the rows are.</param>
    public RequestCost Request(int engine, bool write, in CommandRows rows)
    {
        ref long last = ref write ? ref _lastWrite[engine] : ref _lastRead[engine];
        long shares = 0, bytes = 0, missed = 0;
        _nearMissed = 0;
        for (long i3 = 0; i3 < rows.Count3; i3++)
        {
            for (long i2 = 0; i2 < rows.Count2; i2++)
            {
                long address = rows.Start + (i2 * rows.Stride2) + (i3 * rows.Stride3);
                for (long i1 = 0; i1 < rows.Count1; i1++, address += rows.Stride1)
                {
                    Row(address, rows.Bytes, write, ref last, ref shares, ref bytes, ref missed);
                }
            }
        }

        return new RequestCost((shares + _dma.OutstandingBursts - 1) / _dma.OutstandingBursts, bytes, _nearMissed, missed);
    }

    private static long[] NoLines(int engines)
    {
        var lines = new long[engines];
        Array.Fill(lines, -1);
        return lines;
    }

    // Shares are cycles times requests in flight, so that nothing is rounded per request.
    private void Row(long address, long length, bool write, ref long last, ref long shares, ref long bytes, ref long missed)
    {
        long end = address + length;
        while (address < end)
        {
            long next = Math.Min(end, (address / _dma.BurstBytes + 1) * _dma.BurstBytes);
            long beats = ((next - 1) / _dma.BytesPerCycle) - (address / _dma.BytesPerCycle) + 1;
            for (long line = address / _near.LineBytes; line <= (next - 1) / _near.LineBytes; line++)
            {
                long least = line == last && write ? _near.SameLineWriteCycles : beats;
                shares += Math.Max(least * _dma.OutstandingBursts, line == last ? 0 : Latency(line, write, ref missed));
                last = line;
            }

            bytes += beats * _dma.BytesPerCycle;
            address = next;
        }
    }

    // A write that misses fetches the line first.
    private long Latency(long line, bool write, ref long missed)
    {
        long near = write ? _near.WriteLatencyCycles : _near.ReadLatencyCycles;
        if (_nearLines.Touch(line))
        {
            return near;
        }

        _nearMissed += _near.LineBytes;
        if (_farLines is not null && _farLines.Touch(line))
        {
            return near + _far!.ReadLatencyCycles - _near.ReadLatencyCycles;
        }

        missed += _near.LineBytes;
        return write ? _dram.WriteLatencyCycles : _dram.ReadLatencyCycles;
    }
}

/// <summary>The contiguous rows of a block in main memory: element (i3, i2, i1) begins at Start + i1·Stride1 + i2·Stride2 + i3·Stride3.</summary>
internal readonly record struct CommandRows(long Start, long Bytes, long Count1, long Count2, long Count3, long Stride1, long Stride2, long Stride3)
{
    public decimal Rows => (decimal)Count1 * Count2 * Count3;
}
