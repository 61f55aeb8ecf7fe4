using NpuSim.Isa.Timing;
using NpuSim.Simulator.Memory.Dram;

namespace NpuSim.Simulator.Memory;

/// <summary>The bursts that one side of a transfer touches in an external memory: a block of up to four dimensions by its real
/// addresses.</summary>
/// <remarks>Each contiguous piece asks for every burst that it touches; pieces that share a burst ask for it once each, as a DMA engine
/// without
/// merging does.</remarks>
internal sealed class BurstPattern
{
    private readonly long _address;
    private readonly int _burstBytes;
    private readonly long _bytes;
    private readonly (long Count, long Stride) _first;
    private readonly (long Count, long Stride) _second;
    private readonly (long Count, long Stride) _third;

    /// <param name="address">First byte.</param>
    /// <param name="block">Extents.</param>
    /// <param name="strides">Strides of this side.</param>
    /// <param name="write">Direction.</param>
    /// <param name="burstBytes">Bytes of a burst.</param>
    public BurstPattern(long address, TransferBlock block, TransferStrides strides, bool write, int burstBytes)
    {
        (_address, _burstBytes, Write) = (address, burstBytes, write);
        (long bytes, long counted) = (block.Bytes, 1);
        Span<(long Count, long Stride)> dimensions = [(block.Count1, strides.Stride1), (block.Count2, strides.Stride2), (block.Count3, strides.Stride3)];
        foreach (ref var dimension in dimensions)
        {
            // A dimension that follows on makes the piece longer, as long as none inside it is apart.
            if (counted == 1 && dimension.Stride == bytes)
            {
                (bytes, dimension.Count) = (bytes * dimension.Count, 1);
            }

            counted *= dimension.Count;
        }

        (_bytes, _first, _second, _third) = (bytes, dimensions[0], dimensions[1], dimensions[2]);
        Bursts = Count();
    }

    /// <summary>Direction.</summary>
    public bool Write { get; }

    /// <summary>Bursts of the whole pattern.</summary>
    public long Bursts { get; }

    /// <summary>Pieces: runs of bursts that follow each other.</summary>
    public long Pieces => _first.Count * _second.Count * _third.Count;

    /// <summary>The run of a piece.</summary>
    /// <param name="piece">0 … <see cref="Pieces"/> − 1.</param>
    /// <param name="offset">Bytes by which the whole pattern is moved.</param>
    public BurstRun Piece(long piece, long offset)
    {
        long inner = piece / _first.Count;
        long start = _address + offset + (piece % _first.Count * _first.Stride)
            + (inner % _second.Count * _second.Stride) + (inner / _second.Count * _third.Stride);
        long first = start / _burstBytes;
        return new BurstRun(first, ((start + _bytes - 1) / _burstBytes) - first + 1, Write);
    }

    private long Count()
    {
        if (Pieces == 1 || (IsAligned(_first) && IsAligned(_second) && IsAligned(_third)))
        {
            return Pieces * Piece(0, 0).Count;
        }

        long bursts = 0;
        for (long piece = 0; piece < Pieces; piece++)
        {
            bursts += Piece(piece, 0).Count;
        }

        return bursts;
    }

    private bool IsAligned((long Count, long Stride) dimension) => dimension.Count == 1 || dimension.Stride % _burstBytes == 0;
}

/// <summary>Walks a pattern for a port; one of them serves one requester for ever.</summary>
internal sealed class PatternSource : IBurstSource
{
    private BurstPattern? _pattern;
    private long _offset;
    private long _next;

    /// <summary>Begins a pattern, moved by some bytes.</summary>
    public void Begin(BurstPattern pattern, long offset) => (_pattern, _offset, _next) = (pattern, offset, 0);

    public bool TryNext(out BurstRun run)
    {
        bool more = _pattern is not null && _next < _pattern.Pieces;
        run = more ? _pattern!.Piece(_next++, _offset) : default;
        return more;
    }
}
