namespace NpuSim.Simulator.Memory.Dram;

/// <summary>The fast path: a run of bursts in open rows, of a port that is alone, soon repeats itself; then any number of periods is one
/// jump.</summary>
/// <remarks>A period is as many bursts as the mapping takes to come back to the same bank. Within a row's columns all of them are in the
/// same rows, so a
/// period without activate, precharge or refresh, in which every figure of the state moved on alike (<see cref="DramShift"/>), is
/// followed by the same again, until the row or the run ends, a refresh is due, or the machine's next event may bring another
/// request.</remarks>
internal sealed class DramSteadyState(DramMapping mapping, int burstsPerRow)
{
    // Fewer periods are not worth two pictures.
    private const int LeastPeriods = 8;

    /// <summary>Clocks of a period at most.</summary>
    public const int LongestPeriod = 1024;

    private readonly DramShift _shift = new();
    private readonly long _period = 1L << mapping.ColumnShift;
    private int _port = -1;
    private long _burst;
    private long _clock;
    private long _tryFrom;
    private long _tryLater;

    /// <summary>Looks at the state after a request was accepted, and jumps if it can.</summary>
    /// <param name="unit">The memory.</param>
    /// <param name="port">The only port with requests.</param>
    /// <param name="clock">Clock of the acceptance.</param>
    /// <param name="limit">Clock up to which the memory may run.</param>
    public void Consider(DramUnit unit, DramPort port, long clock, long limit)
    {
        long burst = port.Burst;
        if ((burst & (_period - 1)) != 0)
        {
            return;
        }

        long column = (burst >> mapping.ColumnShift) & (burstsPerRow - 1), left = Math.Min((burstsPerRow - column) * _period, port.RunLeft);
        bool isFar = left >= LeastPeriods * _period && column >= 2 && port.RunDone >= 2 * _period;
        if (!isFar || !unit.IsSteady(port.Index, mapping.Place(burst).Row, burst - (column * _period), port.Write))
        {
            _port = -1;
            return;
        }

        bool follows = _port == port.Index && burst == _burst + _period;
        if (!follows && _port == port.Index && burst > _burst && burst < _tryFrom)
        {
            return;
        }

        long clocks = clock - _clock;
        (_port, _burst, _clock) = (port.Index, burst, clock);
        _shift.Take();
        unit.Name(_shift, port, clock);
        if (!follows)
        {
            _tryLater = burst == _tryFrom ? _tryLater : 0;
            return;
        }

        if (clocks > LongestPeriod || !_shift.IsPeriod(clocks, _period) || !port.KeepsPace(clock, clocks, _period))
        {
            // Pictures of a state that does not repeat yet cost more than they save: the next ones later and later.
            _tryLater = (2 * _tryLater) + _period;
            _tryFrom = burst + _tryLater;
            return;
        }

        long periods = Math.Min((left / _period) - 1, Math.Min((limit - clock) / clocks, unit.PeriodsUntilRefresh(clock, clocks)));
        periods = Math.Min(periods, unit.PeriodsUntilWatched(port.Write ? _period : 0));
        if (periods > 0)
        {
            _shift.Move(periods);
            unit.Name(_shift, port, clock);
            unit.Moved(port, clock - clocks, clock, periods * clocks);
        }

        _port = -1;
    }
}
