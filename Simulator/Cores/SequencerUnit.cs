using NpuSim.Simulator.Events;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Ownership;
using NpuSim.Simulator.Reports;
using NpuSim.Simulator.Streams;

namespace NpuSim.Simulator.Cores;

/// <summary>Instruction fetch, decoding and dispatch of one core.</summary>
/// <remarks>Instruction bytes come from external memory in pieces of FetchBytes, one at a time; a piece is asked for when it begins no further than
/// FetchBytes behind the last instruction dispatched; FetchBytes = 0 is a machine whose instructions stand in registers from the start. An instruction takes DispatchCycles and then goes into its queue, or is
/// executed here.</remarks>
internal sealed class SequencerUnit
{
    private readonly CoreUnit _core;
    private readonly EventQueue _events;
    private readonly ResolvedStream _stream;
    private readonly StreamStep[] _steps;
    private readonly int _dispatchCycles;
    private SequencerState _state = SequencerState.WaitingForBytes;
    private int _wantedQueue = -1;
    private ChunkStream _fetch;
    private ChunkStream _host;
    private long _arrivedBytes;
    private long _requestedBytes;
    private long _fetchOffset;
    private long _dispatchedBytes;
    private long _hostDone;

    public SequencerUnit(CoreUnit core, EventQueue events, ResolvedStream stream, int dispatchCycles)
    {
        (_core, _events, _dispatchCycles) = (core, events, dispatchCycles);
        (_stream, _steps) = (stream, stream.Steps);
        if (stream.Count == 0)
        {
            _state = SequencerState.Halted;
        }
    }

    public CycleLedger Ledger { get; } = new();

    /// <summary>Number of the instruction being dispatched.</summary>
    public int Current { get; private set; }

    public SequencerState State => _state;

    public bool IsHalted => _state == SequencerState.Halted;

    /// <summary>Begins the stream.</summary>
    public void Begin()
    {
        if (IsHalted)
        {
            return;
        }

        if (_stream.FetchBytes > 0)
        {
            FetchAhead(0);
            return;
        }

        // All instructions stand in registers.
        _requestedBytes = _stream.Bytes;
        _arrivedBytes = _stream.Bytes;
        Next(0);
    }

    /// <summary>Owns the cycles up to now by the present state.</summary>
    public void Advance(long now)
    {
        if (Ledger.Until != now)
        {
            Ledger.Own(_state.Owner(), now);
        }
    }

    /// <summary>An instruction has been decoded.</summary>
    public void Decoded(long now)
    {
        Advance(now);
        Hand(now);
    }

    /// <summary>The queue of a unit has room again.</summary>
    public void SlotFreed(int unit, long now)
    {
        if (_wantedQueue == unit)
        {
            _wantedQueue = -1;
            Decoded(now);
        }
    }

    /// <summary>A semaphore has been given.</summary>
    public void SemaphoreGiven(long now)
    {
        if (_state == SequencerState.WaitingForSemaphore)
        {
            Advance(now);
            Hand(now);
        }
    }

    /// <summary>The engines of the core have become idle.</summary>
    public void EnginesIdle(long now)
    {
        if (_state == SequencerState.WaitingForIdle)
        {
            Advance(now);
            Execute(now);
        }
    }

    /// <summary>Every core has reached the barrier.</summary>
    public void BarrierReleased(long now)
    {
        Advance(now);
        Complete(now);
    }

    /// <summary>The host has returned.</summary>
    public void HostReturned(long now)
    {
        Advance(now);
        Complete(now);
    }

    /// <summary>The fetch under way has arrived.</summary>
    public void FetchArrived(long now)
    {
        _arrivedBytes = _requestedBytes;
        FetchAhead(now);
        if (_state == SequencerState.WaitingForBytes)
        {
            Advance(now);
            Next(now);
        }
    }

    /// <summary>Asks for the next chunk of the fetch (side 0) or of the host's data (side 1).</summary>
    public void RequestChunk(int side, long now, SharedMemoryUnit[] memories)
    {
        ref var chunks = ref side == 0 ? ref _fetch : ref _host;
        if (chunks.Bursts is { } bursts)
        {
            _core.RequestBursts(side, bursts, side == 0 ? _fetchOffset : 0, now, chunks.OwnCycles);
        }
        else if (chunks.Advance(memories[(int)chunks.Space], now, out long cycle))
        {
            _events.Schedule(cycle, EventKind.ChunkRequest, _core.Index, Units.Sequencer, side);
        }
        else
        {
            Arrives(side, cycle);
        }
    }

    /// <summary>The fetch (side 0) or the host's data (side 1) are there at a cycle.</summary>
    public void Arrives(int side, long cycle)
    {
        if (side == 0)
        {
            _events.Schedule(cycle, EventKind.FetchDone, _core.Index, Units.Sequencer);
        }
        else
        {
            _events.Schedule(Math.Max(cycle, _hostDone), EventKind.HostDone, _core.Index, Units.Sequencer);
        }
    }

    private void Next(long now)
    {
        _stream.Need(Current);
        if (_arrivedBytes < _steps[Current].EndByte)
        {
            _state = SequencerState.WaitingForBytes;
            return;
        }

        _state = SequencerState.Decoding;
        _events.Schedule(now + _dispatchCycles, EventKind.SequencerStep, _core.Index, Units.Sequencer);
    }

    private void Hand(long now)
    {
        ref readonly var step = ref _steps[Current];
        if (step.Unit != Units.Sequencer)
        {
            if (_core.IsFull(step.Unit))
            {
                (_state, _wantedQueue) = (SequencerState.WaitingForQueue, step.Unit);
                return;
            }

            int index = Current;
            Dispatched(step.EndByte, now);
            _core.Push(index, now);
            return;
        }

        if (!_core.TryTake(step.Sync))
        {
            _state = SequencerState.WaitingForSemaphore;
            return;
        }

        _core.Started(Current, now);
        Execute(now);
    }

    private void Execute(long now)
    {
        ref readonly var step = ref _steps[Current];
        if (step.Kind is StepKind.Fence or StepKind.Barrier or StepKind.Host && !_core.EnginesAreIdle)
        {
            _state = SequencerState.WaitingForIdle;
            return;
        }

        switch (step.Kind)
        {
            case StepKind.Barrier:
                _state = SequencerState.WaitingForBarrier;
                _core.ReachBarrier(now);
                break;
            case StepKind.Host:
                BeginHost(_stream.HostCalls[step.Detail], now);
                break;
            case StepKind.Halt:
                _core.Finished(Current, now);
                _state = SequencerState.Halted;
                break;
            case StepKind.Fixed when step.Cycles > 0:
                _state = SequencerState.WaitingForHost;
                _events.Schedule(now + step.Cycles, EventKind.HostDone, _core.Index, Units.Sequencer);
                break;
            case StepKind.Fixed:
            case StepKind.Fence:
                Complete(now);
                break;
            case StepKind.Transfer:
                throw new InvalidOperationException("a transfer was handed to the sequencer");
        }
    }

    private void BeginHost(in StepHostCall call, long now)
    {
        _state = SequencerState.WaitingForHost;
        _core.HostStarted(Current, now);
        _hostDone = now + call.Cycles;
        if (call.Demand.Chunks == 0)
        {
            _events.Schedule(_hostDone, EventKind.HostDone, _core.Index, Units.Sequencer);
            return;
        }

        _host.Begin(call.Demand, now, call.Cycles);
        _events.Schedule(now, EventKind.ChunkRequest, _core.Index, Units.Sequencer, side: 1);
    }

    private void Complete(long now)
    {
        int index = Current;
        ref readonly var step = ref _steps[index];
        _core.Finished(index, now);
        Dispatched(step.EndByte, now);
        if (step.Sync.Signals)
        {
            _core.Give(step.Sync, index, Units.Sequencer, now);
        }
    }

    // Goes on to the next instruction; the state must be right before queues or semaphores change, because they call back.
    private void Dispatched(long endByte, long now)
    {
        _dispatchedBytes = endByte;
        Current++;
        if (_arrivedBytes == _requestedBytes)
        {
            FetchAhead(now);
        }

        Next(now);
    }

    private void FetchAhead(long now)
    {
        if (_requestedBytes >= _stream.Bytes || _requestedBytes > _dispatchedBytes + _stream.FetchBytes)
        {
            return;
        }

        long bytes = Math.Min(_stream.FetchBytes, _stream.Bytes - _requestedBytes);
        _fetchOffset = _requestedBytes;
        _requestedBytes += bytes;
        _fetch.Begin(bytes == _stream.FetchBytes ? _stream.WholeFetch : _stream.LastFetch, now + _stream.FetchLatencyCycles, 0);
        _events.Schedule(now + _stream.FetchLatencyCycles, EventKind.ChunkRequest, _core.Index, Units.Sequencer, side: 0);
    }
}
