using System.Numerics;

namespace NpuSim.Simulator.Memory.Dram;

/// <summary>What <see cref="DramSteadyState"/> asks of a channel; what it holds, and the list of commands, for who looks on.</summary>
internal sealed partial class DramChannel
{
    /// <summary>Whether all requests are of one direction, from a burst on, and for one row that is open, so that only columns are
    /// commanded.</summary>
    public bool IsSteady(int port, int row, long from, bool write)
    {
        bool isEmpty = (_queue.Banks[DramQueue.Read] | _queue.Banks[DramQueue.Write]) == 0;
        return _activeBanks == 0 && _accessesPerRow == 0 && _log is null
            && (isEmpty || (write == _writing && _queue.IsFor(port, write ? DramQueue.Write : DramQueue.Read, row, from)));
    }

    /// <summary>Clock at which the next refresh is due.</summary>
    public long RefreshDue => _refreshDue.Min();

    /// <summary>Names every figure of a steady state.</summary>
    public void Name(DramShift shift, bool write, long clock)
    {
        if (_columnFree + DramSteadyState.LongestPeriod < clock && (_queue.Banks[DramQueue.Read] | _queue.Banks[DramQueue.Write]) == 0)
        {
            // No part of it: neither a request nor a command for longer than a period.
            shift.Same(_index);
            return;
        }

        shift.Same(Commands[(int)DramCommandKind.Activate] + Commands[(int)DramCommandKind.Precharge] + Commands[(int)DramCommandKind.PrechargeAll]);
        shift.Same(Commands[(int)DramCommandKind.Refresh] + Turnarounds);
        shift.Count(ref Commands[(int)DramCommandKind.Read]);
        shift.Count(ref Commands[(int)DramCommandKind.Write]);
        shift.Clock(ref _columnFree);
        shift.Clock(ref _rowFree);
        shift.Clock(ref _column.Clock);
        shift.Clock(ref _row.Clock);
        shift.Same(_isColumn ? 1 : 0);
        shift.Clock(ref _next);
        _banks.Name(shift);
        _queue.Name(shift, write ? DramQueue.Write : DramQueue.Read);
    }

    /// <summary>A jump has moved the figures.</summary>
    public void Moved(long since, long clocks, bool write)
    {
        _banks.Moved(since, clocks, write);
        _queue.Moved();
    }

    /// <summary>Writes that were accepted and have not gone out.</summary>
    public int WaitingWrites
    {
        get
        {
            int waiting = _queue.Count[DramQueue.Write];
            for (ulong left = _activeBanks; left != 0; left &= left - 1)
            {
                waiting += _queue[_active[BitOperations.TrailingZeroCount(left)]].Write ? 1 : 0;
            }

            return waiting;
        }
    }

    private void Log(DramCommandKind kind, int bank, int row, long clock)
    {
        bool whole = kind is DramCommandKind.PrechargeAll or DramCommandKind.Refresh;
        int perRank = _organisation.BanksPerRank, perGroup = _organisation.BanksPerGroup;
        _log!.Add(whole
            ? new DramCommand(clock, kind, _index, bank, 0, 0, DramBanks.Closed)
            : new DramCommand(
                clock, kind, _index, bank / perRank, bank % perRank / perGroup, bank % perGroup, kind == DramCommandKind.Precharge ? _banks.Row(bank) : row));
    }
}
