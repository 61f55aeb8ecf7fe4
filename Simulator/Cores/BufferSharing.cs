using System.Numerics;
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
    private readonly long[] _begun;
    private readonly long[] _nominal;
    private readonly long[] _done;
    private readonly int[] _open;
    private readonly long[] _pending;
    private uint _changed;

    /// <param name="core">The core.</param>
    /// <param name="index">Its number.</param>
    /// <param name="stream">Its stream.</param>
    /// <param name="engines">Its engines by unit; the sequencer's place is empty.</param>
    /// <param name="events">The machine's events.</param>
    public BufferSharing(CoreSpec core, int index, ResolvedStream stream, EngineUnit[] engines, EventQueue events)
    {
        (_core, _stream, _engines, _events) = (index, stream, engines, events);
        _buffers = new BufferUnit(core, engines.Length);
        (_begun, _nominal, _done, _pending) = (new long[engines.Length], new long[engines.Length], new long[engines.Length], new long[engines.Length]);
        _open = new int[engines.Length];
        Array.Fill(_pending, long.MaxValue);
    }

    /// <summary>An instruction of a fixed length starts.</summary>
    public void Begin(EngineUnit engine, in StreamStep step, long now)
    {
        // Behind a producer it works at the producer's pace.
        long cycles = Math.Max(step.Cycles, engine.EarliestEnd - now);
        _open[engine.Unit] = 0;
        _done[engine.Unit] = now + cycles;
        Work(engine.Unit, step.Traffic, cycles, now);
    }

    /// <summary>A transfer starts: its data begin later.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="step">The step.</param>
    /// <param name="dataStart">Cycle of the first data.</param>
    /// <param name="done">Cycle of the last data where no shared memory has a say in it; 0 where one has.</param>
    public void BeginTransfer(EngineUnit engine, in StreamStep step, long dataStart, long done)
    {
        _begun[engine.Unit] = dataStart;
        _nominal[engine.Unit] = 0;
        _done[engine.Unit] = done;
        _open[engine.Unit] = done == 0 ? 1 : 0;
        if (step.Traffic > 0)
        {
            _open[engine.Unit]++;
            _events.Schedule(dataStart, EventKind.BufferBegin, _core, engine.Unit);
        }

        _changed |= 1u << engine.Unit;
    }

    /// <summary>The data of a transfer begin to reach the buffers.</summary>
    public void DataBegin(int unit, long now)
    {
        var engine = _engines[unit];
        ref readonly var step = ref _stream.Steps[engine.Current];
        _open[unit]--;
        Work(unit, step.Traffic, Math.Max(Math.Max(1, _stream.Transfers[step.Detail].DataCycles), engine.EarliestEnd - now), now);
    }

    /// <summary>The shared memories have moved the last data of a transfer, or will have at a known cycle.</summary>
    public void SidesEnd(int unit, long done)
    {
        _open[unit]--;
        _done[unit] = Math.Max(_done[unit], done);
        _changed |= 1u << unit;
    }

    /// <summary>An event of an engine has come. True where its instruction ends.</summary>
    public bool Ends(int unit, long now)
    {
        if (_pending[unit] != now)
        {
            return false;
        }

        _pending[unit] = long.MaxValue;
        _changed |= 1u << unit;
        if (_buffers.IsWorking(unit) && _buffers.DoneAt(unit) <= now)
        {
            _buffers.End(unit, now);
            _done[unit] = Math.Max(_done[unit], now);
        }

        return End(unit) <= now;
    }

    /// <summary>Cycles that the instruction that ends now is longer because others reached the buffers, or because these cannot feed it.</summary>
    public long Conflict(int unit, in StreamStep step, long now)
    {
        long alone = _begun[unit] + _nominal[unit];
        return step.Traffic == 0 ? 0
            : step.Kind == StepKind.Transfer ? Math.Max(0, now - Math.Max(alone, Math.Max(_engines[unit].DataEnd, _engines[unit].EarliestEnd)))
            : Math.Max(0, _done[unit] - alone);
    }

    /// <summary>Moves the ends that have changed.</summary>
    public void Settle(long now)
    {
        uint moved = _changed;
        if (_buffers.HasChanged)
        {
            _buffers.Settle(now);
            moved = uint.MaxValue;
        }

        // Who streams behind another engine has a later number.
        for (int unit = Units.Array; unit < _engines.Length && moved != 0; unit++)
        {
            var engine = _engines[unit];
            if ((moved & 1u << unit) != 0 && engine.IsBusy)
            {
                engine.FollowProducers(_engines);
                engine.End = _buffers.IsWorking(unit) ? Math.Max(_buffers.DoneAt(unit), engine.EarliestEnd) : End(unit);
                Expect(unit, _buffers.IsWorking(unit) ? _buffers.DoneAt(unit) : engine.End);
            }
        }

        _changed = 0;
    }

    private void Work(int unit, int traffic, long cycles, long now)
    {
        cycles = traffic > 0 ? Math.Max(1, cycles) : cycles;
        (_begun[unit], _nominal[unit]) = (now, cycles);
        if (traffic > 0 && !_buffers.Begin(unit, _stream.Traffic[traffic], cycles, now))
        {
            _done[unit] = Math.Max(_done[unit], now + cycles);
        }

        _changed |= 1u << unit;
    }

    private long End(int unit) => _buffers.IsWorking(unit) || _open[unit] > 0 ? long.MaxValue : Math.Max(_done[unit], _engines[unit].EarliestEnd);

    private void Expect(int unit, long cycle)
    {
        if (cycle < _pending[unit])
        {
            _pending[unit] = cycle;
            _events.Schedule(cycle, EventKind.EngineDone, _core, unit);
        }
    }
}
