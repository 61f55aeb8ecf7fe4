using NpuSim.Isa.Machine;
using NpuSim.Simulator.Events;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Reports;
using NpuSim.Simulator.Streams;

namespace NpuSim.Simulator.Cores;

/// <summary>One core: a sequencer, its engines with their queues, and the semaphores between them.</summary>
internal sealed partial class CoreUnit
{
    private readonly TimedMachine _machine;
    private readonly EventQueue _events;
    private readonly ResolvedStream _stream;
    private readonly StreamStep[] _steps;
    private readonly long[] _starts;
    private readonly long[] _finishes;
    private readonly RunRecord? _record;
    private readonly EngineUnit[] _engines;
    private readonly Semaphores _semaphores = new();
    private readonly BufferSharing? _sharing;
    private readonly CoreTransfers _transfers;
    private readonly SignalLine _signals;
    private readonly bool _signalsEarly;
    private readonly CycleOwner[] _waitOwners;
    private int _active;
    private uint _blocked;

    public CoreUnit(TimedMachine machine, CoreSpec core, int index, ResolvedStream stream, EventQueue events)
    {
        int engines = Units.Count(core.Dma.Engines);
        var sequencer = core.Sequencer;
        _signals = new SignalLine(index, sequencer.SemaphoreCycles, events);
        (_machine, Index, _stream, _events) = (machine, index, stream, events);
        (_steps, _starts, _finishes) = (stream.Steps, machine.Timeline.StartsOf(index), machine.Timeline.FinishesOf(index));
        (_record, _signalsEarly) = (machine.Record, stream.Results.Length > 0);
        // Unit 0, the sequencer, has no queue of its own; its place stays empty so that units index engines.
        _engines = new EngineUnit[engines];
        _waitOwners = [.. Enumerable.Range(0, engines).Select(Units.WaitOwner)];
        for (int unit = Units.Array; unit < engines; unit++)
        {
            _engines[unit] = new EngineUnit(unit, sequencer.QueueDepth, stream.UnitInstructions[unit]);
        }

        _sharing = core.BufferContention ? new BufferSharing(core, index, stream, _engines, events) : null;
        _transfers = new CoreTransfers(machine, index, stream, _engines, _sharing, events);
        Sequencer = new SequencerUnit(this, events, stream, sequencer.DispatchCycles);
    }

    public int Index { get; }

    public SequencerUnit Sequencer { get; }

    public ResolvedStream Stream => _stream;

    public Semaphores Semaphores => _semaphores;

    public ReadOnlySpan<EngineUnit> Engines => _engines.AsSpan(Units.Array);

    public bool EnginesAreIdle => _active == 0;

    /// <summary>Instructions finished.</summary>
    public int Done { get; private set; }

    public bool IsDone => Sequencer.IsHalted && EnginesAreIdle;

    public bool IsFull(int unit) => _engines[unit].IsFull;

    public bool TryTake(in StepSync sync) => _semaphores.TryTake(sync);

    /// <summary>Puts an instruction into its queue.</summary>
    public void Push(int index, long now)
    {
        var engine = _engines[_steps[index].Unit];
        if (engine.IsIdle)
        {
            _active++;
            Sequencer.Advance(now);
            engine.CloseEmpty(Sequencer.Ledger);
        }

        _record?.Queue(Index, index, now);
        engine.Enqueue(index);
        if (!engine.IsBusy && MayStart(engine))
        {
            TryStart(engine, now, Units.Sequencer, givenBy: -1);
        }
    }

    /// <summary>Ends the instruction under way on a unit.</summary>
    public void EngineDone(int unit, long now)
    {
        var engine = _engines[unit];
        if (_sharing is not null && !_sharing.IsEnd(unit, now))
        {
            return;
        }

        int index = engine.Current;
        if (engine.ResultsAt >= 0)
        {
            ResultsBegin(unit, engine.ResultsAt, now);
        }

        ref readonly var step = ref _steps[index];
        engine.Finish(now, step, _stream.Transfers, _sharing is null || step.Traffic == 0 ? 0 : _sharing.Conflict(unit, step, now));
        Finished(index, now);
        if (step.Sync.Signals)
        {
            Give(step.Sync, index, unit, now);
        }

        if (!engine.IsEmpty)
        {
            TryStart(engine, now, unit, givenBy: -1);
            return;
        }

        _active--;
        if (!engine.IsDrained)
        {
            Sequencer.Advance(now);
            engine.MarkEmpty(Sequencer.Ledger);
        }

        if (_active == 0)
        {
            Sequencer.EnginesIdle(now);
        }
    }

    /// <summary>Asks a memory for the next chunk of what a unit moves.</summary>
    public void RequestChunk(int unit, int side, long now, SharedMemoryUnit[] memories)
    {
        if (unit == Units.Sequencer)
        {
            Sequencer.RequestChunk(side, now, memories);
            return;
        }

        _transfers.RequestChunk(unit, side, now, memories);
    }

    /// <summary>A side of what a unit moves ends at the memory device.</summary>
    public void DeviceEnds(in DeviceEnd end)
    {
        if (end.Unit == Units.Sequencer)
        {
            Sequencer.Arrives(end.Side, end.Cycle);
            return;
        }

        _transfers.DeviceEnds(end);
    }

    /// <summary>Asks the memory device for bursts of the sequencer.</summary>
    public void RequestBursts(int side, BurstPattern bursts, long offset, long now, long ownCycles) =>
        _machine.Device!.Begin(Index, Units.Sequencer, side, bursts, offset, now, ownCycles);

    /// <summary>The data of a unit's transfer begin to reach the private buffers.</summary>
    public void BufferBegin(int unit, long now) => _sharing!.DataBegin(unit, now);

    /// <summary>Everything of an event has happened.</summary>
    public void Settle(long now)
    {
        if (_sharing is { IsSettled: false } sharing)
        {
            sharing.Settle(now);
        }
    }

    public void Started(int index, long now) => _starts[index] = now;

    public void Finished(int index, long now)
    {
        _finishes[index] = now;
        Done++;
    }

    public void ReachBarrier(long now) => _machine.ReachBarrier(_steps[Sequencer.Current].Detail, now);

    public void HostStarted(int index, long now)
    {
        _starts[index] = now;
        _machine.Order?.Add(Index, index);
    }

    // Tries to start what is at the head of an engine's queue, after something that a unit did; where it gave semaphores, also by which instruction.
    private void TryStart(EngineUnit engine, long now, int giver, int givenBy)
    {
        int index = engine.Head;
        ref readonly var step = ref _steps[index];
        if (!_semaphores.TryTake(step.Sync))
        {
            _blocked |= 1u << engine.Unit;
            engine.Awaited = Semaphores.Waits(step.Sync);
            return;
        }

        _blocked &= ~(1u << engine.Unit);
        _record?.Give(Index, index, givenBy);
        if (engine.Ledger.Until != now)
        {
            engine.Ledger.Own(_waitOwners[giver], now);
        }

        engine.Start();
        if (_signalsEarly)
        {
            FindProducers(engine, step);
        }

        _starts[index] = now;
        if (step.HasValues)
        {
            _machine.Order?.Add(Index, index);
        }

        Run(engine, step, now);
        Sequencer.SlotFreed(engine.Unit, now);
    }

    private void FindProducers(EngineUnit engine, in StreamStep step)
    {
        long own = step.Kind == StepKind.Transfer ? _stream.Transfers[step.Detail].OwnCycles : step.Cycles;
        foreach (byte semaphore in (ReadOnlySpan<byte>)[step.Sync.Wait0, step.Sync.Wait1])
        {
            if (_semaphores.TryTakeProducer(semaphore, out var producer))
            {
                engine.StreamBehind(producer, own, _stream.TailCycles);
            }
        }
    }

    private void Run(EngineUnit engine, in StreamStep step, long now)
    {
        if (step.Kind != StepKind.Transfer)
        {
            engine.End = Math.Max(now + step.Cycles, engine.EarliestEnd);
            if (step.Sync.Early > 0)
            {
                engine.ResultsAt = Math.Min(now + _stream.Results[step.Detail].FirstCycles, engine.End);
                _events.Schedule(engine.ResultsAt, EventKind.ResultsBegin, Index, engine.Unit);
            }

            if (_sharing is not null)
            {
                _sharing.Begin(engine, step, now);
                return;
            }

            _events.Schedule(engine.End, EventKind.EngineDone, Index, engine.Unit);
            return;
        }

        _transfers.Begin(engine, step, now);
    }
}
