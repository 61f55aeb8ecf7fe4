using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Timing;
using NpuSim.Simulator.Energy;

namespace NpuSim.Simulator.Streams;

/// <summary>The work of hardware layers, as timing and energy need it.</summary>
internal static class LayerWork
{
    private const int AccumulatorBytes = 4;

    /// <summary>Counts a layer, beside its traffic at the external memory, and gives its timing.</summary>
    public static StepTransfer Resolve(
        MachineSpec machine, HardwareLayer layer, EngineRegisters registers, TransferWork transfers, LayerActions actions, int core)
    {
        var shape = HardwareLayerShape.Of(layer, registers);
        var cost = ConvolutionPipelineTiming.Cost(machine, shape);
        Count(machine, layer, registers, shape, cost, actions);
        actions.AddUnitCycles(core, Units.Array, cost.ArrayCycles);
        actions.AddUnitCycles(core, Units.Vector, cost.OutputCycles);
        actions.AddUnitCycles(core, Units.FirstDma, cost.ReadCycles);
        int setup = machine.Core.Dma.SetupCycles, latency = TransferTiming.LatencyCycles(machine, MemorySpace.Dram, write: false);
        return new StepTransfer(
            setup, latency, cost.Cycles - setup - latency, transfers.Contiguous(MemorySpace.Dram, write: false, cost.ReadBytes),
            transfers.Contiguous(MemorySpace.Dram, write: true, cost.WriteBytes), cost.LoadStalls - setup - latency, cost.OutputStalls);
    }

    private static void Count(
        MachineSpec machine, HardwareLayer layer, EngineRegisters registers, in HardwareLayerShape shape, in HardwareLayerCost cost, LayerActions actions)
    {
        var array = machine.Core.Array;
        long groups = ArrayTiming.CeilingDivide(shape.Kernels, array.Columns), stripes = ConvolutionPipelineTiming.Stripes(machine.Core.ConvolutionPipeline!, shape.Pixels);
        long macs = ArrayWork.Shape(layer, registers).Macs, inside = ArrayWork.InsideMacs(layer, registers);
        // Taps in padding read no feature; a stripe operation reads one slice of each kernel.
        long features = inside / shape.Kernels * groups, weights = shape.KernelBytes * shape.Kernels * stripes;
        long sums = shape.Pixels * shape.Kernels * AccumulatorBytes;
        long operations = ArrayTiming.CeilingDivide(shape.Channels, array.Rows) * shape.KernelHeight * shape.KernelWidth;
        actions.AddMacs(registers.Format, inside, macs - inside);
        actions.ArrayOperandBytes += features + weights;
        actions.AddRead(MemorySpace.Activation, features);
        actions.AddRead(MemorySpace.Weight, weights);
        actions.AddWrite(MemorySpace.Activation, cost.FeatureBytes);
        actions.AddWrite(MemorySpace.Weight, cost.ReadBytes - cost.FeatureBytes);
        actions.AddRead(MemorySpace.Accumulator, sums * operations);
        actions.AddWrite(MemorySpace.Accumulator, sums * operations);
        actions.WeightBytes += cost.ReadBytes - cost.FeatureBytes;
        actions.DmaBytes += cost.ReadBytes + cost.WriteBytes;
        var format = registers.Stage.Rounding == Rounding.Float ? VectorFormat.Int8Float : VectorFormat.Int8Fixed;
        actions.AddVector(TimingClass.VectorMultiply, format, shape.Pixels * shape.Kernels);
    }
}
