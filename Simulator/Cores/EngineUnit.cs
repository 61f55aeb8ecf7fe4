using System.Diagnostics;
using System.Runtime.CompilerServices;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Ownership;
using NpuSim.Simulator.Reports;
using NpuSim.Simulator.Streams;

namespace NpuSim.Simulator.Cores;

/// <summary>The state of one engine: its in-order queue, the instruction under way, and who owned its cycles.</summary>
/// <remarks>An idle engine is either before an empty queue, when the sequencer says why, or behind a semaphore, when the one who gives it says why.</remarks>
internal sealed class EngineUnit(int unit, int queueDepth, int instructions)
{
    private readonly int[] _queue = new int[queueDepth];
    private readonly long[] _sequencerMark = new long[SequencerStates.Owners.Length];
    private int _head;
    private int _queued;
    private int _remaining = instructions;
    private ChunkStream _source;
    private ChunkStream _destination;
    private int _openSides;
    private long _aloneCycles;
    private readonly Followed[] _producers = new Followed[2];
    private int _followed;
    private int _last = -1;
    private long _lastEnd;

    private readonly record struct Followed(ProducerResults Producer, long OwnCycles, int TailCycles);

    public int Unit { get; } = unit;

    public CycleLedger Ledger { get; } = new();

    /// <summary>Number of the instruction under way, or −1.</summary>
    public int Current { get; private set; } = -1;

    public bool IsBusy => Current >= 0;

    public bool IsFull => _queued == _queue.Length;

    public bool IsEmpty => _queued == 0;

    /// <summary>Nothing under way and nothing queued.</summary>
    public bool IsIdle => _queued == 0 && Current < 0;

    /// <summary>Nothing left in the stream for it.</summary>
    public bool IsDrained => _remaining == 0;

    /// <summary>Number of the instruction at the head of the queue.</summary>
    public int Head => _queue[_head];

    /// <summary>Where it is blocked: the semaphores that the head of its queue waits for, as bits.</summary>
    public ulong Awaited { get; set; }

    public void Enqueue(int index)
    {
        int tail = _head + _queued++;
        _queue[tail < _queue.Length ? tail : tail - _queue.Length] = index;
    }

    /// <summary>Cycle before which the instruction under way cannot end, because what it streams behind goes on; 0 where nothing does.</summary>
    public long EarliestEnd { get; private set; }

    /// <summary>Who owns the cycles that it is longer for that.</summary>
    public CycleOwner Behind { get; private set; }

    /// <summary>Cycle at which the instruction under way ends, as far as that is known.</summary>
    public long End { get; set; }

    /// <summary>Cycle at which it gives its early signals; −1 where it gives none or has given them.</summary>
    public long ResultsAt { get; set; } = -1;

    /// <summary>Cycle at which the data of the transfer under way end, private buffers aside, as far as that is known.</summary>
    public long DataEnd { get; private set; }

    /// <summary>Makes the instruction under way stream behind another one.</summary>
    public void StreamBehind(in ProducerResults producer, long ownCycles, int tailCycles)
    {
        _producers[_followed++] = new Followed(producer, ownCycles, tailCycles);
        Follow(producer, producer.End, ownCycles, tailCycles);
    }

    /// <summary>Whether the instruction under way streams behind another one.</summary>
    public bool Follows => _followed > 0;

    /// <summary>Finds anew when the instruction under way can end, after ends of others have moved.</summary>
    public void FollowProducers(EngineUnit[] engines)
    {
        EarliestEnd = 0;
        foreach (var (producer, ownCycles, tailCycles) in _producers.AsSpan(0, _followed))
        {
            var engine = engines[producer.Unit];
            long end = engine.Current == producer.Index ? engine.End : engine._last == producer.Index ? engine._lastEnd : producer.End;
            Follow(producer, end, ownCycles, tailCycles);
        }
    }

    private void Follow(in ProducerResults producer, long end, long ownCycles, int tailCycles)
    {
        long earliest = producer.Flow.EarliestEnd(end, ownCycles, tailCycles);
        if (earliest > EarliestEnd)
        {
            (EarliestEnd, Behind) = (earliest, Units.WaitOwner(producer.Unit));
        }
    }

    /// <summary>Takes the head of the queue into work.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Start()
    {
        EarliestEnd = 0;
        _followed = 0;
        Current = _queue[_head];
        _head = _head + 1 == _queue.Length ? 0 : _head + 1;
        _queued--;
    }

    /// <summary>Ends the instruction under way and gives its cycles to their owners.</summary>
    /// <param name="now">The cycle.</param>
    /// <param name="step">The instruction.</param>
    /// <param name="transfers">Those of the stream.</param>
    /// <param name="conflict">Cycles that it is longer because of the private buffers.</param>
    public void Finish(long now, in StreamStep step, ReadOnlySpan<StepTransfer> transfers, long conflict)
    {
        if (step.Kind != StepKind.Transfer && conflict == 0 && EarliestEnd == 0)
        {
            Ledger.Own(step.Owner, now);
        }
        else if (step.Kind == StepKind.Transfer)
        {
            ref readonly var transfer = ref transfers[step.Detail];
            Ledger.OwnNext(CycleOwner.Compute, transfer.SetupCycles);
            Ledger.OwnNext(CycleOwner.Latency, transfer.LatencyCycles);
            Ledger.OwnNext(CycleOwner.WaitDma, transfer.LoadCycles);
            Ledger.OwnNext(CycleOwner.WaitVector, transfer.DrainCycles);
            Ledger.OwnNext(CycleOwner.Compute, transfer.DataCycles - transfer.LoadCycles - transfer.DrainCycles);
            Ledger.Own(Behind, Math.Max(Ledger.Until, Math.Min(now - conflict, EarliestEnd)));
            Ledger.OwnNext(CycleOwner.MemoryDevice, Math.Max(0, Math.Min(_aloneCycles, now - conflict - Ledger.Until)));
            Ledger.Own(CycleOwner.Memory, now - conflict);
            Ledger.Own(CycleOwner.BankConflict, now);
        }
        else
        {
            Ledger.OwnNext(step.Owner, step.Cycles);
            Ledger.OwnNext(CycleOwner.BankConflict, conflict);
            Ledger.Own(Behind, now);
        }

        (_last, _lastEnd) = (Current, now);
        Current = -1;
        _remaining--;
    }

    /// <summary>Begins to wait before an empty queue.</summary>
    public void MarkEmpty(CycleLedger sequencer)
    {
        var cycles = sequencer.Cycles;
        var owners = SequencerStates.Owners;
        long[] mark = _sequencerMark;
        for (int place = 0; place < mark.Length; place++)
        {
            mark[place] = cycles[(int)owners[place]];
        }
    }

    /// <summary>Ends the wait before an empty queue: what the sequencer did meanwhile owns the cycles.</summary>
    public void CloseEmpty(CycleLedger sequencer)
    {
        var cycles = sequencer.Cycles;
        var owners = SequencerStates.Owners;
        long[] mark = _sequencerMark;
        for (int place = 0; place < mark.Length; place++)
        {
            long spent = cycles[(int)owners[place]] - mark[place];
            if (spent > 0)
            {
                // The sequencer's own work is dispatch, which is what the empty queue waits for.
                Ledger.OwnNext(owners[place] == CycleOwner.Compute ? CycleOwner.InstructionFetch : owners[place], spent);
            }
        }

        Debug.Assert(Ledger.Until == sequencer.Until, "the engine and its sequencer disagree about the cycle");
    }

    /// <summary>Begins the data of a transfer. The caller schedules the first chunk of each side that has one.</summary>
    public void BeginTransfer(in StepTransfer transfer, long dataStart)
    {
        (_openSides, _aloneCycles) = (0, 0);
        // Behind a producer data flow at the producer's pace.
        long own = Math.Max(transfer.OwnCycles, EarliestEnd - dataStart);
        DataEnd = dataStart + own;
        if (transfer.Source.Chunks > 0)
        {
            _source.Begin(transfer.Source, dataStart, own);
            _openSides++;
        }

        if (transfer.Destination.Chunks > 0)
        {
            _destination.Begin(transfer.Destination, dataStart, own);
            _openSides++;
        }
    }

    /// <summary>One of the transfer's two streams of chunks.</summary>
    public ref ChunkStream Side(int side) => ref side == 0 ? ref _source : ref _destination;

    /// <summary>Ends one side at a device; nobody else asked for anything in some of its cycles.</summary>
    public bool EndSide(long cycle, long aloneCycles, out long done)
    {
        _aloneCycles = Math.Max(_aloneCycles, aloneCycles);
        return EndSide(cycle, out done);
    }

    /// <summary>Ends one side. True where it was the last; then <paramref name="done"/> is the end of the whole transfer.</summary>
    public bool EndSide(long cycle, out long done)
    {
        DataEnd = Math.Max(DataEnd, cycle);
        done = DataEnd;
        return --_openSides == 0;
    }
}
