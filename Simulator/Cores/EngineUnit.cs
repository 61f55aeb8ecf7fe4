using System.Diagnostics;
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
    private readonly long[] _sequencerMark = new long[CycleLedger.Owners];
    private int _head;
    private int _queued;
    private int _remaining = instructions;
    private ChunkStream _source;
    private ChunkStream _destination;
    private int _openSides;
    private long _dataDone;
    private long _aloneCycles;

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

    public void Enqueue(int index)
    {
        int tail = _head + _queued++;
        _queue[tail < _queue.Length ? tail : tail - _queue.Length] = index;
    }

    /// <summary>Cycle before which the instruction under way cannot end, because what it streams behind goes on; 0 where nothing does.</summary>
    public long EarliestEnd { get; private set; }

    /// <summary>Who owns the cycles that it is longer for that.</summary>
    public CycleOwner Behind { get; private set; }

    /// <summary>Cycle at which the instruction under way ends, where that is known when it starts.</summary>
    public long End { get; set; }

    /// <summary>Makes the instruction under way stream behind another one.</summary>
    public void StreamBehind(in ProducerResults producer, long ownCycles, int tailCycles)
    {
        long earliest = producer.Flow.EarliestEnd(producer.End, ownCycles, tailCycles);
        if (earliest > EarliestEnd)
        {
            (EarliestEnd, Behind) = (earliest, Units.WaitOwner(producer.Unit));
        }
    }

    /// <summary>Takes the head of the queue into work.</summary>
    public void Start()
    {
        EarliestEnd = 0;
        Current = _queue[_head];
        _head = _head + 1 == _queue.Length ? 0 : _head + 1;
        _queued--;
    }

    /// <summary>Ends the instruction under way and gives its cycles to their owners.</summary>
    public void Finish(long now, in StreamStep step, ReadOnlySpan<StepTransfer> transfers)
    {
        if (step.Kind == StepKind.Transfer)
        {
            ref readonly var transfer = ref transfers[step.Detail];
            Ledger.OwnNext(CycleOwner.Compute, transfer.SetupCycles);
            Ledger.OwnNext(CycleOwner.Latency, transfer.LatencyCycles);
            Ledger.OwnNext(CycleOwner.WaitDma, transfer.LoadCycles);
            Ledger.OwnNext(CycleOwner.WaitVector, transfer.DrainCycles);
            Ledger.OwnNext(CycleOwner.Compute, transfer.DataCycles - transfer.LoadCycles - transfer.DrainCycles);
            Ledger.Own(Behind, Math.Max(Ledger.Until, Math.Min(now, EarliestEnd)));
            Ledger.OwnNext(CycleOwner.MemoryDevice, Math.Min(_aloneCycles, now - Ledger.Until));
            Ledger.Own(CycleOwner.Memory, now);
        }
        else
        {
            Ledger.OwnNext(step.Owner, step.Cycles);
            Ledger.Own(Behind, now);
        }

        Current = -1;
        _remaining--;
    }

    /// <summary>Begins to wait before an empty queue.</summary>
    public void MarkEmpty(CycleLedger sequencer) => sequencer.Cycles.CopyTo(_sequencerMark);

    /// <summary>Ends the wait before an empty queue: what the sequencer did meanwhile owns the cycles.</summary>
    public void CloseEmpty(CycleLedger sequencer)
    {
        var cycles = sequencer.Cycles;
        for (int owner = 0; owner < cycles.Length; owner++)
        {
            long spent = cycles[owner] - _sequencerMark[owner];
            if (spent > 0)
            {
                // The sequencer's own work is dispatch, which is what the empty queue waits for.
                Ledger.OwnNext(owner == (int)CycleOwner.Compute ? CycleOwner.InstructionFetch : (CycleOwner)owner, spent);
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
        _dataDone = dataStart + own;
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
        _dataDone = Math.Max(_dataDone, cycle);
        done = _dataDone;
        return --_openSides == 0;
    }
}
