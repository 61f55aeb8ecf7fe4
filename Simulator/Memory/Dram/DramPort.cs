using System.Diagnostics;

namespace NpuSim.Simulator.Memory.Dram;

/// <summary>How fast a port offers its requests.</summary>
/// <param name="Outstanding">Reads under way at once.</param>
/// <param name="PathClocks">Clocks from the device's last data to the requester, after which a read's place is free.</param>
/// <param name="Clocks">Request i is offered from start + ⌊i · this / bursts⌋ on.</param>
/// <param name="Bursts">At least 1.</param>
internal readonly record struct DramPace(int Outstanding, long PathClocks, long Clocks, long Bursts);

/// <summary>One requester's way into the controller: it offers its oldest request only, at its own pace, and has a bounded number of reads
/// under way.</summary>
internal sealed class DramPort(int index)
{
    private const long Never = long.MaxValue;

    private IBurstSource? _source;
    private BurstRun _run;
    private long _runAt;
    private long _start;
    private long _pace;
    private long _paceBursts;
    private long _offered;
    private long[] _returns = [];
    private int _head;
    private int _known;
    private int _outstanding;
    private long _pathClocks;
    private int _underWay;
    private long _lastClock;
    private long _lastReadClock;
    private long _reads;
    private long _readClocks;

    public int Index { get; } = index;

    public bool HasRequest { get; private set; }

    /// <summary>Nothing left to offer and nothing under way whose end is not known.</summary>
    public bool IsDone => !HasRequest && _underWay == _known;

    public long Burst => _run.First + _runAt;

    public bool Write => _run.Write;

    /// <summary>Bursts left in the run, the one that is offered included.</summary>
    public long RunLeft => _run.Count - _runAt;

    /// <summary>Bursts of the run that have been accepted.</summary>
    public long RunDone => _runAt;

    /// <summary>Clock from which on the oldest request may be accepted, as far as that is known; the queue may still be full.</summary>
    public long OfferedFrom { get; private set; }

    /// <summary>Whether the queue for the oldest request was full; ends when a command goes out.</summary>
    public bool WaitsForQueue { get; set; }

    /// <summary>Last clock of data, of reads whose command has gone out, and of writes accepted.</summary>
    public long LastClock => _lastClock;

    /// <summary>Clock before which no request was offered.</summary>
    public long Start => _start;

    /// <summary>Clock at which the last request was accepted.</summary>
    public long LastAccepted { get; set; }

    /// <summary>Clocks in which this port alone had requests.</summary>
    public long AloneClocks { get; set; }

    /// <summary>Last clock of data of a read.</summary>
    public long LastReadClock => _lastReadClock;

    /// <summary>Reads whose command has gone out, or that were answered from the write queue.</summary>
    public long Reads => _reads;

    /// <summary>Sum over all reads of clocks from acceptance to the last data, once none is under way.</summary>
    public long ReadClocks => _readClocks;

    /// <summary>Begins a list of requests.</summary>
    /// <param name="source">The requests.</param>
    /// <param name="start">Clock before which none is offered.</param>
    /// <param name="pace">How fast they are offered.</param>
    public void Begin(IBurstSource source, long start, DramPace pace)
    {
        Debug.Assert(_underWay == _known && !HasRequest, "a port was given requests before it had finished");
        (_source, _start, _pace, _paceBursts, _pathClocks) = (source, start, pace.Clocks, pace.Bursts, pace.PathClocks);
        (_offered, _head, _known, _underWay, _lastClock) = (0, 0, 0, 0, start);
        (_outstanding, AloneClocks) = (pace.Outstanding, 0);
        if (_returns.Length < _outstanding)
        {
            _returns = new long[_outstanding];
        }

        HasRequest = source.TryNext(out _run);
        _runAt = 0;
        Offer(start);
    }

    /// <summary>The oldest request has been accepted and is under way.</summary>
    public void Accept(long clock)
    {
        if (!_run.Write)
        {
            _underWay++;
            // The read's end is added when it is known.
            _readClocks -= clock;
        }
        else
        {
            _lastClock = Math.Max(_lastClock, clock);
        }

        _offered++;
        if (++_runAt == _run.Count)
        {
            (_runAt, HasRequest) = (0, _source!.TryNext(out _run));
        }

        Offer(clock);
    }

    /// <summary>The end of a read's data is known.</summary>
    public void Returns(long clock, long dataClock)
    {
        _reads++;
        _readClocks += dataClock;
        _lastClock = Math.Max(_lastClock, dataClock);
        _lastReadClock = Math.Max(_lastReadClock, dataClock);
        // In order of their ends: a read answered from the write queue overtakes.
        long returned = dataClock + _pathClocks;
        int at = _known++;
        while (at > 0 && _returns[Slot(at - 1)] > returned)
        {
            _returns[Slot(at)] = _returns[Slot(at - 1)];
            at--;
        }

        _returns[Slot(at)] = returned;
        if (OfferedFrom == Never)
        {
            Offer(clock);
        }
    }

    /// <summary>Whether the port's own pace lets periods go on as the last one did: it is a period's own length, or has been ahead by
    /// one.</summary>
    /// <param name="clock">Now.</param>
    /// <param name="clocks">Clocks of a period.</param>
    /// <param name="bursts">Bursts of a period.</param>
    public bool KeepsPace(long clock, long clocks, long bursts)
    {
        long paced = bursts * _pace, taken = clocks * _paceBursts;
        return paced == taken || (paced < taken && _start + ((_offered + bursts) * _pace / _paceBursts) <= clock);
    }

    /// <summary>Names every figure.</summary>
    public void Name(DramShift shift)
    {
        shift.Burst(ref _runAt);
        shift.Burst(ref _offered);
        shift.Same(_underWay);
        shift.Same(_known);
        for (int at = 0; at < _known; at++)
        {
            shift.Clock(ref _returns[Slot(at)]);
        }

        shift.Same(WaitsForQueue ? 1 : 0);
        shift.Clock(ref _lastClock);
        shift.Clock(ref _lastReadClock);
        shift.Count(ref _reads);
        shift.Count(ref _readClocks);
    }

    /// <summary>A jump has moved the figures.</summary>
    public void Moved(long clock) => Offer(clock);

    // A read's slot is free from the clock after its last data.
    private void Offer(long clock)
    {
        while (_known > 0 && _returns[_head] < clock)
        {
            _head = _head + 1 == _returns.Length ? 0 : _head + 1;
            _known--;
            _underWay--;
        }

        if (!HasRequest)
        {
            OfferedFrom = Never;
            return;
        }

        OfferedFrom = _pace == 0 ? _start : _start + (_offered * _pace / _paceBursts);
        if (!_run.Write && _underWay >= _outstanding)
        {
            OfferedFrom = _known > 0 ? Math.Max(OfferedFrom, _returns[_head] + 1) : Never;
        }
    }

    private int Slot(int at)
    {
        int slot = _head + at;
        return slot < _returns.Length ? slot : slot - _returns.Length;
    }
}
