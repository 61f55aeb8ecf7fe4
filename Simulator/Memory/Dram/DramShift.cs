namespace NpuSim.Simulator.Memory.Dram;

/// <summary>Two pictures of a controller's state, a period apart, and the jump over periods that are like the one between them.</summary>
/// <remarks>Every part of the state names its figures in a fixed order. If each clock stood still or moved on by the period, each burst
/// moved on by the
/// period's bursts, and everything else is as it was, the next period goes as this one did, and n of them move each figure by n times as
/// much.</remarks>
internal sealed class DramShift
{
    private enum Figure : byte
    {
        Same,
        Clock,
        Burst,
        Count,
    }

    private long[] _before = new long[256];
    private long[] _now = new long[256];
    private Figure[] _kinds = new Figure[256];
    private int _beforeCount;
    private int _count;
    private long _periods;

    /// <summary>Begins a picture; the one that was taken last becomes the one before.</summary>
    public void Take()
    {
        (_before, _now, _beforeCount, _count, _periods) = (_now, _before, _count, 0, 0);
    }

    /// <summary>Whether the two pictures are a period apart.</summary>
    /// <param name="clocks">Clocks of the period.</param>
    /// <param name="bursts">Bursts of the period.</param>
    public bool IsPeriod(long clocks, long bursts)
    {
        if (_count != _beforeCount)
        {
            return false;
        }

        for (int at = 0; at < _count; at++)
        {
            long moved = _now[at] - _before[at];
            bool fits = _kinds[at] switch
            {
                Figure.Same => moved == 0,
                Figure.Clock => moved == 0 || moved == clocks,
                Figure.Burst => moved == bursts,
                Figure.Count => true,
            };
            if (!fits)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Begins the jump: the same figures are named again, and each is moved.</summary>
    public void Move(long periods) => (_count, _periods) = (0, periods);

    /// <summary>A figure that a period leaves as it is.</summary>
    public void Same(long value) => Name(ref value, Figure.Same);

    /// <summary>A clock.</summary>
    public void Clock(ref long value) => Name(ref value, Figure.Clock);

    /// <summary>The number of a burst.</summary>
    public void Burst(ref long value) => Name(ref value, Figure.Burst);

    /// <summary>A figure that grows by as much in each period.</summary>
    public void Count(ref long value) => Name(ref value, Figure.Count);

    /// <summary>Several clocks.</summary>
    public void Clocks(long[] values)
    {
        for (int at = 0; at < values.Length; at++)
        {
            Clock(ref values[at]);
        }
    }

    private void Name(ref long value, Figure kind)
    {
        if (_periods > 0)
        {
            value += _periods * (_now[_count] - _before[_count]);
            _count++;
            return;
        }

        if (_count == _now.Length)
        {
            Array.Resize(ref _now, 2 * _count);
            Array.Resize(ref _before, 2 * _count);
            Array.Resize(ref _kinds, 2 * _count);
        }

        (_now[_count], _kinds[_count]) = (value, kind);
        _count++;
    }
}
