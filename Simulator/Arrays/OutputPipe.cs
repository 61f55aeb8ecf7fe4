namespace NpuSim.Simulator.Arrays;

/// <summary>The registers between the array's edge and the accumulators: what enters is added so many cycles later.</summary>
internal sealed class OutputPipe(int[] sums, int columns, int cycles, long expected)
{
    private readonly Queue<(long At, int Place, int Value)> _under = new();
    private readonly List<ArrayOutput> _leaving = [];
    private long _now;
    private long _leftAt = -1;
    private long _left = expected;

    /// <summary>What left the array in the last cycle.</summary>
    public IReadOnlyList<ArrayOutput> Leaving => _leftAt == _now - 1 ? _leaving : [];

    /// <summary>Sums that left the array so far and belong to an output.</summary>
    public long Count { get; private set; }

    /// <summary>A value leaves the array; place −1 belongs to no output and only takes its time.</summary>
    public void Take(int place, int value)
    {
        _under.Enqueue((_now + cycles, place, value));
        if (place < 0) return;
        if (_leftAt != _now) _leaving.Clear();
        _leftAt = _now;
        _leaving.Add(new ArrayOutput(place / columns, place % columns, value));
        Count++;
    }

    /// <summary>Ends a cycle.</summary>
    /// <returns>Whether everything expected has arrived.</returns>
    public bool Advance()
    {
        while (_under.TryPeek(out var first) && first.At <= _now)
        {
            _under.Dequeue();
            _left--;
            if (first.Place >= 0) sums[first.Place] = unchecked(sums[first.Place] + first.Value);
        }

        _now++;
        return _left == 0;
    }
}
