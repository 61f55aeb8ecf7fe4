namespace NpuSim.Isa.Timing;

/// <summary>What leaves the accumulator: atoms one after the other at the output stage's pace, and the places that they free.</summary>
/// <param name="places">Atoms that the accumulator holds.</param>
/// <param name="atomCycles">Cycles from atom to atom.</param>
/// <param name="lastBeatCycles">Cycles from the start of an atom to its last beat.</param>
internal struct OutputPipe(int places, long atomCycles, long lastBeatCycles)
{
    private readonly long[] _lastBeats = new long[places];
    private long _count;
    private long _free = long.MinValue;

    /// <summary>Last beat of the last atom.</summary>
    public readonly long Last => _lastBeats[(_count - 1) % _lastBeats.Length];

    /// <summary>Last beat of the atom whose place the last of the next atoms takes; a long time ago where there are places enough.</summary>
    public readonly long FreedFor(int atoms)
    {
        long needed = _count + atoms - _lastBeats.Length;
        return needed > 0 ? _lastBeats[(needed - 1) % _lastBeats.Length] : long.MinValue / 2;
    }

    /// <summary>Puts in a stripe's atoms, whose results come one a cycle.</summary>
    public void Add(long first, int atoms)
    {
        long start = Math.Max(first, _free);
        for (int atom = 0; atom < atoms; atom++)
        {
            // An atom takes a cycle at least, so after the first only the pace counts.
            _lastBeats[_count++ % _lastBeats.Length] = start + lastBeatCycles;
            start += atomCycles;
        }

        _free = start;
    }
}
