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
internal sealed class CoreStream
{
    private const int OpcodeBits = 8;

    private readonly int _dmaEngines;
    private readonly bool _merges;
    private readonly StreamOrder _order;
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
        int queues = StreamQueues.FirstDma + _dmaEngines;
        _order = new StreamOrder(queues, machine.Core.Chaining is not null, constants);
        _merges = !machine.Core.Dma.RowCommands;
        _configured = new Instruction?[queues << OpcodeBits];
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
        if (Configured(StreamQueues.FirstDma + dma, Opcode.DmaSource) is not DmaSource set
            || (set.Stride1, set.Stride2, set.Stride3) != (from.Stride1, from.Stride2, from.Stride3))
        {
            Configure(new DmaSource(dma, from.Stride1, from.Stride2, from.Stride3));
        }

        bool fromLocal = MemorySpaces.IsLocal(source.Space), toLocal = MemorySpaces.IsLocal(destination.Space);
        Emit((fromLocal, toLocal) switch
        {
            (false, true) => new DmaLoad(dma, destination, source),
            (true, false) => new DmaStore(dma, destination, source),
            (true, true) or (false, false) => new DmaCopy(dma, destination, source),
        }, StreamQueues.FirstDma + dma);
    }

    /// <summary>Moves contiguous bytes.</summary>
    public void Transfer(DmaRole role, Address destination, Address source, long bytes) =>
        Transfer(role, destination, default, source, default, new TransferBlock(checked((uint)bytes)));

    /// <summary>Writes one byte value over contiguous bytes.</summary>
    public void Fill(DmaRole role, Address destination, long bytes, byte value)
    {
        byte dma = DmaEngine(role);
        Shape(dma, new TransferBlock(checked((uint)bytes)), default);
        Emit(new DmaFill(dma, destination, value), StreamQueues.FirstDma + dma);
    }

    /// <summary>Writes configuration registers, unless they hold the same already.</summary>
    /// <param name="configuration">The instruction, which whoever made it may give again.</param>
    public void Configure(Instruction configuration)
    {
        int queue = StreamQueues.Of(configuration);
        ref var current = ref Configured(queue, configuration.Opcode);
        if (ReferenceEquals(current, configuration) || (current is not null && current.Equals(configuration)))
        {
            return;
        }

        current = configuration;
        _registers.Apply(configuration);
        _order.Append(configuration, queue);
    }

    /// <summary>Sets the element format of the array passes that follow, unless it is set already.</summary>
    public void Elements(ArrayFormat format)
    {
        if (format != _format)
        {
            _format = format;
            Configure(new ArrayElements(format));
        }
    }

    /// <summary>Appends an instruction that works on memory to its engine's queue, ordered after everything it depends on.</summary>
    /// <param name="instruction">The instruction, made for this call.</param>
    public void Emit(Instruction instruction) => Emit(instruction, StreamQueues.Of(instruction));

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
        _order.EverythingIsDone();
    }

    /// <summary>Hands an operator to the host; the engines are idle before and nothing runs beside it.</summary>
    public void Host(int operation)
    {
        EmitControl(new HostCall(checked((ushort)operation)));
        _order.EverythingIsDone();
    }

    /// <summary>The finished stream, with a halt at its end. Nothing may be emitted behind it.</summary>
    public IReadOnlyList<Instruction> Finish() => _order.Finish();

    private void Emit(Instruction instruction, int queue)
    {
        _footprints.Clear();
        Footprints.Of(instruction, _registers, _footprints);
        var footprints = CollectionsMarshal.AsSpan(_footprints);
        foreach (ref readonly var footprint in footprints)
        {
            ref long peak = ref _peak[(int)footprint.Space];
            peak = Math.Max(peak, footprint.Start + footprint.Length);
        }

        _order.Append(instruction, queue, footprints);
    }

    private void EmitControl(Instruction instruction) => _order.Append(instruction, StreamQueues.Sequencer);

    private byte DmaEngine(DmaRole role) => (byte)(role switch
    {
        DmaRole.Activations => 0,
        DmaRole.Store => Math.Min(1, _dmaEngines - 1),
        DmaRole.Weights => _dmaEngines > 2 ? 2 : 0,
    });

    // Registers mostly hold the same already: looked at before an instruction is made.
    private void Shape(byte dma, TransferBlock block, TransferStrides to)
    {
        int queue = StreamQueues.FirstDma + dma;
        if (Configured(queue, Opcode.DmaShape) is not DmaShape shape
            || (shape.Bytes, shape.Count1, shape.Count2, shape.Count3) != (block.Bytes, block.Count1, block.Count2, block.Count3))
        {
            Configure(new DmaShape(dma, block.Bytes, block.Count1, block.Count2, block.Count3));
        }

        if (Configured(queue, Opcode.DmaDestination) is not DmaDestination set
            || (set.Stride1, set.Stride2, set.Stride3) != (to.Stride1, to.Stride2, to.Stride3))
        {
            Configure(new DmaDestination(dma, to.Stride1, to.Stride2, to.Stride3));
        }
    }

    private ref Instruction? Configured(int queue, Opcode opcode) => ref _configured[(queue << OpcodeBits) | (int)opcode];
}
