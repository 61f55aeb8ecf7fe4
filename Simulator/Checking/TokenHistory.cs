namespace NpuSim.Simulator.Checking;

/// <summary>How the tokens that one unit gives to a semaphore, or takes from it, have added up since the last moment at which the core stood still.</summary>
/// <typeparam name="T">What is remembered of each step.</typeparam>
internal sealed class TokenHistory<T>
{
    private readonly List<long> _totals = [];
    private readonly List<T> _marks = [];
    private long _settled;

    /// <summary>Tokens so far.</summary>
    public long Total { get; private set; }

    public void Add(long count, T mark)
    {
        Total += count;
        _totals.Add(Total);
        _marks.Add(mark);
    }

    /// <summary>Everything so far has been seen by everybody.</summary>
    public void Settle()
    {
        _settled = Total;
        _totals.Clear();
        _marks.Clear();
    }

    /// <summary>The step with which the total reached a number of tokens; false where that had been reached when the core last stood still.</summary>
    /// <param name="tokens">At most <see cref="Total"/>.</param>
    /// <param name="mark">What is remembered of the step.</param>
    public bool Reaching(long tokens, out T? mark)
    {
        if (tokens <= _settled)
        {
            mark = default;
            return false;
        }

        int found = _totals.BinarySearch(tokens);
        mark = _marks[found >= 0 ? found : ~found];
        return true;
    }

    /// <summary>The total after those steps, from the first, for which a condition holds. It holds for none behind one for which it does not.</summary>
    public long TotalWhile<TArgument>(Func<T, TArgument, bool> holds, TArgument argument)
    {
        int low = 0, high = _marks.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = holds(_marks[middle], argument) ? (middle + 1, high) : (low, middle);
        }

        return low == 0 ? _settled : _totals[low - 1];
    }
}
