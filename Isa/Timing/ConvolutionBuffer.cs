using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;

namespace NpuSim.Isa.Timing;

/// <summary>A hardware layer as the pipeline's registers describe it; all numbers at least 1.</summary>
/// <param name="Width">Columns of the features that exist.</param>
/// <param name="Height">Lines of the features that exist.</param>
/// <param name="Channels">Channels C.</param>
/// <param name="Kernels">Kernels K.</param>
/// <param name="KernelHeight">Kernel rows R.</param>
/// <param name="KernelWidth">Kernel columns S.</param>
/// <param name="Pixels">Output pixels.</param>
/// <param name="DataBanks">Banks for features.</param>
/// <param name="WeightBanks">Banks for weights.</param>
/// <param name="Grain">Lines fetched together.</param>
/// <param name="ParameterBytes">Bytes of output parameters fetched with the layer.</param>
public readonly record struct HardwareLayerShape(
    int Width, int Height, int Channels, int Kernels, int KernelHeight, int KernelWidth, long Pixels, int DataBanks, int WeightBanks, int Grain,
    long ParameterBytes = 0)
{
    /// <summary>Weights of one kernel, R·S·C.</summary>
    public long KernelBytes => (long)KernelHeight * KernelWidth * Channels;

    /// <summary>The shape that an instruction finds in the registers.</summary>
    /// <exception cref="Program.ProgramException">A register has not been set.</exception>
    public static HardwareLayerShape Of(HardwareLayer layer, EngineRegisters registers)
    {
        var (kernel, input, banks) = (registers.Kernel, registers.Input, registers.Banks);
        return new HardwareLayerShape(
            input.Width, input.Height, checked((int)input.Channels), layer.OutChannels, kernel.KernelHeight, kernel.KernelWidth,
            (long)layer.OutRows * layer.OutCols, banks.DataBanks, banks.WeightBanks, banks.Grain,
            registers.Stage.PerChannel ? (long)layer.OutChannels * Requantise.ParameterBytes : 0);
    }
}

/// <summary>How features and weights lie in memory and in the banks of the convolution buffer.</summary>
public static class ConvolutionBuffer
{
    /// <summary>Banks of the whole buffer.</summary>
    public static int Banks(ConvolutionPipelineSpec pipeline, MachineSpec machine) =>
        (machine.Core.Activation.SizeKiB + machine.Core.Weight.SizeKiB) / pipeline.BankKiB;

    /// <summary>Surfaces of so many channels: ⌈C / atom⌉.</summary>
    public static long Surfaces(ConvolutionPipelineSpec pipeline, long channels) => ArrayTiming.CeilingDivide(channels, pipeline.AtomBytes);

    /// <summary>Bytes of the features in memory: whole atoms.</summary>
    public static long FeatureBytes(ConvolutionPipelineSpec pipeline, in HardwareLayerShape shape) =>
        (long)shape.Width * shape.Height * Surfaces(pipeline, shape.Channels) * pipeline.AtomBytes;

    /// <summary>Bytes of the weights in memory: kernels without gaps, the end padded.</summary>
    public static long WeightBytes(ConvolutionPipelineSpec pipeline, in HardwareLayerShape shape) =>
        ArrayTiming.CeilingDivide(shape.KernelBytes * shape.Kernels, pipeline.WeightAlignmentBytes) * pipeline.WeightAlignmentBytes;

    /// <summary>Bytes of the results in memory: whole atoms.</summary>
    public static long ResultBytes(ConvolutionPipelineSpec pipeline, in HardwareLayerShape shape) =>
        shape.Pixels * Surfaces(pipeline, shape.Kernels) * pipeline.AtomBytes;

    /// <summary>Banks that the features take. An entry holds the channels of one stripe operation (core.array.rows); where the last channels of a pixel
    /// leave room for whole further pixels, they share an entry.</summary>
    public static int DataBanks(ConvolutionPipelineSpec pipeline, MachineSpec machine, in HardwareLayerShape shape)
    {
        int entry = machine.Core.Array.Rows;
        long whole = shape.Channels / entry, atoms = Surfaces(pipeline, shape.Channels % entry);
        long sharing = atoms == 0 ? 0 : entry / pipeline.AtomBytes / (long)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)atoms);
        long entries = (whole * shape.Width) + (atoms == 0 ? 0 : ArrayTiming.CeilingDivide(shape.Width, Math.Max(1, sharing)));
        return Banks(pipeline, entries * shape.Height * entry);
    }

    /// <summary>Banks that all weights take.</summary>
    public static int WeightBanks(ConvolutionPipelineSpec pipeline, in HardwareLayerShape shape) => Banks(pipeline, WeightBytes(pipeline, shape));

    /// <summary>Banks that the kernels of one group take; with fewer the pipeline stands still.</summary>
    public static int LeastWeightBanks(ConvolutionPipelineSpec pipeline, MachineSpec machine, in HardwareLayerShape shape) =>
        shape.Kernels <= machine.Core.Array.Columns
            ? WeightBanks(pipeline, shape)
            : Banks(pipeline, shape.KernelBytes * machine.Core.Array.Columns);

    private static int Banks(ConvolutionPipelineSpec pipeline, long bytes) =>
        (int)Math.Min(int.MaxValue, ArrayTiming.CeilingDivide(bytes, pipeline.BankKiB * 1024L));
}
