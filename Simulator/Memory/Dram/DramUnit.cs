using NpuSim.Isa.Machine;

namespace NpuSim.Simulator.Memory.Dram;

/// <summary>An external memory with its controller: channels, and the ports of those who share them.</summary>
/// <remarks>In each clock first the commands of that clock go out, then as many requests as there are channels are accepted, from ports in
/// turn,
/// beginning after the one that was accepted last. Time jumps from one such event to the next.</remarks>
internal sealed partial class DramUnit : IDramRequester
{
    private const long Never = long.MaxValue;

    private readonly DramMapping _mapping;
    private readonly DramChannel[] _channels;
    private readonly DramPort[] _ports;
    private readonly int[] _open;
    private readonly int[] _finished;
    private readonly int _width;
    private readonly DramSteadyState? _steady;
    private int _openPorts;
    private int _finishedPorts;
    private int _turn = -1;
    private long _openSince;
    private long _writes;
    private bool _accepted;
    private long _accept = Never;
    private long _watch = Never;

    /// <param name="device">What is behind a channel.</param>
    /// <param name="controller">Queues and addresses.</param>
    /// <param name="channels">Channels; a power of two.</param>
    /// <param name="ports">Requesters.</param>
    /// <param name="width">Requests accepted in a clock.</param>
    /// <param name="jumps">Whether periods of a steady state are jumped over; the result is the same.</param>
    /// <param name="log">Takes every command.</param>
    public DramUnit(
        DramDeviceSpec device, DramControllerSpec controller, int channels, int ports, int width, bool jumps = true, List<DramCommand>? log = null)
    {
        _mapping = new DramMapping(device.Organisation, channels, controller.AddressMapping);
        _steady = jumps ? new DramSteadyState(_mapping, device.Organisation.BurstsPerRow) : null;
        _channels = new DramChannel[channels];
        for (int channel = 0; channel < channels; channel++)
        {
            _channels[channel] = new DramChannel(channel, device, controller, this, log);
        }

        _ports = [.. Enumerable.Range(0, ports).Select(port => new DramPort(port))];
        (_open, _finished, _width) = (new int[ports], new int[ports], width);
    }

    /// <summary>Writes whose command has gone out, or that took the place of one that waited.</summary>
    public long Writes => _writes;

    /// <summary>Clock at which <see cref="Writes"/> reached what was watched for.</summary>
    public long WatchedClock { get; private set; }

    /// <summary>Commands of all channels, of one kind.</summary>
    public long Commands(DramCommandKind kind)
    {
        long sum = 0;
        foreach (var channel in _channels)
        {
            sum += channel.Commands[(int)kind];
        }

        return sum;
    }

    /// <summary>Changes of direction of all channels' data buses.</summary>
    public long Turnarounds => _channels.Sum(channel => channel.Turnarounds);

    /// <summary>Writes that were accepted and have not gone out.</summary>
    public long WaitingWrites => _channels.Sum(channel => (long)channel.WaitingWrites);

    public DramPort Port(int port) => _ports[port];

    /// <summary>Remembers the clock at which this many writes are done.</summary>
    public void WatchWrites(long writes) => _watch = writes;

    /// <summary>Gives a port requests; see <see cref="DramPort.Begin"/>. Clocks up to the start must not have been run past.</summary>
    public void Begin(int port, IBurstSource source, long start, DramPace pace)
    {
        _ports[port].Begin(source, start, pace);
        if (!_ports[port].HasRequest)
        {
            Finish(port);
            return;
        }

        CountAlone(start);
        int at = _openPorts++;
        while (at > 0 && _open[at - 1] > port)
        {
            _open[at] = _open[at - 1];
            at--;
        }

        _open[at] = port;
        _accept = Math.Min(_accept, start);
    }

    /// <summary>Takes a port whose requests have all ends that are known.</summary>
    public bool TryFinished(out int port)
    {
        port = _finishedPorts > 0 ? _finished[--_finishedPorts] : -1;
        return port >= 0;
    }

    /// <summary>Runs up to and with a clock, or until the end of a port's requests is known.</summary>
    public void Advance(long limit)
    {
        while (_finishedPorts == 0 && NextClock() is var clock && clock <= limit)
        {
            Step(clock);
            if (_steady is not null && _openPorts == 1 && _accepted)
            {
                _steady.Consider(this, _ports[_open[0]], clock, limit);
            }
        }
    }

    /// <summary>Runs the next clock in which something happens, whatever is left to do.</summary>
    public void AdvanceOnce() => Step(NextClock());

    private long NextClock()
    {
        long clock = _accept;
        foreach (var channel in _channels)
        {
            clock = Math.Min(clock, channel.Next);
        }

        return clock;
    }

    private void Step(long clock)
    {
        foreach (var channel in _channels)
        {
            while (channel.Next == clock)
            {
                channel.Step();
            }
        }

        _accepted = _accept <= clock && Accept(clock);
    }

    void IDramRequester.ReadIssued(int port, long clock, long dataClock)
    {
        var requester = _ports[port];
        requester.Returns(clock, dataClock);
        if (requester.HasRequest)
        {
            Wake(requester.OfferedFrom);
        }
        else if (requester.IsDone)
        {
            Finish(port);
        }
    }

    void IDramRequester.WriteIssued(long clock) => CountWrite(clock);

    void IDramRequester.QueueFreed(long clock) => Wake(clock);

    private void Wake(long clock) => _accept = Math.Min(_accept, clock);

    private void CountWrite(long clock)
    {
        if (++_writes == _watch)
        {
            WatchedClock = clock;
        }
    }

    private bool Accept(long clock)
    {
        int accepted = 0;
        while (accepted < _width && AcceptOne(clock))
        {
            accepted++;
        }

        _accept = Never;
        for (int at = 0; at < _openPorts; at++)
        {
            var port = _ports[_open[at]];
            if (!port.WaitsForQueue || accepted == _width)
            {
                Wake(Math.Max(clock + 1, port.OfferedFrom));
            }
        }

        return accepted > 0;
    }

    private bool AcceptOne(long clock)
    {
        int first = 0;
        while (first < _openPorts && _open[first] <= _turn)
        {
            first++;
        }

        for (int tried = 0; tried < _openPorts; tried++)
        {
            int at = first + tried < _openPorts ? first + tried : first + tried - _openPorts;
            var port = _ports[_open[at]];
            if (port.OfferedFrom <= clock && Place(port, clock))
            {
                _turn = port.Index;
                if (!port.HasRequest)
                {
                    Leave(at, port, clock);
                }

                return true;
            }
        }

        return false;
    }

    private bool Place(DramPort port, long clock)
    {
        long burst = port.Burst;
        bool write = port.Write;
        var place = _mapping.Place(burst);
        var channel = _channels[place.Channel];
        port.WaitsForQueue = channel.IsFull(write);
        if (port.WaitsForQueue)
        {
            return false;
        }

        port.Accept(clock);
        if (!channel.HasWrite(place.Bank, burst))
        {
            channel.Add(write, place, burst, port.Index, clock);
        }
        else if (write)
        {
            CountWrite(clock);
        }
        else
        {
            port.Returns(clock, clock + 1);
        }

        return true;
    }

    private void Leave(int at, DramPort port, long clock)
    {
        CountAlone(clock);
        port.LastAccepted = clock;
        _openPorts--;
        Array.Copy(_open, at + 1, _open, at, _openPorts - at);
        if (port.IsDone)
        {
            Finish(port.Index);
        }
    }

    // A port's clocks are its own while no other one has requests; with the last request accepted, what is left is its own.
    private void CountAlone(long clock)
    {
        if (_openPorts == 1)
        {
            _ports[_open[0]].AloneClocks += Math.Max(0, clock - Math.Max(_openSince, _ports[_open[0]].Start));
        }

        _openSince = clock;
    }

    private void Finish(int port) => _finished[_finishedPorts++] = port;
}
