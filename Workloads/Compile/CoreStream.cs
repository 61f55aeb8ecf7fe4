using System.Numerics;
using System.Runtime.InteropServices;
using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Timing;

namespace NpuSim.Workloads.Compile;

/// <summary>What a transfer is for; it decides which DMA engine does it.</summary>
internal enum DmaRole
{
    Activations,
    Store,
    Weights,
}

/// <summary>Builds one core's instruction stream. Instructions are emitted in an order that would be right on one engine; the stream
/// finds the dependencies between engines and orders them by semaphores.</summary>
/// <remarks>There is one semaphore per ordered pair of queues. A pair's signals and waits are both in queue order, and a dependency
/// that is already known (waited for before, or implied by what a waited-for instruction itself had waited for) takes none, so the n-th
/// wait always meets the n-th signal.</remarks>
internal sealed class CoreStream
{
    private const int OpcodeBits = 8;

    private readonly int _dmaEngines;
    private readonly int _queues;
    private readonly bool _chaining;
    private readonly bool _merges;
    private readonly List<Instruction> _instructions = [];
    private readonly PooledList<StreamEntry> _entries = new();
    private readonly PooledList<int>[] _byQueue;
    private readonly QueuePositions[] _known;
    private readonly PooledList<Footprint> _touched = new();
    private readonly HazardTracker _hazards;
    private readonly EngineRegisters _registers;
    private readonly List<Footprint> _footprints = [];
    private readonly Instruction?[] _configured;
    private readonly long[] _peak = new long[Enum.GetValues<MemorySpace>().Length];
    private int _layer = -1;
    private ArrayFormat _format = ArrayFormat.Int8;

    /// <param name="machine">The machine.</param>
    /// <param name="constants">Where constants begin, which reach to the end of their memory: nothing writes there.</param>
    public CoreStream(MachineSpec machine, Address constants)
    {
        _dmaEngines = Math.Min(machine.Core.Dma.Engines, 3);
        _queues = StreamQueues.FirstDma + _dmaEngines;
        _chaining = machine.Core.Chaining is not null;
        _merges = !machine.Core.Dma.RowCommands;
        _byQueue = [.. Enumerable.Range(0, _queues).Select(_ => new PooledList<int>())];
        _configured = new Instruction?[_queues << OpcodeBits];
        _known = [.. Enumerable.Repeat(QueuePositions.None, _queues)];
        _hazards = new HazardTracker(constants);
        _registers = new EngineRegisters(machine.Core.Dma.Engines);
    }

    /// <summary>Highest byte touched in a memory.</summary>
    public long PeakBytes(MemorySpace space) => _peak[(int)space];

    /// <summary>Instructions that follow belong to the layer.</summary>
    public void Layer(int layer)
    {
        if (layer != _layer)
        {
            _layer = layer;
            EmitControl(new LayerMark(checked((ushort)layer)));
        }
    }

    /// <summary>Moves a block between a shared memory and a buffer, or between memories of one kind.</summary>
    public void Transfer(DmaRole role, Address destination, TransferStrides to, Address source, TransferStrides from, TransferBlock block)
    {
        byte dma = DmaEngine(role);
        (block, to, from) = _merges ? TransferMerge.Of(block, to, from) : (block, to, from);
        Shape(dma, block, to);
        Configure(new DmaSource(dma, from.Stride1, from.Stride2, from.Stride3));
        bool fromLocal = MemorySpaces.IsLocal(source.Space), toLocal = MemorySpaces.IsLocal(destination.Space);
        Emit((fromLocal, toLocal) switch
        {
            (false, true) => new DmaLoad(dma, destination, source),
            (true, false) => new DmaStore(dma, destination, source),
            (true, true) or (false, false) => new DmaCopy(dma, destination, source),
        });
    }

    /// <summary>Moves contiguous bytes.</summary>
    public void Transfer(DmaRole role, Address destination, Address source, long bytes) =>
        Transfer(role, destination, default, source, default, new TransferBlock(checked((uint)bytes)));

    /// <summary>Writes one byte value over contiguous bytes.</summary>
    public void Fill(DmaRole role, Address destination, long bytes, byte value)
    {
        byte dma = DmaEngine(role);
        Shape(dma, new TransferBlock(checked((uint)bytes)), default);
        Emit(new DmaFill(dma, destination, value));
    }

    /// <summary>Writes configuration registers, unless they hold the same already.</summary>
    public void Configure(Instruction configuration)
    {
        ref var current = ref _configured[(StreamQueues.Of(configuration) << OpcodeBits) | (int)configuration.Opcode];
        if (current is not null && current.Equals(configuration))
        {
            return;
        }

        current = configuration;
        Emit(configuration);
    }

    /// <summary>Sets the element format of the array passes that follow, unless it is set already.</summary>
    public void Elements(ArrayFormat format)
    {
        if (format != _format)
        {
            _format = format;
            Emit(new ArrayElements(format));
        }
    }

    /// <summary>Appends an instruction to its engine's queue, ordered after everything it depends on.</summary>
    public void Emit(Instruction instruction)
    {
        int queue = StreamQueues.Of(instruction), index = _byQueue[queue].Count;
        _registers.Apply(instruction);
        _footprints.Clear();
        Footprints.Of(instruction, _registers, _footprints);
        var dependencies = QueuePositions.None;
        foreach (ref readonly var footprint in CollectionsMarshal.AsSpan(_footprints))
        {
            long start = footprint.Start, end = start + footprint.Length;
            _peak[(int)footprint.Space] = Math.Max(_peak[(int)footprint.Space], end);
            dependencies = _hazards.Access(new Access(footprint.Space, start, end, queue, index, footprint.Role != Role.Read), dependencies);
        }

        var entry = new StreamEntry { Queue = queue, Known = _known[queue], Touched = Keep() };
        _byQueue[queue].Add(_entries.Count);
        Wait(ref entry, InstructionTable.Timing(instruction), dependencies);
        _entries.Add(entry);
        _instructions.Add(instruction);
        if (_hazards.IsLong)
        {
            _hazards.Forget(KnownToAll());
        }
    }

    /// <summary>Hands out nothing for a while; engines go on.</summary>
    /// <param name="cycles">Core cycles; nothing where it is 0.</param>
    public void Pause(long cycles)
    {
        if (cycles > 0)
        {
            EmitControl(new Pause(checked((uint)cycles)));
        }
    }

    /// <summary>Waits until the engines are idle and the other cores have come as far.</summary>
    public void Barrier(int id)
    {
        EmitControl(new Isa.Instructions.Barrier(checked((ushort)id)));
        EverythingIsDone();
    }

    /// <summary>Hands an operator to the host; the engines are idle before and nothing runs beside it.</summary>
    public void Host(int operation)
    {
        EmitControl(new HostCall(checked((ushort)operation)));
        EverythingIsDone();
    }

    /// <summary>The finished stream, with a halt at its end. Nothing may be emitted behind it.</summary>
    public IReadOnlyList<Instruction> Finish()
    {
        var stream = new List<Instruction>(_instructions.Count + (_instructions.Count / 8) + 1);
        for (int index = 0; index < _instructions.Count; index++)
        {
            _entries[index].AppendTo(stream, _instructions[index]);
        }

        stream.Add(new Halt());
        _entries.Return();
        _touched.Return();
        Array.ForEach(_byQueue, queue => queue.Return());
        return stream;
    }

    // Only who streams behind another one is compared with it.
    private Range Keep()
    {
        int first = _touched.Count;
        if (_chaining)
        {
            _footprints.ForEach(footprint => _touched.Add(footprint));
        }

        return first.._touched.Count;
    }

    // What a queue knows of itself does not count: its instructions are in order anyway.
    private QueuePositions KnownToAll()
    {
        var all = QueuePositions.None;
        for (int queue = 0; queue < _queues; queue++)
        {
            int least = int.MaxValue;
            for (int other = 0; other < _queues; other++)
            {
                least = other == queue ? least : Math.Min(least, _known[other][queue]);
            }

            all = all.With(queue, least);
        }

        return all;
    }

    private void Wait(ref StreamEntry entry, TimingClass timing, QueuePositions dependencies)
    {
        var known = entry.Known;
        int behind = -1;
        for (uint open = dependencies.Behind(known) & ~(1u << entry.Queue); open != 0; open &= open - 1)
        {
            int producer = BitOperations.TrailingZeroCount(open);
            if (dependencies[producer] <= known[producer])
            {
                continue;
            }

            ref var awaited = ref _entries[_byQueue[producer][dependencies[producer]]];
            if (behind < 0 && CanStreamBehind(entry, timing, awaited, producer, dependencies[producer]))
            {
                behind = producer;
                awaited.Early = Semaphore(producer, entry.Queue, early: true);
                entry.Waits.AddFirst(awaited.Early);
                known = QueuePositions.Later(known, awaited.Known);
                continue;
            }

            byte semaphore = Semaphore(producer, entry.Queue, early: false);
            awaited.Signals.Add(semaphore);
            entry.Waits.Add(semaphore);
            known = QueuePositions.Later(known, awaited.KnownAtEnd).With(producer, dependencies[producer]);
        }

        entry.Known = entry.KnownAtEnd = known;
        if (behind >= 0)
        {
            int position = dependencies[behind];
            entry.KnownAtEnd = QueuePositions.Later(known, _entries[_byQueue[behind][position]].KnownAtEnd).With(behind, position);
        }

        _known[entry.Queue] = entry.KnownAtEnd;
    }

    private byte Semaphore(int producer, int consumer, bool early) =>
        (byte)(1 + (early ? _queues * _queues : 0) + producer * _queues + consumer);

    // From the array to the vector unit and from there to DMA. An instruction that writes what the other reads would overtake it, and one that is early
    // has one who streams behind it.
    private bool CanStreamBehind(in StreamEntry entry, TimingClass timing, in StreamEntry awaited, int producer, int position)
    {
        bool forward = (producer, entry.Queue) is (StreamQueues.Array, StreamQueues.Vector) or (StreamQueues.Vector, >= StreamQueues.FirstDma);
        return _chaining && forward && awaited.Early == 0 && InstructionTable.StreamsBehind(timing)
            && InstructionTable.Streams(InstructionTable.Timing(_instructions[_byQueue[producer][position]])) && !Overwrites(entry, awaited);
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

    private void EmitControl(Instruction instruction)
    {
        _entries.Add(new StreamEntry { Queue = StreamQueues.Sequencer });
        _instructions.Add(instruction);
    }

    private void EverythingIsDone()
    {
        _hazards.Clear();
        var done = QueuePositions.None;
        for (int queue = 0; queue < _queues; queue++)
        {
            done = done.With(queue, _byQueue[queue].Count - 1);
        }

        Array.Fill(_known, done);
    }

    private byte DmaEngine(DmaRole role) => (byte)(role switch
    {
        DmaRole.Activations => 0,
        DmaRole.Store => Math.Min(1, _dmaEngines - 1),
        DmaRole.Weights => _dmaEngines > 2 ? 2 : 0,
    });

    private void Shape(byte dma, TransferBlock block, TransferStrides to)
    {
        Configure(new DmaShape(dma, block.Bytes, block.Count1, block.Count2, block.Count3));
        Configure(new DmaDestination(dma, to.Stride1, to.Stride2, to.Stride3));
    }
}
