using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Isa.Timing;
using NpuSim.Simulator.Energy;
using NpuSim.Simulator.Reports;

namespace NpuSim.Simulator.Streams;

/// <summary>What each instruction of a core's stream costs and does: the formulas, with the registers that it finds.</summary>
internal sealed class InstructionWork
{
    private readonly NpuProgram _program;
    private readonly MachineSpec _machine;
    private readonly int _core;
    private readonly TransferWork _transfers;
    private readonly LayerWork _layers;
    private readonly StepTables _tables;
    private readonly EngineRegisters _registers;
    private readonly List<Footprint> _footprints = [];
    private readonly WeightStage _stage = new();
    // Cycles of an instruction that only writes a register or moves a semaphore; none where all stand in registers from the start.
    private readonly int _registerCycles;
    // Whether a pass goes with how the weights that it finds came into their buffer.
    private readonly bool _isStaged;

    public InstructionWork(NpuProgram program, MachineSpec machine, int core, TransferWork transfers, StepTables tables)
    {
        (_program, _machine, _core, _transfers, _tables) = (program, machine, core, transfers, tables);
        _layers = new LayerWork(machine, transfers, core);
        _registerCycles = machine.Core.Sequencer.FetchBytes > 0 ? 1 : 0;
        _registers = new EngineRegisters(machine.Core.Dma.Engines);
        _isStaged = machine.Core.Array.Blocks is not null || machine.Core.Dma.WeightCoding is not null;
    }

    /// <summary>Whether another instruction of its kind costs and does the same.</summary>
    public bool IsAlike(Instruction instruction, TimingClass timing) => timing switch
    {
        TimingClass.Configuration or TimingClass.Control => true,
        TimingClass.Transfer => _transfers.IsAlike(TransferEnds.Of(instruction)),
        TimingClass.ArrayPass => !_isStaged,
        TimingClass.VectorSimple or TimingClass.VectorMultiply or TimingClass.VectorSpecial or TimingClass.VectorLookup or TimingClass.VectorPool
            or TimingClass.VectorReduce => true,
        TimingClass.LayerPass or TimingClass.Host => false,
    };

    /// <summary>Goes past an instruction that does what another one of its kind did.</summary>
    public void Pass(Instruction instruction, TimingClass timing)
    {
        _layers.Pass(instruction, timing);
        if (timing == TimingClass.Configuration)
        {
            _registers.Apply(instruction);
        }
    }

    /// <summary>Counts an instruction, beside the constants that it brings, and gives its step but for its place in the stream.</summary>
    public ResolvedStep Resolve(Instruction instruction, InstructionRow row, LayerActions actions)
    {
        actions.Instructions++;
        actions.AddUnitCycles(_core, Units.Sequencer, _machine.Core.Sequencer.DispatchCycles);
        _layers.Pass(instruction, row.Timing);
        int unit = Units.Of(instruction, row);
        var work = row.Timing switch
        {
            TimingClass.Control => StepWork.Control(instruction, _registerCycles),
            TimingClass.Configuration => Configure(instruction),
            TimingClass.Transfer => Transfer(instruction, unit, actions),
            TimingClass.ArrayPass => Pass(instruction, actions),
            TimingClass.LayerPass => Layer((HardwareLayer)instruction, actions),
            TimingClass.Host => Host((HostCall)instruction, actions),
            TimingClass.VectorSimple or TimingClass.VectorMultiply or TimingClass.VectorSpecial or TimingClass.VectorLookup or TimingClass.VectorPool
                or TimingClass.VectorReduce => Vector(instruction, row.Timing, actions),
        };
        // Its cycles alone are those of its own formula, or of its data.
        int traffic = _tables.Traffic.HasBytes
            ? _tables.Traffic.Take(work.Kind == StepKind.Transfer ? _tables.Transfers[work.Detail].DataCycles : work.Cycles, actions, _core)
            : 0;
        return new ResolvedStep(work, (byte)unit, traffic);
    }

    /// <summary>Bytes that come on chip with a transfer, from wherever; 0 where none do.</summary>
    public long ArrivingBytes(Instruction instruction)
    {
        var ends = TransferEnds.Of(instruction);
        return ends.Source is not null && MemorySpaces.IsLocal(ends.Destination.Space)
            ? _transfers.StoredBytes(ends, _registers.DmaShape(InstructionTable.DmaIndex(instruction)).TotalBytes)
            : 0;
    }

    private StepWork Configure(Instruction instruction)
    {
        _registers.Apply(instruction);
        return new StepWork(StepKind.Fixed, CycleOwner.Configuration, _registerCycles);
    }

    private StepWork Transfer(Instruction instruction, int unit, LayerActions actions)
    {
        var ends = TransferEnds.Of(instruction);
        var transfer = _transfers.Resolve(ends, Units.Index(unit), _registers, actions);
        long plain = _registers.DmaShape(Units.Index(unit)).TotalBytes, bytes = _transfers.StoredBytes(ends, plain);
        actions.DmaBytes += bytes;
        actions.AddUnitCycles(_core, unit, transfer.SetupCycles + transfer.LatencyCycles + transfer.OwnCycles);
        actions.Add(transfer.Source);
        actions.Add(transfer.Destination);
        if (ends.Source is { } source && MemorySpaces.IsLocal(source.Space))
        {
            actions.AddRead(source.Space, bytes);
            actions.AddMoved(source.Space, bytes);
            _tables.Traffic.Add(source.Space, write: false, bytes);
        }

        if (ends.Destination.Space == MemorySpace.Weight && _isStaged)
        {
            _stage.Arrive(ends.Destination.Offset, bytes, plain);
        }

        if (MemorySpaces.IsLocal(ends.Destination.Space))
        {
            bool counted = ends.Destination.Space == MemorySpace.Weight && _machine.Core.Array.Blocks is not null;
            actions.AddWrite(ends.Destination.Space, counted ? 0 : bytes);
            actions.AddMoved(ends.Destination.Space, bytes);
            _tables.Traffic.Add(ends.Destination.Space, write: true, bytes);
        }

        return new StepWork(StepKind.Transfer, CycleOwner.Compute, 0, _tables.Add(transfer));
    }

    private StepWork Pass(Instruction instruction, LayerActions actions)
    {
        var shape = ArrayWork.Shape(instruction, _registers) with { WeightShare = _stage.Share(instruction) };
        bool accumulate = instruction is Convolve { Accumulate: true } or Depthwise { Accumulate: true } or MatrixMultiply { Accumulate: true };
        var cost = ArrayTiming.Cost(_machine.Core, shape, accumulate);
        long inside = ArrayWork.InsideMacs(instruction, _registers);
        actions.AddMacs(shape.Format, inside, shape.Macs - inside);
        actions.ActivationOperandBytes += cost.InputBytes;
        actions.WeightOperandBytes += cost.WeightBytes;
        actions.AddRead(MemorySpace.Activation, cost.InputBytes);
        CountWeights(instruction, shape, cost, actions);
        actions.AddRead(MemorySpace.Accumulator, cost.AccumulatorReadBytes);
        actions.AddWrite(MemorySpace.Accumulator, cost.AccumulatorWriteBytes);
        var traffic = _tables.Traffic;
        traffic.Add(MemorySpace.Activation, write: false, cost.InputBytes);
        traffic.Add(MemorySpace.Weight, write: false, cost.WeightBytes);
        traffic.Add(MemorySpace.Accumulator, write: false, cost.AccumulatorReadBytes);
        traffic.Add(MemorySpace.Accumulator, write: true, cost.AccumulatorWriteBytes);
        actions.AddUnitCycles(_core, Units.Array, cost.Cycles);
        return new StepWork(StepKind.Fixed, CycleOwner.Compute, cost.Cycles, _tables.Add(cost.Results));
    }

    private StepWork Layer(HardwareLayer layer, LayerActions actions)
    {
        var transfer = _layers.Resolve(layer, _registers, actions);
        actions.Add(transfer.Source);
        actions.Add(transfer.Destination);
        return new StepWork(StepKind.Transfer, CycleOwner.Compute, 0, _tables.Add(transfer));
    }

    // An array that walks in blocks reads its weights from where they were staged, block by block; those of a product it walks once, past the stage.
    private void CountWeights(Instruction pass, in PassShape shape, in PassCost cost, LayerActions actions)
    {
        if (_machine.Core.Array.Blocks is null)
        {
            actions.AddRead(MemorySpace.Weight, cost.WeightBytes);
        }
        else if (!shape.Plane.Product)
        {
            actions.AddWrite(MemorySpace.Weight, _stage.Count(pass));
            actions.AddRead(MemorySpace.Weight, cost.WeightBytes);
        }
    }

    private StepWork Vector(Instruction instruction, TimingClass timing, LayerActions actions)
    {
        long elements = VectorWork.Elements(instruction, _registers);
        long cycles = VectorTiming.Cycles(_machine.Core.Vector, timing, elements);
        actions.AddVector(timing, VectorWork.Format(instruction), elements);
        actions.AddUnitCycles(_core, Units.Vector, cycles);
        _footprints.Clear();
        Footprints.Of(instruction, _registers, _footprints);
        foreach (var operand in _footprints)
        {
            Count(operand, actions);
        }

        // Element after element: the first one after the pipeline has filled, and nothing of the whole comes in a last burst.
        var results = new ResultFlow(Math.Min(cycles, _machine.Core.Vector.StartupCycles + 1), 0, Math.Max(1, elements));
        return new StepWork(StepKind.Fixed, CycleOwner.Compute, cycles, _tables.Add(results));
    }

    private StepWork Host(HostCall call, LayerActions actions) =>
        new(StepKind.Host, CycleOwner.Host, 0, _tables.Add(HostWork.Resolve(_machine, _program, call.Operator, _transfers, actions)));

    private void Count(in Footprint operand, LayerActions actions)
    {
        if (operand.Role is Role.Read or Role.ReadWrite)
        {
            actions.AddRead(operand.Space, operand.Bytes);
            _tables.Traffic.Add(operand.Space, write: false, operand.Bytes);
        }

        if (operand.Role is Role.Write or Role.ReadWrite)
        {
            actions.AddWrite(operand.Space, operand.Bytes);
            _tables.Traffic.Add(operand.Space, write: true, operand.Bytes);
        }
    }
}
