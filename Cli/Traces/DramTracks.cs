using NpuSim.Isa.Machine;
using NpuSim.Simulator.Memory.Dram;
using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Traces;

/// <summary>The banks of a memory device: for each channel a process, for each bank that was used a track on which its rows are open, and
/// refreshes of each rank.</summary>
internal sealed class DramTracks
{
    private const int FirstBank = 10;
    private const int TracksPerChannel = 100_000;

    private static readonly byte[] RefreshName = TraceText.Quoted("refresh");

    private readonly TraceEvents _events;
    private readonly DramOrganisationSpec _organisation;
    private readonly int _firstProcess;
    private readonly long _lastClock;
    private readonly SortedDictionary<(int Channel, int Rank, int Group, int Bank), OpenRow> _banks = [];
    private readonly HashSet<(int Channel, int Rank)> _refreshed = [];
    private readonly HashSet<int> _named = [];

    /// <summary>A row that is open, and what was done with it.</summary>
    private readonly record struct OpenRow(int Row, long Since, int Reads, int Writes);

    private DramTracks(TraceEvents events, int firstProcess, DramOrganisationSpec organisation, long lastClock) =>
        (_events, _firstProcess, _organisation, _lastClock) = (events, firstProcess, organisation, lastClock);

    /// <summary>Writes all, where the machine has a device.</summary>
    public static void Write(TraceEvents events, int firstProcess, RunTrace trace, SimulationReport report)
    {
        if (trace.DramCommands.Count == 0 || trace.Machine.Memory.Dram?.DeviceSpec?.Organisation is not { } organisation)
        {
            return;
        }

        long clocks = (long)((Int128)report.Cycles * organisation.ClockMHz / trace.Machine.ClockMHz);
        var tracks = new DramTracks(events, firstProcess, organisation, Math.Max(clocks, trace.DramCommands.Max(command => command.Clock) + 1));
        foreach (var command in trace.DramCommands)
        {
            tracks.Add(command);
        }

        tracks.End();
    }

    private void Add(in DramCommand command)
    {
        var place = (command.Channel, command.Rank, command.Group, command.Bank);
        switch (command.Kind)
        {
            case DramCommandKind.Activate:
                Name(place);
                _banks[place] = new OpenRow(command.Row, command.Clock, 0, 0);
                break;
            case DramCommandKind.Read or DramCommandKind.ReadPrecharge:
                _banks[place] = _banks[place] with { Reads = _banks[place].Reads + 1 };
                break;
            case DramCommandKind.Write or DramCommandKind.WritePrecharge:
                _banks[place] = _banks[place] with { Writes = _banks[place].Writes + 1 };
                break;
            case DramCommandKind.Precharge:
                Close(place, command.Clock);
                break;
            case DramCommandKind.PrechargeAll:
                CloseAll(command.Channel, command.Rank, command.Clock);
                break;
            case DramCommandKind.Refresh:
                Refresh(command);
                break;
        }

        if (command.Kind is DramCommandKind.ReadPrecharge or DramCommandKind.WritePrecharge)
        {
            Close(place, command.Clock + 1);
        }
    }

    private void CloseAll(int channel, int rank, long clock)
    {
        foreach (var bank in _banks.Keys.Where(bank => bank.Channel == channel && bank.Rank == rank).ToList())
        {
            Close(bank, clock);
        }
    }

    // Rows that are open at the end are shown to the end.
    private void End()
    {
        foreach (var bank in _banks.Keys.ToList())
        {
            Close(bank, _lastClock);
        }
    }

    private void Close((int Channel, int Rank, int Group, int Bank) place, long clock)
    {
        if (_banks.Remove(place, out var row))
        {
            byte[] name = TraceText.Quoted(FormattableString.Invariant($"row {row.Row}"));
            var text = _events.TimedSpan(_firstProcess + place.Channel, Track(place), name, Nanoseconds(row.Since), Nanoseconds(clock));
            text.Put("\"startClock\":"u8).Put(row.Since).Put(",\"clocks\":"u8).Put(clock - row.Since);
            text.Put(",\"reads\":"u8).Put(row.Reads).Put(",\"writes\":"u8).Put(row.Writes);
            _events.EndArguments();
        }
    }

    private void Refresh(in DramCommand command)
    {
        int track = ((_firstProcess + command.Channel) * TracksPerChannel) + command.Rank + 1;
        if (_refreshed.Add((command.Channel, command.Rank)))
        {
            _events.Track(_firstProcess + command.Channel, track, FormattableString.Invariant($"refresh of rank {command.Rank}"));
        }

        _events.TimedSpan(_firstProcess + command.Channel, track, RefreshName, Nanoseconds(command.Clock), Nanoseconds(command.Clock + 1))
            .Put("\"clock\":"u8).Put(command.Clock);
        _events.EndArguments();
    }

    private void Name((int Channel, int Rank, int Group, int Bank) place)
    {
        int process = _firstProcess + place.Channel;
        if (_named.Add(process))
        {
            _events.Process(process, FormattableString.Invariant($"DRAM channel {place.Channel}"));
        }

        if (_named.Add(Track(place)))
        {
            _events.Track(process, Track(place), FormattableString.Invariant($"rank {place.Rank} group {place.Group} bank {place.Bank}"));
        }
    }

    private int Track((int Channel, int Rank, int Group, int Bank) place) => ((_firstProcess + place.Channel) * TracksPerChannel) + FirstBank
        + (((place.Rank * _organisation.BankGroups) + place.Group) * _organisation.BanksPerGroup) + place.Bank;

    private long Nanoseconds(long clock) => (long)((Int128)clock * 1000 / _organisation.ClockMHz);
}
