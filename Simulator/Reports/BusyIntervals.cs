namespace NpuSim.Simulator.Reports;

/// <summary>The cycles in which at least one engine of a kind works: disjoint intervals in ascending order.</summary>
internal sealed class BusyIntervals
{
    private readonly List<long> _starts = [];
    private readonly List<long> _ends = [];
    private readonly List<long> _before = [];

    /// <param name="intervals">From the first cycle to the one behind the last, in any order; they may overlap.</param>
    public BusyIntervals(List<(long Start, long End)> intervals)
    {
        if (!IsSorted(intervals))
        {
            intervals.Sort(static (a, b) => a.Start.CompareTo(b.Start));
        }

        long covered = 0;
        foreach (var (start, end) in intervals)
        {
            if (_starts.Count > 0 && start <= _ends[^1])
            {
                long more = Math.Max(0, end - _ends[^1]);
                _ends[^1] += more;
                covered += more;
            }
            else if (end > start)
            {
                _starts.Add(start);
                _ends.Add(end);
                _before.Add(covered);
                covered += end - start;
            }
        }
    }

    /// <summary>The intervals, in order.</summary>
    public IEnumerable<(long Start, long End)> Intervals => _starts.Zip(_ends);

    /// <summary>Cycles covered in [from, to).</summary>
    public long Covered(long from, long to) => Math.Max(0, CoveredBefore(to) - CoveredBefore(from));

    // One engine's intervals come in order.
    private static bool IsSorted(List<(long Start, long End)> intervals)
    {
        for (int i = 1; i < intervals.Count; i++)
        {
            if (intervals[i].Start < intervals[i - 1].Start)
            {
                return false;
            }
        }

        return true;
    }

    private long CoveredBefore(long cycle)
    {
        int place = _starts.BinarySearch(cycle);
        int index = place >= 0 ? place : ~place - 1;
        return index < 0 ? 0 : _before[index] + Math.Min(cycle, _ends[index]) - _starts[index];
    }
}
