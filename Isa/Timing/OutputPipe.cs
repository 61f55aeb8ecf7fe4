namespace NpuSim.Isa.Timing;

/// <summary>What leaves the accumulator, pixel by pixel of a kernel group: the output stage takes one at its own pace and passes it to the write queue, the
/// port empties the queue at its pace; each step frees places.</summary>
/// <param name="places">Pixels that the accumulator holds.</param>
/// <param name="stageCycles">Cycles of the output stage for one.</param>
/// <param name="lastBeatCycles">Cycles from its start to its last beat.</param>
/// <param name="queuePlaces">Pixels that the write queue holds.</param>
/// <param name="writeCycles">Cycles of the port for one.</param>
/// <param name="passCycles">Cycles from the last beat to the write, where the queue is empty.</param>
internal struct OutputPipe(int places, long stageCycles, long lastBeatCycles, int queuePlaces, double writeCycles, long passCycles)
{
    private readonly long[] _lastBeats = new long[places];
    private readonly double[] _writes = new double[queuePlaces];
    private long _count;
    private long _free;
    private double _written;

    /// <summary>Last beat of the last pixel.</summary>
    public readonly long Last => _lastBeats[(_count - 1) % _lastBeats.Length];

    /// <summary>Write of the last pixel's last beat.</summary>
    public readonly long LastWrite => (long)Math.Ceiling(_written);

    /// <summary>Last beat of the pixel whose place the last of the next ones takes; a long time ago where there are places enough.</summary>
    public readonly long FreedFor(int pixels)
    {
        long needed = _count + pixels - _lastBeats.Length;
        return needed > 0 ? _lastBeats[(needed - 1) % _lastBeats.Length] : long.MinValue / 2;
    }

    /// <summary>Puts in a stripe, whose results come one a cycle; the stage takes longer than that, so only the first can come late.</summary>
    public void Add(long first, int pixels)
    {
        long start = Math.Max(first, _free);
        for (int pixel = 0; pixel < pixels; pixel++)
        {
            // Its place in the queue is that of the pixel written so many before it.
            ref double queued = ref _writes[_count % _writes.Length];
            start = Math.Max(start, (long)Math.Ceiling(queued) - lastBeatCycles - passCycles);
            long lastBeat = start + lastBeatCycles;
            _written = Math.Max(lastBeat + passCycles, _written + writeCycles);
            queued = _written;
            _lastBeats[_count++ % _lastBeats.Length] = lastBeat;
            start += stageCycles;
        }

        _free = start;
    }
}
