using NpuSim.Simulator.Events;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Streams;

namespace NpuSim.Simulator.Cores;

/// <summary>The transfers under way on a core's engines: they ask shared memories, or the memory device, for their data and end with the last of them.</summary>
/// <param name="machine">The machine, whose device moves bursts where it has one.</param>
/// <param name="core">The core's number.</param>
/// <param name="stream">Its stream.</param>
/// <param name="engines">Its engines by unit; the sequencer's place is empty.</param>
/// <param name="sharing">Who decides about ends where private buffers are contended; null elsewhere.</param>
/// <param name="events">The machine's events.</param>
internal sealed class CoreTransfers(
    TimedMachine machine, int core, ResolvedStream stream, EngineUnit[] engines, BufferSharing? sharing, EventQueue events)
{
    /// <summary>A transfer starts on an engine.</summary>
    public void Begin(EngineUnit engine, in StreamStep step, long now)
    {
        ref readonly var transfer = ref stream.Transfers[step.Detail];
        long dataStart = now + transfer.SetupCycles + transfer.LatencyCycles;
        engine.BeginTransfer(transfer, dataStart);
        bool alone = transfer.Source.Chunks + transfer.Destination.Chunks == 0;
        sharing?.BeginTransfer(engine, step, dataStart, alone ? engine.DataEnd : 0);
        if (transfer.Source.Chunks > 0)
        {
            events.Schedule(dataStart, EventKind.ChunkRequest, core, engine.Unit, side: 0);
        }

        if (transfer.Destination.Chunks > 0)
        {
            events.Schedule(dataStart, EventKind.ChunkRequest, core, engine.Unit, side: 1);
        }

        if (alone && sharing is null)
        {
            End(engine.Unit, engine.DataEnd);
        }
    }

    /// <summary>Asks a memory for the next chunk of an engine's transfer.</summary>
    public void RequestChunk(int unit, int side, long now, SharedMemoryUnit[] memories)
    {
        var engine = engines[unit];
        sharing?.DataBegin(unit, now);
        ref var chunks = ref engine.Side(side);
        if (chunks.Bursts is { } bursts)
        {
            machine.Device!.Begin(core, unit, side, bursts, offset: 0, now, chunks.OwnCycles);
            return;
        }

        // What the first chunk changes at the private buffers settles before the next one.
        bool passes = sharing is not { IsSettled: false };
        var memory = memories[(int)chunks.Space];
        long cycle = now;
        while (chunks.Advance(memory, cycle, out cycle))
        {
            if (!passes || !events.TryPass(cycle))
            {
                events.Schedule(cycle, EventKind.ChunkRequest, core, unit, side);
                return;
            }
        }

        if (engine.EndSide(cycle, out long done))
        {
            End(unit, done);
        }
    }

    /// <summary>A side of an engine's transfer ends at the memory device.</summary>
    public void DeviceEnds(in DeviceEnd end)
    {
        if (engines[end.Unit].EndSide(end.Cycle, end.AloneCycles, out long done))
        {
            End(end.Unit, done);
        }
    }

    private void End(int unit, long done)
    {
        if (sharing is not null)
        {
            sharing.SidesEnd(unit, done);
        }
        else
        {
            events.Schedule(done, EventKind.EngineDone, core, unit);
        }
    }
}
