using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Isa.Timing;
using NpuSim.Simulator.Energy;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Reports;

namespace NpuSim.Simulator.Streams;

/// <summary>Walks one core's stream once, in program order: registers, cycles, transfers, counted actions. It does so in pieces, as time comes to them,
/// and has each piece verified first.</summary>
internal sealed class StreamResolver
{
    // Long enough that going from one walk to the other costs nothing, short enough that values begin at once.
    private const int Piece = 256;

    private readonly NpuProgram _program;
    private readonly MachineSpec _machine;
    private readonly int _core;
    private readonly IReadOnlyList<LayerActions> _layers;
    private readonly ConstantMap _constants;
    private readonly TransferWork _transferWork;
    private readonly LayerWork _layerWork;
    private readonly CodeFetch _code;
    private readonly ProgramVerification _verification;
    private readonly EngineRegisters _registers;
    private readonly List<Footprint> _footprints = [];
    private readonly WeightStage _stage = new();
    private readonly ResolvedStream _resolved;
    private readonly TrafficCount _traffic;
    // Cycles of an instruction that only writes a register or moves a semaphore; none where all stand in registers from the start.
    private readonly int _registerCycles;
    private LayerActions _actions;
    private int _layer;
    private int _next;
    private int _transfers;
    private int _hostCalls;
    private int _results;
    private long _end;

    public StreamResolver(
        NpuProgram program, MachineSpec machine, int core, IReadOnlyList<LayerActions> layers, ConstantMap constants, ProgramVerification verification)
    {
        (_program, _machine, _core, _layers, _constants, _verification) = (program, machine, core, layers, constants, verification);
        _transferWork = new TransferWork(machine, constants);
        _layerWork = new LayerWork(machine, _transferWork, core);
        _registerCycles = machine.Core.Sequencer.FetchBytes > 0 ? 1 : 0;
        _registers = new EngineRegisters(machine.Core.Dma.Engines);
        _actions = layers[0];
        _traffic = new TrafficCount(machine.Core);
        var stream = core < program.Streams.Count ? program.Streams[core] : [];
        var counts = StreamCounts.Of(stream, Units.Count(machine.Core.Dma.Engines));
        _code = new CodeFetch(program, machine, core, counts.Bytes, _transferWork);
        _resolved = Lay(stream, counts);
    }

    /// <summary>The stream, of which nothing is resolved at first.</summary>
    public ResolvedStream Stream => _resolved;

    /// <summary>Resolves the stream up to an instruction and some beyond it.</summary>
    /// <returns>Instructions resolved.</returns>
    /// <exception cref="ProgramException">An instruction is refused by the verifier.</exception>
    /// <exception cref="SimulationException">An instruction cannot be given a meaning; the message says which and why.</exception>
    public int Resolve(int index)
    {
        var stream = _resolved.Instructions;
        int end = (int)Math.Min(stream.Count, (long)index + Piece);
        _verification.Verify(_core, end);
        while (_next < end)
        {
            ResolveNext(stream[_next]);
        }

        return end;
    }

    /// <summary>Resolves a verified stream once more, one instruction after the other.</summary>
    /// <param name="one">Filled anew by each instruction.</param>
    /// <param name="did">Called after each instruction with its number and what it alone did.</param>
    public void Walk(LayerActions one, Action<int, LayerActions> did)
    {
        while (_next < _resolved.Instructions.Count)
        {
            one.Clear();
            _actions = one;
            ResolveNext(_resolved.Instructions[_next]);
            did(_next - 1, one);
        }
    }

    private void ResolveNext(Instruction instruction)
    {
        _end += InstructionCodec.Length(instruction);
        _code.Count(_end, _actions);
        try
        {
            _resolved.Steps[_next] = Step(instruction, _end);
        }
        catch (Exception failure) when (failure is SimulationException or ProgramException or OverflowException)
        {
            throw new SimulationException(FormattableString.Invariant(
                $"core {_core} instruction {_next} ({InstructionTable.Row(instruction).Mnemonic}): {failure.Message}"));
        }

        _next++;
    }

    // What must be known of the whole stream before its first instruction runs.
    private ResolvedStream Lay(IReadOnlyList<Instruction> stream, StreamCounts counts) => new(this)
    {
        Instructions = stream,
        Steps = new StreamStep[stream.Count],
        Transfers = new StepTransfer[counts.Transfers],
        HostCalls = new StepHostCall[counts.HostCalls],
        Results = new ResultFlow[counts.Results],
        Traffic = _traffic,
        TailCycles = _machine.Core.Chaining?.TailCycles ?? 0,
        UnitInstructions = counts.Units,
        Bytes = counts.Bytes,
        FetchBytes = _code.PieceBytes,
        FetchLatencyCycles = _code.LatencyCycles,
        WholeFetch = _code.Whole,
        LastFetch = _code.Last,
    };

    private StreamStep Step(Instruction instruction, long end)
    {
        _actions.Instructions++;
        _actions.AddUnitCycles(_core, Units.Sequencer, _machine.Core.Sequencer.DispatchCycles);
        var row = InstructionTable.Row(instruction);
        _layerWork.Pass(instruction, row.Timing);
        int unit = Units.Of(instruction, row);
        var work = row.Timing switch
        {
            TimingClass.Control => StepWork.Control(instruction, _registerCycles),
            TimingClass.Configuration => Configure(instruction),
            TimingClass.Transfer => Transfer(instruction, unit),
            TimingClass.ArrayPass => Pass(instruction),
            TimingClass.LayerPass => Layer((HardwareLayer)instruction),
            TimingClass.Host => Host((HostCall)instruction),
            TimingClass.VectorSimple or TimingClass.VectorMultiply or TimingClass.VectorSpecial or TimingClass.VectorLookup or TimingClass.VectorPool
                or TimingClass.VectorReduce => Vector(instruction, row.Timing),
        };
        bool values = row.Timing != TimingClass.Control;
        var step = new StreamStep
        {
            Kind = work.Kind,
            Unit = (byte)unit,
            Owner = work.Owner,
            HasValues = values,
            Sync = StepSync.Of(instruction),
            Layer = _layer,
            EndByte = end,
            Cycles = work.Cycles,
            Detail = work.Detail,
            Traffic = TakeTraffic(work),
        };
        EnterLayer(instruction);
        return step;
    }

    // Its cycles alone are those of its own formula, or of its data.
    private int TakeTraffic(in StepWork work) => _traffic.HasBytes
        ? _traffic.Take(work.Kind == StepKind.Transfer ? _resolved.Transfers[work.Detail].DataCycles : work.Cycles, _actions, _core)
        : 0;

    private StepWork Configure(Instruction instruction)
    {
        _registers.Apply(instruction);
        return new StepWork(StepKind.Fixed, CycleOwner.Configuration, _registerCycles);
    }

    private StepWork Transfer(Instruction instruction, int unit)
    {
        var ends = TransferEnds.Of(instruction);
        var transfer = _transferWork.Resolve(ends, Units.Index(unit), _registers, _actions);
        long bytes = _transferWork.StoredBytes(ends, _registers.DmaShape(Units.Index(unit)).TotalBytes);
        _actions.DmaBytes += bytes;
        _actions.AddUnitCycles(_core, unit, transfer.SetupCycles + transfer.LatencyCycles + transfer.OwnCycles);
        _actions.Add(transfer.Source);
        _actions.Add(transfer.Destination);
        if (ends.Source is { } source && MemorySpaces.IsLocal(source.Space))
        {
            _actions.AddRead(source.Space, bytes);
            _actions.AddMoved(source.Space, bytes);
            _traffic.Add(source.Space, write: false, bytes);
        }

        if (ends.Destination.Space == MemorySpace.Weight)
        {
            _stage.Arrive(ends.Destination.Offset, bytes, _registers.DmaShape(Units.Index(unit)).TotalBytes);
        }

        if (MemorySpaces.IsLocal(ends.Destination.Space))
        {
            bool counted = ends.Destination.Space == MemorySpace.Weight && _machine.Core.Array.Blocks is not null;
            _actions.AddWrite(ends.Destination.Space, counted ? 0 : bytes);
            _actions.AddMoved(ends.Destination.Space, bytes);
            _traffic.Add(ends.Destination.Space, write: true, bytes);
            _actions.WeightBytes += ends.Source is { } from && _constants.Contains(from) ? bytes : 0;
        }

        _resolved.Transfers[_transfers] = transfer;
        return new StepWork(StepKind.Transfer, CycleOwner.Compute, 0, _transfers++);
    }

    private StepWork Pass(Instruction instruction)
    {
        var shape = ArrayWork.Shape(instruction, _registers) with { WeightShare = _stage.Share(instruction) };
        bool accumulate = instruction is Convolve { Accumulate: true } or Depthwise { Accumulate: true } or MatrixMultiply { Accumulate: true };
        var cost = ArrayTiming.Cost(_machine.Core, shape, accumulate);
        long inside = ArrayWork.InsideMacs(instruction, _registers);
        _actions.AddMacs(shape.Format, inside, shape.Macs - inside);
        _actions.ActivationOperandBytes += cost.InputBytes;
        _actions.WeightOperandBytes += cost.WeightBytes;
        _actions.AddRead(MemorySpace.Activation, cost.InputBytes);
        CountWeights(instruction, shape, cost);
        _actions.AddRead(MemorySpace.Accumulator, cost.AccumulatorReadBytes);
        _actions.AddWrite(MemorySpace.Accumulator, cost.AccumulatorWriteBytes);
        _traffic.Add(MemorySpace.Activation, write: false, cost.InputBytes);
        _traffic.Add(MemorySpace.Weight, write: false, cost.WeightBytes);
        _traffic.Add(MemorySpace.Accumulator, write: false, cost.AccumulatorReadBytes);
        _traffic.Add(MemorySpace.Accumulator, write: true, cost.AccumulatorWriteBytes);
        _actions.AddUnitCycles(_core, Units.Array, cost.Cycles);
        return new StepWork(StepKind.Fixed, CycleOwner.Compute, cost.Cycles, Streamed(instruction, cost.Results));
    }

    private StepWork Layer(HardwareLayer layer)
    {
        var transfer = _layerWork.Resolve(layer, _registers, _actions);
        _actions.Add(transfer.Source);
        _actions.Add(transfer.Destination);
        _resolved.Transfers[_transfers] = transfer;
        return new StepWork(StepKind.Transfer, CycleOwner.Compute, 0, _transfers++);
    }

    // An array that walks in blocks reads its weights from where they were staged, block by block; those of a product it walks once, past the stage.
    private void CountWeights(Instruction pass, in PassShape shape, in PassCost cost)
    {
        if (_machine.Core.Array.Blocks is null)
        {
            _actions.AddRead(MemorySpace.Weight, cost.WeightBytes);
        }
        else if (!shape.Plane.Product)
        {
            _actions.AddWrite(MemorySpace.Weight, _stage.Count(pass));
            _actions.AddRead(MemorySpace.Weight, cost.WeightBytes);
        }
    }

    private StepWork Vector(Instruction instruction, TimingClass timing)
    {
        long elements = VectorWork.Elements(instruction, _registers);
        long cycles = VectorTiming.Cycles(_machine.Core.Vector, timing, elements);
        _actions.AddVector(timing, VectorWork.Format(instruction), elements);
        _actions.AddUnitCycles(_core, Units.Vector, cycles);
        _footprints.Clear();
        Footprints.Of(instruction, _registers, _footprints);
        foreach (var operand in _footprints)
        {
            Count(operand);
        }

        // Element after element: the first one after the pipeline has filled, and nothing of the whole comes in a last burst.
        var results = new ResultFlow(Math.Min(cycles, _machine.Core.Vector.StartupCycles + 1), 0, Math.Max(1, elements));
        return new StepWork(StepKind.Fixed, CycleOwner.Compute, cycles, Streamed(instruction, results));
    }

    private int Streamed(Instruction instruction, ResultFlow results)
    {
        if (instruction.Sync.Early == 0)
        {
            return 0;
        }

        _resolved.Results[_results] = results;
        return _results++;
    }

    private StepWork Host(HostCall call)
    {
        _resolved.HostCalls[_hostCalls] = HostWork.Resolve(_machine, _program, call.Operator, _transferWork, _actions);
        return new StepWork(StepKind.Host, CycleOwner.Host, 0, _hostCalls++);
    }

    private void EnterLayer(Instruction instruction)
    {
        if (instruction is LayerMark mark)
        {
            _layer = mark.Layer;
            _actions = _layers[mark.Layer];
        }
    }

    private void Count(in Footprint operand)
    {
        if (operand.Role is Role.Read or Role.ReadWrite)
        {
            _actions.AddRead(operand.Space, operand.Bytes);
            _traffic.Add(operand.Space, write: false, operand.Bytes);
        }

        if (operand.Role is Role.Write or Role.ReadWrite)
        {
            _actions.AddWrite(operand.Space, operand.Bytes);
            _traffic.Add(operand.Space, write: true, operand.Bytes);
        }
    }
}
