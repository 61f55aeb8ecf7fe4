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
    private readonly int _dmaEngines;
    private readonly int _queues;
    private readonly bool _chaining;
    private readonly bool _merges;
    private readonly List<StreamEntry> _entries = [];
    private readonly List<StreamEntry>[] _byQueue;
    private readonly int[][] _known;
    private readonly HazardTracker _hazards = new();
    private readonly EngineRegisters _registers;
    private readonly List<Footprint> _footprints = [];
    private readonly Dictionary<(int Queue, Opcode Opcode), Instruction> _configured = [];
    private readonly long[] _peak = new long[Enum.GetValues<MemorySpace>().Length];
    private int _layer = -1;
    private ArrayFormat _format = ArrayFormat.Int8;

    public CoreStream(MachineSpec machine)
    {
        _dmaEngines = Math.Min(machine.Core.Dma.Engines, 3);
        _queues = StreamQueues.FirstDma + _dmaEngines;
        _chaining = machine.Core.Chaining is not null;
        _merges = !machine.Core.Dma.RowCommands;
        _byQueue = [.. Enumerable.Range(0, _queues).Select(_ => new List<StreamEntry>())];
        _known = [.. Enumerable.Range(0, _queues).Select(_ => NothingKnown())];
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
        var key = (StreamQueues.Of(configuration), configuration.Opcode);
        if (_configured.TryGetValue(key, out var current) && current.Equals(configuration))
        {
            return;
        }

        _configured[key] = configuration;
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
        var dependencies = NothingKnown();
        foreach (var footprint in _footprints)
        {
            _peak[(int)footprint.Space] = Math.Max(_peak[(int)footprint.Space], footprint.Start + footprint.Length);
            _hazards.Access(footprint, queue, index, dependencies);
        }

        var entry = new StreamEntry(instruction, queue, _known[queue]) { Touched = _chaining ? [.. _footprints] : [] };
        _entries.Add(entry);
        _byQueue[queue].Add(entry);
        Wait(entry, dependencies);
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

    /// <summary>The finished stream, with a halt at its end.</summary>
    public IReadOnlyList<Instruction> Finish()
    {
        var stream = new List<Instruction>(_entries.Count + 1);
        foreach (var entry in _entries)
        {
            entry.AppendTo(stream);
        }

        stream.Add(new Halt());
        return stream;
    }

    private int[] NothingKnown()
    {
        var known = new int[_queues];
        Array.Fill(known, -1);
        return known;
    }

    private void Wait(StreamEntry entry, int[] dependencies)
    {
        var known = entry.Known;
        int behind = -1;
        for (int producer = 0; producer < _queues; producer++)
        {
            if (producer == entry.Queue || dependencies[producer] <= known[producer])
            {
                continue;
            }

            var awaited = _byQueue[producer][dependencies[producer]];
            if (behind < 0 && CanStreamBehind(entry, awaited))
            {
                behind = producer;
                awaited.Early = Semaphore(producer, entry.Queue, early: true);
                entry.Waits.Insert(0, awaited.Early);
                known = [.. known.Zip(awaited.Known, Math.Max)];
                continue;
            }

            byte semaphore = Semaphore(producer, entry.Queue, early: false);
            awaited.Signals.Add(semaphore);
            entry.Waits.Add(semaphore);
            known = [.. known.Zip(awaited.KnownAtEnd, Math.Max)];
            known[producer] = dependencies[producer];
        }

        entry.Known = entry.KnownAtEnd = known;
        if (behind >= 0)
        {
            entry.KnownAtEnd = [.. known.Zip(_byQueue[behind][dependencies[behind]].KnownAtEnd, Math.Max)];
            entry.KnownAtEnd[behind] = dependencies[behind];
        }

        _known[entry.Queue] = entry.KnownAtEnd;
    }

    private byte Semaphore(int producer, int consumer, bool early) =>
        (byte)(1 + (early ? _queues * _queues : 0) + producer * _queues + consumer);

    // From the array to the vector unit and from there to DMA. An instruction that writes what the other reads would overtake it, and one that is early
    // has one who streams behind it.
    private bool CanStreamBehind(StreamEntry entry, StreamEntry awaited)
    {
        bool forward = (awaited.Queue, entry.Queue) is (StreamQueues.Array, StreamQueues.Vector) or (StreamQueues.Vector, >= StreamQueues.FirstDma);
        var timing = InstructionTable.Timing(entry.Instruction);
        return _chaining && forward && awaited.Early == 0 && InstructionTable.Streams(InstructionTable.Timing(awaited.Instruction))
            && InstructionTable.StreamsBehind(timing) && !entry.Overwrites(awaited);
    }

    private void EmitControl(Instruction instruction) => _entries.Add(new StreamEntry(instruction, StreamQueues.Sequencer, []));

    private void EverythingIsDone()
    {
        _hazards.Clear();
        var done = _byQueue.Select(queue => queue.Count - 1).ToArray();
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
