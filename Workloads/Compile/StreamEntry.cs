using NpuSim.Isa.Instructions;

namespace NpuSim.Workloads.Compile;

/// <summary>An instruction of a stream under construction, with its place in the order of engines.</summary>
internal sealed class StreamEntry(Instruction instruction, int queue, int[] known)
{
    public Instruction Instruction { get; } = instruction;

    public int Queue { get; } = queue;

    /// <summary>Latest finished position of every queue that is certain when this instruction starts.</summary>
    public int[] Known { get; set; } = known;

    /// <summary>The same when it ends: what it streams behind has then finished too.</summary>
    public int[] KnownAtEnd { get; set; } = known;

    public List<byte> Waits { get; } = [];

    public List<byte> Signals { get; } = [];

    /// <summary>The semaphore that it signals early; 0 for none.</summary>
    public byte Early { get; set; }

    /// <summary>What it touches; kept where engines stream behind each other.</summary>
    public Footprint[] Touched { get; init; } = [];

    /// <summary>Whether it writes what another one reads or writes.</summary>
    public bool Overwrites(StreamEntry other)
    {
        foreach (var write in Touched)
        {
            foreach (var operand in other.Touched)
            {
                if (write.Role != Role.Read && write.Space == operand.Space && write.Start < operand.Start + operand.Length
                    && operand.Start < write.Start + write.Length)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Appends the instruction with its semaphores; those that find no room in it go into instructions of their own around it.</summary>
    public void AppendTo(List<Instruction> stream)
    {
        const int Inline = 2;
        foreach (byte semaphore in Waits.Skip(Inline))
        {
            stream.Add(new SemaphoreWait(StreamQueues.Engine(Queue), StreamQueues.Dma(Queue), semaphore, 1));
        }

        var waits = Waits;
        IReadOnlyList<byte> signals = Early == 0 ? Signals : [Early, .. Signals];
        stream.Add(Instruction with
        {
            Sync = new Sync(waits.ElementAtOrDefault(0), waits.ElementAtOrDefault(1), signals.ElementAtOrDefault(0), signals.ElementAtOrDefault(1),
                (byte)(Early == 0 ? 0 : 1)),
        });
        foreach (byte semaphore in signals.Skip(Inline))
        {
            stream.Add(new SemaphoreSignal(StreamQueues.Engine(Queue), StreamQueues.Dma(Queue), semaphore, 1));
        }
    }
}
