using NpuSim.Isa.Machine;

namespace NpuSim.Simulator.Memory.Dram;

/// <summary>One stream of requests.</summary>
/// <param name="Source">The requests; taken once.</param>
/// <param name="Writes">How many of them are writes.</param>
/// <param name="GapClocks">Request i is not offered before clock i · this.</param>
public sealed record DramStream(IBurstSource Source, long Writes, long GapClocks);

/// <summary>What request streams took.</summary>
/// <param name="Clocks">Memory clocks to the last data of a read; with writes, also to the clock at which all but 8 a channel had been
/// written.</param>
/// <param name="MeanReadClocks">Mean of clocks from a read's acceptance to its last data.</param>
/// <param name="Activates">Activate commands.</param>
/// <param name="Reads">Read commands.</param>
/// <param name="Writes">Write commands.</param>
/// <param name="Refreshes">Refresh commands.</param>
public sealed record DramStreamResult(long Clocks, double MeanReadClocks, long Activates, long Reads, long Writes, long Refreshes);

/// <summary>Runs request streams against a device alone, as the reference simulators were run.</summary>
public static class DramStreams
{
    // A controller may keep a few writes for ever; they do not count.
    private const int WritesLeft = 8;

    /// <summary>Runs all streams to their end.</summary>
    /// <param name="device">What is behind a channel.</param>
    /// <param name="controller">Queues and addresses.</param>
    /// <param name="channels">Channels; a power of two.</param>
    /// <param name="streams">Streams that interleave.</param>
    /// <param name="outstandingPerStream">Reads of one stream under way at once.</param>
    /// <param name="issueWidth">Requests accepted in a clock.</param>
    /// <param name="jumps">Whether periods of a steady state are jumped over; the result is the same.</param>
    /// <param name="log">Takes every command, in order.</param>
    /// <exception cref="MachineException">Device or controller are refused.</exception>
    public static DramStreamResult Run(
        DramDeviceSpec device, DramControllerSpec controller, int channels, IReadOnlyList<DramStream> streams, int outstandingPerStream, int issueWidth,
        bool jumps = true, List<DramCommand>? log = null)
    {
        DramRules.Check(device, controller, channels, $"{device.Name}: ");
        var unit = new DramUnit(device, controller, channels, streams.Count, issueWidth, jumps, log);
        long counted = streams.Sum(stream => stream.Writes) - (WritesLeft * channels);
        if (counted > 0)
        {
            unit.WatchWrites(counted);
        }

        for (int stream = 0; stream < streams.Count; stream++)
        {
            unit.Begin(stream, streams[stream].Source, 0, new DramPace(outstandingPerStream, 0, streams[stream].GapClocks, 1));
        }

        for (int left = streams.Count; left > 0;)
        {
            unit.Advance(long.MaxValue - 1);
            while (unit.TryFinished(out _))
            {
                left--;
            }
        }

        while (counted > 0 && unit.WatchedClock == 0)
        {
            unit.AdvanceOnce();
        }

        return Result(unit, streams.Count);
    }

    private static DramStreamResult Result(DramUnit unit, int ports)
    {
        long last = unit.WatchedClock, reads = 0, clocks = 0;
        for (int port = 0; port < ports; port++)
        {
            var state = unit.Port(port);
            reads += state.Reads;
            clocks += state.ReadClocks;
            last = Math.Max(last, state.Reads > 0 ? state.LastReadClock : 0);
        }

        return new DramStreamResult(
            last, reads == 0 ? 0 : (double)clocks / reads, unit.Commands(DramCommandKind.Activate),
            unit.Commands(DramCommandKind.Read) + unit.Commands(DramCommandKind.ReadPrecharge),
            unit.Commands(DramCommandKind.Write) + unit.Commands(DramCommandKind.WritePrecharge), unit.Commands(DramCommandKind.Refresh));
    }
}
