using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Isa.Timing;
using NpuSim.Simulator.Energy;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Reports;

namespace NpuSim.Simulator.Streams;

/// <summary>Walks one core's stream once, in program order: registers, cycles, transfers, counted actions.</summary>
internal sealed class StreamResolver
{
    private readonly NpuProgram _program;
    private readonly MachineSpec _machine;
    private readonly int _core;
    private readonly IReadOnlyList<LayerActions> _layers;
    private readonly ConstantMap _constants;
    private readonly TransferWork _transferWork;
    private readonly MemorySpace _code;
    private readonly MemoryDemand _wholeFetch;
    private readonly long _codeAddress;
    private readonly List<StepTransfer> _transfers = [];
    private readonly List<StepHostCall> _hostCalls = [];
    private readonly List<ResultFlow> _results = [];
    private readonly EngineRegisters _registers;
    private readonly List<Footprint> _footprints = [];
    private readonly int[] _unitInstructions;
    // Cycles of an instruction that only writes a register or moves a semaphore; none where all stand in registers from the start.
    private readonly int _registerCycles;
    private LayerActions _actions;
    private int _layer;
    private long _fetched;

    public StreamResolver(NpuProgram program, MachineSpec machine, int core, IReadOnlyList<LayerActions> layers, ConstantMap constants)
    {
        (_program, _machine, _core, _layers, _constants) = (program, machine, core, layers, constants);
        _transferWork = new TransferWork(machine, constants);
        // A machine without DRAM keeps its code in flash.
        _code = machine.Memory.Dram is null ? MemorySpace.Flash : MemorySpace.Dram;
        _registerCycles = machine.Core.Sequencer.FetchBytes > 0 ? 1 : 0;
        // The code lies behind the program's data, one core's stream after the other's.
        _codeAddress = program.Plan.DramBytes + program.Streams.Take(core).Sum(InstructionCodec.Length);
        _wholeFetch = _transferWork.Contiguous(_code, write: false, machine.Core.Sequencer.FetchBytes, _codeAddress);
        _registers = new EngineRegisters(machine.Core.Dma.Engines);
        _unitInstructions = new int[Units.Count(machine.Core.Dma.Engines)];
        _actions = layers[0];
    }

    /// <summary>Resolves the stream.</summary>
    /// <exception cref="SimulationException">An instruction cannot be given a meaning; the message says which and why.</exception>
    public ResolvedStream Resolve()
    {
        var stream = _core < _program.Streams.Count ? _program.Streams[_core] : [];
        var steps = new StreamStep[stream.Count];
        long end = 0, total = InstructionCodec.Length(stream);
        _transfers.Capacity = stream.Count(instruction => InstructionTable.Timing(instruction) == TimingClass.Transfer);
        for (int index = 0; index < stream.Count; index++)
        {
            end += InstructionCodec.Length(stream[index]);
            CountFetch(end, total);
            try
            {
                steps[index] = Step(stream[index], end);
            }
            catch (Exception failure) when (failure is SimulationException or ProgramException or OverflowException)
            {
                throw new SimulationException(FormattableString.Invariant(
                    $"core {_core} instruction {index} ({InstructionTable.Row(stream[index]).Mnemonic}): {failure.Message}"));
            }
        }

        return Finish(stream, steps, total);
    }

    private ResolvedStream Finish(IReadOnlyList<Instruction> stream, StreamStep[] steps, long bytes)
    {
        int fetch = _machine.Core.Sequencer.FetchBytes;
        long last = fetch == 0 ? 0 : bytes % fetch == 0 ? fetch : bytes % fetch;
        return new ResolvedStream
        {
            Instructions = stream,
            Steps = steps,
            Transfers = [.. _transfers],
            HostCalls = [.. _hostCalls],
            Results = [.. _results],
            TailCycles = _machine.Core.Chaining?.TailCycles ?? 0,
            UnitInstructions = _unitInstructions,
            Bytes = bytes,
            FetchBytes = fetch,
            FetchLatencyCycles = _transferWork.LatencyCycles(_code, write: false),
            WholeFetch = _wholeFetch,
            LastFetch = _transferWork.Contiguous(_code, write: false, last, _codeAddress),
        };
    }

    // A fetch belongs to the layer of the first instruction that needs it.
    private void CountFetch(long end, long total)
    {
        int fetch = _machine.Core.Sequencer.FetchBytes;
        for (; fetch > 0 && _fetched < end; _fetched += fetch)
        {
            long bytes = Math.Min(fetch, total - _fetched);
            _actions.InstructionBytes += bytes;
            Count(bytes == fetch ? _wholeFetch : _transferWork.Contiguous(_code, write: false, bytes, _codeAddress));
        }
    }

    private StreamStep Step(Instruction instruction, long end)
    {
        _actions.Instructions++;
        _actions.AddUnitCycles(_core, Units.Sequencer, _machine.Core.Sequencer.DispatchCycles);
        var row = InstructionTable.Row(instruction);
        int unit = Units.Of(row.Engine, InstructionTable.DmaIndex(instruction));
        var work = row.Timing switch
        {
            TimingClass.Control => Control(instruction, ref unit),
            TimingClass.Configuration => Configure(instruction),
            TimingClass.Transfer => Transfer(instruction, unit),
            TimingClass.ArrayPass => Pass(instruction),
            TimingClass.LayerPass => Layer((HardwareLayer)instruction),
            TimingClass.Host => Host((HostCall)instruction),
            TimingClass.VectorSimple or TimingClass.VectorMultiply or TimingClass.VectorSpecial or TimingClass.VectorLookup or TimingClass.VectorPool
                or TimingClass.VectorReduce => Vector(instruction, row.Timing),
        };
        _unitInstructions[unit]++;
        bool values = row.Timing != TimingClass.Control;
        var step = new StreamStep
        {
            Kind = work.Kind,
            Unit = (byte)unit,
            Owner = work.Owner,
            HasValues = values,
            Sync = Sync(instruction),
            Layer = _layer,
            EndByte = end,
            Cycles = work.Cycles,
            Detail = work.Detail,
        };
        EnterLayer(instruction);
        return step;
    }

    private readonly record struct Work(StepKind Kind, CycleOwner Owner, long Cycles = 0, int Detail = 0);

    private Work Control(Instruction instruction, ref int unit)
    {
        switch (instruction)
        {
            case SemaphoreWait wait:
                unit = Units.Of(wait.Target, wait.Dma);
                return new Work(StepKind.Fixed, CycleOwner.Configuration, _registerCycles);
            case SemaphoreSignal signal:
                unit = Units.Of(signal.Target, signal.Dma);
                return new Work(StepKind.Fixed, CycleOwner.Configuration, _registerCycles);
            case Fence:
                return new Work(StepKind.Fence, CycleOwner.Compute);
            case Isa.Instructions.Barrier barrier:
                return new Work(StepKind.Barrier, CycleOwner.Compute, Detail: barrier.Id);
            case Halt:
                return new Work(StepKind.Halt, CycleOwner.Compute);
            case Nop or LayerMark:
                return new Work(StepKind.Fixed, CycleOwner.Compute);
            default:
                throw new ArgumentException("not a control instruction", nameof(instruction));
        }
    }

    private Work Configure(Instruction instruction)
    {
        _registers.Apply(instruction);
        return new Work(StepKind.Fixed, CycleOwner.Configuration, _registerCycles);
    }

    private Work Transfer(Instruction instruction, int unit)
    {
        var ends = TransferEnds.Of(instruction);
        var transfer = _transferWork.Resolve(ends, Units.Index(unit), _registers);
        long bytes = _transferWork.StoredBytes(ends, _registers.DmaShape(Units.Index(unit)).TotalBytes);
        _actions.DmaBytes += bytes;
        _actions.AddUnitCycles(_core, unit, transfer.SetupCycles + transfer.LatencyCycles + transfer.OwnCycles);
        Count(transfer.Source);
        Count(transfer.Destination);
        if (ends.Source is { } source && MemorySpaces.IsLocal(source.Space))
        {
            _actions.AddRead(source.Space, bytes);
        }

        if (MemorySpaces.IsLocal(ends.Destination.Space))
        {
            _actions.AddWrite(ends.Destination.Space, bytes);
            _actions.WeightBytes += ends.Source is { } from && _constants.Contains(from) ? bytes : 0;
        }

        _transfers.Add(transfer);
        return new Work(StepKind.Transfer, CycleOwner.Compute, 0, _transfers.Count - 1);
    }

    private Work Pass(Instruction instruction)
    {
        var shape = ArrayWork.Shape(instruction, _registers);
        bool accumulate = instruction is Convolve { Accumulate: true } or Depthwise { Accumulate: true } or MatrixMultiply { Accumulate: true };
        var cost = ArrayTiming.Cost(_machine.Core, shape, accumulate);
        long inside = ArrayWork.InsideMacs(instruction, _registers);
        _actions.AddMacs(shape.Format, inside, shape.Macs - inside);
        _actions.ArrayOperandBytes += cost.InputBytes + cost.WeightBytes;
        _actions.AddRead(MemorySpace.Activation, cost.InputBytes);
        _actions.AddRead(MemorySpace.Weight, cost.WeightBytes);
        _actions.AddRead(MemorySpace.Accumulator, cost.AccumulatorReadBytes);
        _actions.AddWrite(MemorySpace.Accumulator, cost.AccumulatorWriteBytes);
        _actions.AddUnitCycles(_core, Units.Array, cost.Cycles);
        return new Work(StepKind.Fixed, CycleOwner.Compute, cost.Cycles, Streamed(instruction, cost.Results));
    }

    private Work Layer(HardwareLayer layer)
    {
        var transfer = LayerWork.Resolve(_machine, layer, _registers, _transferWork, _actions, _core);
        Count(transfer.Source);
        Count(transfer.Destination);
        _transfers.Add(transfer);
        return new Work(StepKind.Transfer, CycleOwner.Compute, 0, _transfers.Count - 1);
    }

    private Work Vector(Instruction instruction, TimingClass timing)
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
        return new Work(StepKind.Fixed, CycleOwner.Compute, cycles, Streamed(instruction, results));
    }

    private int Streamed(Instruction instruction, ResultFlow results)
    {
        if (instruction.Sync.Early == 0)
        {
            return 0;
        }

        _results.Add(results);
        return _results.Count - 1;
    }

    private Work Host(HostCall call)
    {
        _hostCalls.Add(HostWork.Resolve(_machine, _program, call.Operator, _transferWork, _actions));
        return new Work(StepKind.Host, CycleOwner.Host, 0, _hostCalls.Count - 1);
    }

    private void EnterLayer(Instruction instruction)
    {
        if (instruction is LayerMark mark)
        {
            _layer = mark.Layer;
            _actions = _layers[mark.Layer];
        }
    }

    private void Count(MemoryDemand demand)
    {
        if (demand.Chunks == 0)
        {
            return;
        }

        _actions.MemoryCycles[(int)demand.Space] += demand.BusyCycles;
        if (demand.Write)
        {
            _actions.AddWrite(demand.Space, demand.MovedBytes);
        }
        else
        {
            _actions.AddRead(demand.Space, demand.MovedBytes);
        }
    }

    private void Count(in Footprint operand)
    {
        if (operand.Role is Role.Read or Role.ReadWrite)
        {
            _actions.AddRead(operand.Space, operand.Bytes);
        }

        if (operand.Role is Role.Write or Role.ReadWrite)
        {
            _actions.AddWrite(operand.Space, operand.Bytes);
        }
    }

    private static StepSync Sync(Instruction instruction)
    {
        var sync = instruction.Sync;
        return instruction switch
        {
            SemaphoreWait wait => new StepSync(sync.Wait0, sync.Wait1, sync.Signal0, sync.Signal1, CountedWait: wait.Semaphore, Count: wait.Count),
            SemaphoreSignal signal => new StepSync(sync.Wait0, sync.Wait1, sync.Signal0, sync.Signal1, CountedSignal: signal.Semaphore, Count: signal.Count),
            _ => new StepSync(sync.Wait0, sync.Wait1, sync.Signal0, sync.Signal1, Early: sync.Early),
        };
    }
}
