using System.Numerics;
using NpuSim.Isa.Instructions;

namespace NpuSim.Workloads.Compile;

/// <summary>The instructions of a stream under construction, and the semaphores that put those of different engines into order.</summary>
/// <remarks>There is one semaphore per ordered pair of queues. A pair's signals and waits are both in queue order, and a dependency
/// that is already known (waited for before, or implied by what a waited-for instruction itself had waited for) takes none, so the n-th
/// wait always meets the n-th signal.</remarks>
/// <param name="queues">Queues of the core.</param>
/// <param name="chaining">Whether engines stream behind each other.</param>
/// <param name="constants">Where constants begin, which reach to the end of their memory: nothing writes there.</param>
internal sealed class StreamOrder(int queues, bool chaining, Address constants)
{
    // Of waits and of signals in an instruction itself.
    private const int Inline = 2;

    // A list of values: into an array of references their type would be looked at each time.
    private readonly record struct Issued(Instruction Instruction);

    private readonly PooledList<Issued> _instructions = new();
    private readonly PooledList<StreamEntry> _entries = new();
    private readonly PooledList<Knowledge> _knowledge = new();
    private readonly PooledList<Footprint> _touched = new();
    private readonly QueuePositions[] _known = [.. Enumerable.Repeat(QueuePositions.None, queues)];
    private readonly HazardTracker _hazards = new(constants);

    /// <summary>Appends an instruction that touches no memory: nobody waits for it, and it for nobody.</summary>
    /// <param name="instruction">The instruction. It may be in the stream several times.</param>
    /// <param name="queue">Its queue; <see cref="StreamQueues.Sequencer"/> for none.</param>
    public void Append(Instruction instruction, int queue)
    {
        _instructions.Add(new Issued(instruction));
        _entries.Add(new StreamEntry(queue, -1, 0, 0));
    }

    /// <summary>Appends an instruction behind everything that it depends on.</summary>
    /// <param name="instruction">The instruction, which the stream owns from now on: it gets its semaphores when the stream is finished.</param>
    /// <param name="queue">Its queue.</param>
    /// <param name="footprints">What it touches.</param>
    public void Append(Instruction instruction, int queue, ReadOnlySpan<Footprint> footprints)
    {
        int position = _entries.Count;
        var dependencies = _known[queue];
        foreach (ref readonly var footprint in footprints)
        {
            dependencies = _hazards.Access(
                footprint.Space, footprint.Start, footprint.Length, queue, position, footprint.Role != Role.Read, dependencies);
        }

        int touched = Keep(footprints);
        _instructions.Add(new Issued(instruction));
        _entries.Add(new StreamEntry(queue, _knowledge.Count, touched, chaining ? footprints.Length : 0));
        Wait(position, dependencies);
        if (_hazards.IsLong)
        {
            _hazards.Forget(KnownToAll());
        }
    }

    /// <summary>After a point at which every engine was idle.</summary>
    public void EverythingIsDone()
    {
        _hazards.Clear();
        Array.Fill(_known, QueuePositions.All(_entries.Count - 1));
    }

    /// <summary>The finished stream, with a halt at its end. Nothing may be appended behind it.</summary>
    public IReadOnlyList<Instruction> Finish()
    {
        int length = 1;
        foreach (ref readonly var entry in _entries.Items)
        {
            length += 1 + Math.Max(entry.Waits.Count - Inline, 0) + Math.Max(entry.Signals.Count + (entry.Early == 0 ? 0 : 1) - Inline, 0);
        }

        var stream = new List<Instruction>(length);
        for (int position = 0; position < _instructions.Count; position++)
        {
            Finish(stream, _instructions[position].Instruction, _entries[position]);
        }

        stream.Add(new Halt());
        _instructions.Return();
        _entries.Return();
        _knowledge.Return();
        _touched.Return();
        return stream;
    }

    // Semaphores that find no room in the instruction go into instructions of their own around it.
    private static void Finish(List<Instruction> stream, Instruction instruction, in StreamEntry entry)
    {
        for (int more = Inline; more < entry.Waits.Count; more++)
        {
            stream.Add(new SemaphoreWait(StreamQueues.Engine(entry.Queue), StreamQueues.Dma(entry.Queue), entry.Waits[more], 1));
        }

        var signals = entry.Signals;
        if (entry.Early != 0)
        {
            signals.AddFirst(entry.Early);
        }

        var sync = new Sync(entry.Waits[0], entry.Waits[1], signals[0], signals[1], (byte)(entry.Early == 0 ? 0 : 1));
        if (sync != default)
        {
            instruction.Order(sync);
        }

        stream.Add(instruction);
        for (int more = Inline; more < signals.Count; more++)
        {
            stream.Add(new SemaphoreSignal(StreamQueues.Engine(entry.Queue), StreamQueues.Dma(entry.Queue), signals[more], 1));
        }
    }

    // Only who streams behind another one is compared with it.
    private int Keep(ReadOnlySpan<Footprint> footprints)
    {
        int first = _touched.Count;
        if (chaining)
        {
            foreach (ref readonly var footprint in footprints)
            {
                _touched.Add(footprint);
            }
        }

        return first;
    }

    // What a queue knows of itself does not count: its instructions are in order anyway.
    private QueuePositions KnownToAll()
    {
        var all = QueuePositions.All(int.MaxValue);
        for (int queue = 0; queue < queues; queue++)
        {
            all = QueuePositions.Earlier(all, _known[queue].With(queue, int.MaxValue));
        }

        return all;
    }

    private void Wait(int position, QueuePositions dependencies)
    {
        ref var entry = ref _entries[position];
        var known = _known[entry.Queue];
        int behind = -1;
        for (uint open = dependencies.Behind(known); open != 0; open &= open - 1)
        {
            int producer = BitOperations.TrailingZeroCount(open);
            int dependency = dependencies[producer];
            if (dependency <= known[producer])
            {
                continue;
            }

            ref var awaited = ref _entries[dependency];
            ref readonly var knowledge = ref _knowledge[awaited.Knowledge];
            if (behind < 0 && CanStreamBehind(position, dependency))
            {
                behind = producer;
                awaited.Early = Semaphore(producer, entry.Queue, early: true);
                entry.Waits.AddFirst(awaited.Early);
                known = QueuePositions.Later(known, knowledge.AtStart);
                continue;
            }

            byte semaphore = Semaphore(producer, entry.Queue, early: false);
            awaited.Signals.Add(semaphore);
            entry.Waits.Add(semaphore);
            known = QueuePositions.Later(known, knowledge.AtEnd).With(producer, dependency);
        }

        Learn(entry.Queue, known, behind < 0 ? known
            : QueuePositions.Later(known, _knowledge[_entries[dependencies[behind]].Knowledge].AtEnd).With(behind, dependencies[behind]));
    }

    private void Learn(int queue, QueuePositions atStart, QueuePositions atEnd)
    {
        _knowledge.Add(new Knowledge(atStart, atEnd));
        _known[queue] = atEnd;
    }

    private byte Semaphore(int producer, int consumer, bool early) =>
        (byte)(1 + (early ? queues * queues : 0) + producer * queues + consumer);

    // From the array to the vector unit and from there to DMA. An instruction that writes what the other reads would overtake it, and one that is early
    // has one who streams behind it.
    private bool CanStreamBehind(int position, int producer)
    {
        if (!chaining)
        {
            return false;
        }

        ref readonly StreamEntry entry = ref _entries[position], awaited = ref _entries[producer];
        bool forward = (awaited.Queue, entry.Queue) is (StreamQueues.Array, StreamQueues.Vector) or (StreamQueues.Vector, >= StreamQueues.FirstDma);
        return forward && awaited.Early == 0 && InstructionTable.StreamsBehind(InstructionTable.Timing(_instructions[position].Instruction))
            && InstructionTable.Streams(InstructionTable.Timing(_instructions[producer].Instruction)) && !Overwrites(entry, awaited);
    }

    // Whether an instruction writes what another one reads or writes.
    private bool Overwrites(in StreamEntry entry, in StreamEntry other)
    {
        foreach (ref readonly var write in _touched.Items[entry.Touched])
        {
            foreach (ref readonly var operand in _touched.Items[other.Touched])
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
}
