using NpuSim.Isa.Machine;

namespace NpuSim.Simulator.Memory;

/// <summary>The tags of one set-associative cache with least-recently-used replacement. It holds no data.</summary>
internal sealed class LineCache
{
    private const long Empty = -1;

    private readonly int _ways;
    private readonly long _sets;
    private readonly long[] _lines;

    /// <param name="spec">Its size; a multiple of ways · line bytes.</param>
    public LineCache(CacheSpec spec)
    {
        _ways = spec.Ways;
        long lines = spec.SizeBytes / spec.LineBytes;
        _sets = lines / spec.Ways;
        _lines = new long[lines];
        Array.Fill(_lines, Empty);
        for (long line = 0; spec.Warm && line < lines; line++)
        {
            Touch(line);
        }
    }

    /// <summary>Uses a line; where it is not there, it takes the place of the one in its set that was not used for longest.</summary>
    /// <returns>Whether it was there.</returns>
    public bool Touch(long line)
    {
        // The lines of a set lie in order of use, the last used first.
        var set = _lines.AsSpan(checked((int)(line % _sets * _ways)), _ways);
        int at = set.IndexOf(line);
        bool there = at >= 0;
        at = there ? at : _ways - 1;
        for (; at > 0; at--)
        {
            set[at] = set[at - 1];
        }

        set[0] = line;
        return there;
    }
}
