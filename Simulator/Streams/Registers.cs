using NpuSim.Isa.Instructions;

namespace NpuSim.Simulator.Streams;

/// <summary>What the array's registers hold when an instruction starts. An engine's queue is in order, so this does not depend on time.</summary>
internal sealed record ArrayRegisters(ArrayKernel? KernelOrNone, ArrayInput? InputOrNone, ArrayOutput? OutputOrNone)
{
    public ArrayKernel Kernel => Registers.Set(KernelOrNone, "mx.kernel");

    public ArrayInput Input => Registers.Set(InputOrNone, "mx.input");

    public ArrayOutput Output => Registers.Set(OutputOrNone, "mx.output");
}

/// <summary>What the vector unit's registers hold when an instruction starts.</summary>
internal sealed record VectorRegisters(
    VectorShape? ShapeOrNone, VectorScaleA? ScaleAOrNone, VectorScaleB? ScaleBOrNone, VectorScaleOut? ScaleOutOrNone, VectorWindow? WindowOrNone)
{
    public VectorShape Shape => Registers.Set(ShapeOrNone, "v.shape");

    public VectorScaleA ScaleA => Registers.Set(ScaleAOrNone, "v.scalea");

    public VectorScaleB ScaleB => Registers.Set(ScaleBOrNone, "v.scaleb");

    public VectorScaleOut ScaleOut => Registers.Set(ScaleOutOrNone, "v.scaleout");

    public VectorWindow Window => Registers.Set(WindowOrNone, "v.window");
}

/// <summary>What a DMA engine's registers hold when an instruction starts.</summary>
internal sealed record DmaRegisters(DmaShape? ShapeOrNone, DmaSource? SourceOrNone, DmaDestination? DestinationOrNone)
{
    public DmaShape Shape => Registers.Set(ShapeOrNone, "dma.shape");

    public DmaSource Source => Registers.Set(SourceOrNone, "dma.src");

    public DmaDestination Destination => Registers.Set(DestinationOrNone, "dma.dst");
}

/// <summary>Registers have no value before they are written.</summary>
internal static class Registers
{
    /// <exception cref="SimulationException">The register has not been written.</exception>
    public static T Set<T>(T? register, string mnemonic)
        where T : Instruction => register ?? throw new SimulationException($"an instruction needs {mnemonic}, which its queue has not set before it");
}
