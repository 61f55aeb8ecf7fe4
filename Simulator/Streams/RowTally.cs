using NpuSim.Simulator.Energy;

namespace NpuSim.Simulator.Streams;

/// <summary>How often each row occurs in the layer that a stream is in.</summary>
internal sealed class RowTally(CountRows rows)
{
    private int[] _times = new int[64];
    private readonly List<int> _occurring = [];

    /// <summary>A row occurs once more.</summary>
    public void Add(int row)
    {
        if (row >= _times.Length)
        {
            Array.Resize(ref _times, Math.Max(2 * _times.Length, row + 1));
        }

        if (_times[row]++ == 0)
        {
            _occurring.Add(row);
        }
    }

    /// <summary>Counts what has occurred and forgets it.</summary>
    public void MoveTo(LayerActions actions)
    {
        foreach (int row in _occurring)
        {
            rows.AddTo(row, _times[row], actions);
            _times[row] = 0;
        }

        _occurring.Clear();
    }
}
