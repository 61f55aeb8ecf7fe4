using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Events;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Streams;

namespace NpuSim.Simulator.Cores;

/// <summary>The machine in time: cores and shared memories around one queue of events. It never reads data.</summary>
internal sealed class TimedMachine
{
    private const int ProgressInterval = 1 << 12;

    private readonly EventQueue _events = new();
    private readonly CoreUnit[] _cores;
    private readonly SharedMemoryUnit[] _memories = SharedMemoryUnit.CreateAll();
    private readonly ResolvedProgram _streams;
    private readonly long _instructions;

    /// <param name="machine">The machine.</param>
    /// <param name="streams">One per core; cores beyond the program's have an empty one.</param>
    /// <param name="order">Takes the order in which instructions start; null where it is not wanted.</param>
    /// <param name="record">Takes what a trace needs; null where none is wanted.</param>
    public TimedMachine(MachineSpec machine, ResolvedProgram streams, OrderRecorder? order, RunRecord? record = null)
    {
        (_streams, Order, Record) = (streams, order, record);
        Device = DeviceMemory.Of(machine, record?.Commands);
        Timeline = new Timeline(streams.Streams.Select(stream => stream.Count));
        _cores = [.. streams.Streams.Select((stream, index) =>
            new CoreUnit(this, machine.Core, index, stream, _events))];
        _instructions = streams.Streams.Sum(stream => (long)stream.Count);
        record?.Attach(_cores);
    }

    /// <summary>Takes the order in which instructions start, where it is wanted.</summary>
    public OrderRecorder? Order { get; }

    /// <summary>What a trace needs beside the timeline, where one is wanted.</summary>
    public RunRecord? Record { get; }

    /// <summary>The external memory where it has a device.</summary>
    public DeviceMemory? Device { get; }

    public Timeline Timeline { get; }

    /// <summary>Cycle of the last event.</summary>
    public long Now => _events.Now;

    public long Events => _events.Scheduled;

    public ReadOnlySpan<CoreUnit> Cores => _cores;

    /// <summary>Runs until nothing is left to do.</summary>
    /// <exception cref="SimulationException">A stream cannot go on.</exception>
    public void Run(Action<double>? progress, CancellationToken cancellation)
    {
        foreach (var core in _cores)
        {
            core.Sequencer.Begin();
        }

        int untilProgress = ProgressInterval;
        while (TryNext(out var item))
        {
            Dispatch(item);
            if (--untilProgress == 0)
            {
                cancellation.ThrowIfCancellationRequested();
                progress?.Invoke((double)_cores.Sum(core => (long)core.Done) / _instructions);
                untilProgress = ProgressInterval;
            }
        }

        _streams.Finish();
        if (!Array.TrueForAll(_cores, core => core.IsDone))
        {
            throw Deadlock.Of(_cores, Now);
        }

        progress?.Invoke(1);
    }

    /// <summary>A core has reached a barrier; the last one lets all go on.</summary>
    public void ReachBarrier(int barrier, long now)
    {
        foreach (var core in _cores)
        {
            if (core.Stream.Count > 0 && !IsAt(core, barrier))
            {
                return;
            }
        }

        foreach (var core in _cores)
        {
            if (core.Stream.Count > 0)
            {
                core.Sequencer.BarrierReleased(now);
            }
        }
    }

    // What ends at the memory device before the next event may come before it.
    private bool TryNext(out SimulationEvent item)
    {
        while (Device is { IsBusy: true } && Device.TryEnd(_events.NextCycle, out var end))
        {
            _cores[end.Core].DeviceEnds(end);
            _cores[end.Core].Settle(Now);
        }

        return _events.TryTake(out item);
    }

    private static bool IsAt(CoreUnit core, int barrier) =>
        core.Sequencer.State == SequencerState.WaitingForBarrier && core.Stream.Steps[core.Sequencer.Current].Detail == barrier;

    private void Dispatch(SimulationEvent item)
    {
        var core = _cores[item.Core];
        switch (item.Kind)
        {
            case EventKind.SequencerStep:
                core.Sequencer.Decoded(item.Cycle);
                break;
            case EventKind.ChunkRequest:
                core.RequestChunk(item.Unit, item.Side, item.Cycle, _memories);
                break;
            case EventKind.FetchDone:
                core.Sequencer.FetchArrived(item.Cycle);
                break;
            case EventKind.HostDone:
                core.Sequencer.HostReturned(item.Cycle);
                break;
            case EventKind.ResultsBegin:
                core.ResultsBegin(item.Unit, item.Cycle, item.Cycle);
                break;
            case EventKind.BufferBegin:
                core.BufferBegin(item.Unit, item.Cycle);
                break;
            case EventKind.SignalArrived:
                core.SignalArrived(item.Cycle);
                break;
            case EventKind.EngineDone:
                core.EngineDone(item.Unit, item.Cycle);
                break;
        }

        core.Settle(_events.Now);
    }
}
