namespace NpuSim.Simulator.Arrays;

/// <summary>The registers between the array's edge and the accumulators: what enters is added so many cycles later.</summary>
internal sealed class OutputPipe(int[] sums, int cycles, long expected)
{
    private readonly Queue<(long At, int Place, int Value)> _under = new();
    private long _now;
    private long _left = expected;

    /// <summary>A value leaves the array; place −1 belongs to no output and is only counted.</summary>
    public void Take(int place, int value) => _under.Enqueue((_now + cycles, place, value));

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
