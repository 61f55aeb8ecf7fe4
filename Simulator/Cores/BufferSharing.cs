using System.Numerics;
using System.Runtime.CompilerServices;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Timing;
using NpuSim.Simulator.Events;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Streams;

namespace NpuSim.Simulator.Cores;

/// <summary>When the instructions under way on a core end, where its engines hold each other up at the private buffers.</summary>
/// <remarks>An end may move as long as the instruction is under way. Each engine has at most one event that counts, at its earliest possible end; an event
/// that comes before the end has moved on is followed by a later one, and one that an earlier one has replaced is passed over.</remarks>
internal sealed class BufferSharing
{
    private readonly int _core;
    private readonly ResolvedStream _stream;
    private readonly EngineUnit[] _engines;
    private readonly EventQueue _events;
    private readonly BufferUnit _buffers;
    private readonly Ends[] _ends;
    private uint _changed;
    private uint _awaitingData;

    // When the instruction under way began its work, how long it takes alone, when it was done as far as is known, how many things it waits for besides,
    // and when its next event comes.
    private record struct Ends(long Begun, long Alone, long Done, int Open, long Pending);

    /// <param name="core">The core.</param>
    /// <param name="index">Its number.</param>
    /// <param name="stream">Its stream.</param>
    /// <param name="engines">Its engines by unit; the sequencer's place is empty.</param>
    /// <param name="events">The machine's events.</param>
    public BufferSharing(CoreSpec core, int index, ResolvedStream stream, EngineUnit[] engines, EventQueue events)
    {
        (_core, _stream, _engines, _events) = (index, stream, engines, events);
        _buffers = new BufferUnit(core, engines.Length);
        _ends = new Ends[engines.Length];
        Array.Fill(_ends, new Ends { Pending = long.MaxValue });
    }

    /// <summary>An instruction of a fixed length starts.</summary>
    public void Begin(EngineUnit engine, in StreamStep step, long now)
    {
        // Behind a producer it works at the producer's pace.
        long cycles = Math.Max(step.Cycles, engine.EarliestEnd - now);
        ref var ends = ref _ends[engine.Unit];
        ends.Open = 0;
        ends.Done = now + cycles;
        Work(engine.Unit, step.Traffic, cycles, now);
    }

    /// <summary>A transfer starts: its data begin later.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="step">The step.</param>
    /// <param name="dataStart">Cycle of the first data.</param>
    /// <param name="done">Cycle of the last data where no shared memory has a say in it; 0 where one has.</param>
    public void BeginTransfer(EngineUnit engine, in StreamStep step, long dataStart, long done)
    {
        ref var ends = ref _ends[engine.Unit];
        ends = ends with { Begun = dataStart, Alone = 0, Done = done, Open = done == 0 ? 1 : 0 };
        if (step.Traffic > 0)
        {
            ends.Open++;
            _awaitingData |= 1u << engine.Unit;
            if (done > 0)
            {
                _events.Schedule(dataStart, EventKind.BufferBegin, _core, engine.Unit);
            }
        }

        if (ends.Open > 0 && !engine.Follows)
        {
            // Nothing is known of its end before its data begin.
            engine.End = long.MaxValue;
            return;
        }

        _changed |= 1u << engine.Unit;
    }

    /// <summary>The data of a transfer begin to reach the buffers, if they have not before.</summary>
    public void DataBegin(int unit, long now)
    {
        if ((_awaitingData & 1u << unit) == 0)
        {
            return;
        }

        _awaitingData &= ~(1u << unit);
        _ends[unit].Open--;
        var engine = _engines[unit];
        int traffic = _stream.Steps[engine.Current].Traffic;
        Work(unit, traffic, Math.Max(_stream.Traffic[traffic].Cycles, engine.EarliestEnd - now), now);
    }

    /// <summary>The shared memories have moved the last data of a transfer, or will have at a known cycle.</summary>
    public void SidesEnd(int unit, long done)
    {
        ref var ends = ref _ends[unit];
        ends.Open--;
        ends.Done = Math.Max(ends.Done, done);
        _changed |= 1u << unit;
    }

    /// <summary>An event of an engine has come. True where its instruction ends.</summary>
    public bool IsEnd(int unit, long now)
    {
        ref var ends = ref _ends[unit];
        if (ends.Pending != now)
        {
            return false;
        }

        ends.Pending = long.MaxValue;
        if (_buffers.IsWorking(unit) && _buffers.DoneAt(unit) <= now)
        {
            _buffers.End(unit, now);
            ends.Done = Math.Max(ends.Done, now);
        }

        if (End(unit) <= now)
        {
            return true;
        }

        _changed |= 1u << unit;
        return false;
    }

    /// <summary>Cycles that the instruction that ends now is longer because others reached the buffers, or because these cannot feed it.</summary>
    public long Conflict(int unit, in StreamStep step, long now)
    {
        if (step.Traffic == 0)
        {
            return 0;
        }

        ref readonly var ends = ref _ends[unit];
        long alone = ends.Begun + ends.Alone;
        return Math.Max(0, step.Kind == StepKind.Transfer
            ? now - Math.Max(alone, Math.Max(_engines[unit].DataEnd, _engines[unit].EarliestEnd))
            : ends.Done - alone);
    }

    /// <summary>Whether no end has changed since <see cref="Settle"/>.</summary>
    public bool IsSettled => _changed == 0 && !_buffers.IsUnsettled;

    /// <summary>Moves the ends that have changed.</summary>
    public void Settle(long now)
    {
        // Who streams behind another engine has a later number.
        uint moved = _changed;
        if (_buffers.IsUnsettled)
        {
            _buffers.Settle(now);
            moved = (1u << _engines.Length) - 2;
        }

        for (; moved != 0; moved &= moved - 1)
        {
            int unit = BitOperations.TrailingZeroCount(moved);
            var engine = _engines[unit];
            if (!engine.IsBusy)
            {
                continue;
            }

            if (engine.Follows)
            {
                engine.FollowProducers(_engines);
            }

            bool working = _buffers.IsWorking(unit);
            long due = working ? _buffers.DoneAt(unit) : End(unit);
            engine.End = working ? Math.Max(due, engine.EarliestEnd) : due;
            Expect(unit, due);
        }

        _changed = 0;
    }

    private void Work(int unit, int traffic, long cycles, long now)
    {
        ref var ends = ref _ends[unit];
        (ends.Begun, ends.Alone) = (now, traffic > 0 ? Math.Max(1, cycles) : cycles);
        if (traffic > 0 && !_buffers.Begin(unit, _stream.Traffic[traffic], ends.Alone, now))
        {
            ends.Done = Math.Max(ends.Done, now + cycles);
        }

        _changed |= 1u << unit;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long End(int unit)
    {
        ref readonly var ends = ref _ends[unit];
        return ends.Open > 0 || _buffers.IsWorking(unit) ? long.MaxValue : Math.Max(ends.Done, _engines[unit].EarliestEnd);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Expect(int unit, long cycle)
    {
        ref var ends = ref _ends[unit];
        if (cycle < ends.Pending)
        {
            ends.Pending = cycle;
            _events.Schedule(cycle, EventKind.EngineDone, _core, unit);
        }
    }
}
