namespace NpuSim.Simulator.Memory.Dram;

/// <summary>What <see cref="DramSteadyState"/> asks of the memory.</summary>
internal sealed partial class DramUnit
{
    /// <summary>Whether only columns of one row, from a burst on, in one direction, are wanted.</summary>
    public bool IsSteady(int port, int row, long from, bool write)
    {
        foreach (var channel in _channels)
        {
            if (!channel.IsSteady(port, row, from, write))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Periods that end before any refresh is due.</summary>
    public long PeriodsUntilRefresh(long clock, long clocks)
    {
        long due = Never;
        foreach (var channel in _channels)
        {
            due = Math.Min(due, channel.RefreshDue);
        }

        return ((due - clock) / clocks) - 2;
    }

    /// <summary>Periods before the clock that is watched for, however many writes a period has.</summary>
    public long PeriodsUntilWatched(long writes) => _watch == Never ? Never : Math.Max(0, ((_watch - _writes) / Math.Max(1, writes)) - 1);

    /// <summary>Names every figure of a steady state with one port.</summary>
    public void Name(DramShift shift, DramPort port, long clock)
    {
        shift.Clock(ref _accept);
        shift.Count(ref _writes);
        port.Name(shift);
        foreach (var channel in _channels)
        {
            channel.Name(shift, port.Write, clock);
        }
    }

    /// <summary>A jump has moved the figures by some clocks.</summary>
    /// <param name="port">The port.</param>
    /// <param name="since">Begin of the period.</param>
    /// <param name="clock">End of the period.</param>
    /// <param name="clocks">By how much.</param>
    public void Moved(DramPort port, long since, long clock, long clocks)
    {
        port.Moved(clock + clocks);
        foreach (var channel in _channels)
        {
            channel.Moved(since, clocks, port.Write);
        }
    }
}
