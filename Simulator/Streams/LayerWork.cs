using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Timing;
using NpuSim.Simulator.Energy;

namespace NpuSim.Simulator.Streams;

/// <summary>The work of one core's hardware layers, as timing and energy need it.</summary>
internal sealed class LayerWork(MachineSpec machine, TransferWork transfers, int core)
{
    private const int AccumulatorBytes = 4;

    private readonly PipelineWalk? _walk = machine.Core.ConvolutionPipeline is null ? null : new PipelineWalk(machine);
    private readonly List<Footprint> _footprints = [];
    private Footprint? _written;

    /// <summary>Tells of an instruction that may keep the next layer from beginning while the last one is at work: whatever it waits for, and what else the
    /// array does, comes in between. Layers overlap only where all are in registers, so that no fetch comes in between either.</summary>
    public void Pass(Instruction instruction, TimingClass timing)
    {
        if (_written is null)
        {
            return;
        }

        bool waits = (instruction.Sync.Wait0 | instruction.Sync.Wait1) != 0;
        bool array = InstructionTable.Engine(instruction) == Engine.Array;
        bool between = timing switch
        {
            TimingClass.LayerPass => waits,
            TimingClass.Control => instruction is not (Nop or LayerMark or SemaphoreSignal),
            TimingClass.Host => true,
            TimingClass.ArrayPass => true,
            TimingClass.Configuration => array && waits,
            TimingClass.Transfer or TimingClass.VectorSimple or TimingClass.VectorMultiply or TimingClass.VectorSpecial or TimingClass.VectorLookup
                or TimingClass.VectorPool or TimingClass.VectorReduce => false,
        };
        if (between || machine.Core.Sequencer.FetchBytes > 0)
        {
            _written = null;
        }
    }

    /// <summary>Counts a layer, beside its traffic at the external memory, and gives its timing.</summary>
    public StepTransfer Resolve(HardwareLayer layer, EngineRegisters registers, LayerActions actions)
    {
        var walk = _walk ?? throw new SimulationException($"{machine.Name} has no core.convolutionPipeline");
        var shape = HardwareLayerShape.Of(layer, registers);
        bool overlaps = Overlaps(layer, registers);
        var cost = walk.Next(shape, overlaps);
        Count(layer, registers, shape, cost, actions);
        actions.AddUnitCycles(core, Units.Array, cost.ArrayCycles);
        actions.AddUnitCycles(core, Units.Vector, cost.OutputCycles);
        actions.AddUnitCycles(core, Units.FirstDma, cost.ReadCycles);
        long latency = overlaps ? 0 : Math.Min(cost.LoadStalls, TransferTiming.LatencyCycles(machine, MemorySpace.Dram, write: false));
        return new StepTransfer(
            0, latency, cost.Cycles - latency, transfers.Contiguous(MemorySpace.Dram, write: false, cost.ReadBytes),
            transfers.Contiguous(MemorySpace.Dram, write: true, cost.WriteBytes), cost.LoadStalls - latency, cost.OutputStalls);
    }

    // Whether the layer before it is still at work as far as the stream says, and writes nothing that this one reads.
    private bool Overlaps(HardwareLayer layer, EngineRegisters registers)
    {
        _footprints.Clear();
        Footprints.Of(layer, registers, _footprints);
        bool overlaps = _written is { } other && _footprints.TrueForAll(mine => mine.Role != Role.Read || !Meet(mine, other));
        _written = _footprints.Find(footprint => footprint.Role == Role.Write);
        return overlaps;
    }

    private static bool Meet(in Footprint a, in Footprint b) => a.Space == b.Space && a.Start < b.Start + b.Length && b.Start < a.Start + a.Length;

    private void Count(
        HardwareLayer layer, EngineRegisters registers, in HardwareLayerShape shape, in HardwareLayerCost cost, LayerActions actions)
    {
        var array = machine.Core.Array;
        long groups = ArrayTiming.CeilingDivide(shape.Kernels, array.Columns);
        long stripes = ConvolutionPipelineTiming.Stripes(machine.Core.ConvolutionPipeline!, shape.Pixels);
        long macs = ArrayWork.Shape(layer, registers).Macs, inside = ArrayWork.InsideMacs(layer, registers);
        // Taps in padding read no feature; a stripe operation reads one slice of each kernel.
        long features = inside / shape.Kernels * groups, weights = shape.KernelBytes * shape.Kernels * stripes;
        long sums = shape.Pixels * shape.Kernels * AccumulatorBytes;
        long operations = ArrayTiming.CeilingDivide(shape.Channels, array.Rows) * shape.KernelHeight * shape.KernelWidth;
        actions.AddMacs(registers.Format, inside, macs - inside);
        actions.ActivationOperandBytes += features;
        actions.WeightOperandBytes += weights;
        actions.AddRead(MemorySpace.Activation, features);
        actions.AddRead(MemorySpace.Weight, weights);
        actions.AddWrite(MemorySpace.Activation, cost.FeatureBytes);
        actions.AddWrite(MemorySpace.Weight, cost.ReadBytes - cost.FeatureBytes);
        actions.AddMoved(MemorySpace.Activation, cost.FeatureBytes + cost.WriteBytes);
        actions.AddMoved(MemorySpace.Weight, cost.ReadBytes - cost.FeatureBytes);
        actions.AddRead(MemorySpace.Accumulator, sums * operations);
        actions.AddWrite(MemorySpace.Accumulator, sums * operations);
        actions.WeightBytes += cost.ReadBytes - cost.FeatureBytes;
        actions.DmaBytes += cost.ReadBytes + cost.WriteBytes;
        var format = registers.Stage.Rounding == Rounding.Float ? VectorFormat.Int8Float : VectorFormat.Int8Fixed;
        actions.AddVector(TimingClass.VectorMultiply, format, shape.Pixels * shape.Kernels);
    }
}
