using NpuSim.Simulator.Energy;

namespace NpuSim.Simulator.Streams;

/// <summary>What instructions do, row by row: the counts that are not 0. Instructions that do the same have one row, which is counted as often as it
/// occurs.</summary>
internal sealed class CountRows
{
    // Row 0 has nothing in it.
    private int[] _ends = new int[64];
    private Entry[] _entries = new Entry[1024];
    private int _count = 1;

    private readonly record struct Entry(int Place, long Count);

    /// <summary>Rows, that without anything included.</summary>
    public int Count => _count;

    /// <summary>Adds a row.</summary>
    /// <param name="one">What one instruction did.</param>
    /// <returns>Its number.</returns>
    public int Add(LayerActions one)
    {
        int end = _ends[_count - 1];
        var counts = one.Counts;
        for (int place = 0; place < counts.Length; place++)
        {
            if (counts[place] == 0)
            {
                continue;
            }

            if (end == _entries.Length)
            {
                Array.Resize(ref _entries, 2 * end);
            }

            _entries[end++] = new Entry(place, counts[place]);
        }

        if (_count == _ends.Length)
        {
            Array.Resize(ref _ends, 2 * _count);
        }

        _ends[_count] = end;
        return _count++;
    }

    /// <summary>Counts a row.</summary>
    /// <param name="row">Its number.</param>
    /// <param name="times">How often.</param>
    /// <param name="actions">Added to.</param>
    public void AddTo(int row, long times, LayerActions actions)
    {
        if (row == 0)
        {
            return;
        }

        var counts = actions.Counts;
        foreach (ref readonly var entry in _entries.AsSpan(_ends[row - 1].._ends[row]))
        {
            counts[entry.Place] += entry.Count * times;
        }
    }
}
