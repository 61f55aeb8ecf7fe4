using NpuSim.Isa.Instructions;

namespace NpuSim.Workloads.Compile;

/// <summary>The place of an instruction of a stream under construction in the order of engines.</summary>
internal struct StreamEntry
{
    // Of waits and of signals in an instruction itself.
    private const int Inline = 2;

    /// <summary>The queue of its engine; <see cref="StreamQueues.Sequencer"/> for none.</summary>
    public required int Queue { get; init; }

    /// <summary>Latest finished position of every queue that is certain when this instruction starts.</summary>
    public QueuePositions Known { get; set; }

    /// <summary>The same when it ends: what it streams behind has then finished too.</summary>
    public QueuePositions KnownAtEnd { get; set; }

    public SemaphoreList Waits;

    public SemaphoreList Signals;

    /// <summary>The semaphore that it signals early; 0 for none.</summary>
    public byte Early { get; set; }

    /// <summary>What it touches, in the stream's list; nothing where engines do not stream behind each other.</summary>
    public Range Touched { get; init; }

    /// <summary>Appends the instruction with its semaphores; those that find no room in it go into instructions of their own around it.</summary>
    public readonly void AppendTo(List<Instruction> stream, Instruction instruction)
    {
        for (int more = Inline; more < Waits.Count; more++)
        {
            stream.Add(new SemaphoreWait(StreamQueues.Engine(Queue), StreamQueues.Dma(Queue), Waits[more], 1));
        }

        var signals = Signals;
        if (Early != 0)
        {
            signals.AddFirst(Early);
        }

        var sync = new Sync(Waits[0], Waits[1], signals[0], signals[1], (byte)(Early == 0 ? 0 : 1));
        stream.Add(sync == default ? instruction : instruction with { Sync = sync });
        for (int more = Inline; more < signals.Count; more++)
        {
            stream.Add(new SemaphoreSignal(StreamQueues.Engine(Queue), StreamQueues.Dma(Queue), signals[more], 1));
        }
    }
}
