using System.ComponentModel;

namespace NpuSim.Isa.Machine;

/// <summary>How a dot-product array walks a pass by itself: block by block, out of a shared buffer that it divides for every pass between
/// input
/// blocks, accumulators and results (Ethos-U's SHRAM).</summary>
/// <remarks>A micro-block is what the array works on at once: <see cref="UnitHeight"/> rows of pixels, as many columns as the array's
/// pixels then
/// give, and the array's columns over <see cref="Engines"/> output channels. A step takes one kernel tap of rows × stepCycles input
/// channels, or
/// stepCycles taps of as many channels as the array has rows.</remarks>
public sealed record BlockSpec
{
    [Description("Rows of the micro-block; its columns are core.array.pixels over it.")]
    [Bounds(1, 16)]
    public int UnitHeight { get; init; } = 1;

    [Description("Engines that share core.array.columns; each works on the output channels of every other block.")]
    [Bounds(1, 16)]
    public int Engines { get; init; } = 1;

    [Description("Cycles of one step on one micro-block.")]
    [Bounds(1, 64)]
    public required int StepCycles { get; init; }

    [Description("Weights that the decoder gives in a cycle; a step waits for its own.")]
    [Bounds(1, 4096)]
    public required int WeightsPerCycle { get; init; }

    [Description("Cycles between steps that add to the same micro-block, where a block is no more than one.")]
    [Bounds(0, 64)]
    public int DependentStepCycles { get; init; }

    [Description("Largest kernel height and width that a block is walked with; larger kernels are cut.")]
    [Bounds(1, 1024)]
    public required int KernelExtent { get; init; }

    [Description("Largest block: output rows.")]
    [Bounds(1, 4096)]
    public required int MaximumHeight { get; init; }

    [Description("Largest block: output columns.")]
    [Bounds(1, 4096)]
    public required int MaximumWidth { get; init; }

    [Description("Largest block: output channels.")]
    [Bounds(1, 4096)]
    public required int MaximumChannels { get; init; }

    [Description("Channels that memory and the cut of a pass into blocks count in.")]
    [Bounds(1, 256)]
    public required int ChannelGranule { get; init; }

    [Description("The shared buffer in KiB.")]
    [Bounds(4, 65_536)]
    public required int SharedKiB { get; init; }

    [Description("Of it kept for results and tables.")]
    [Bounds(0, 65_536)]
    public required int ReservedKiB { get; init; }

    [Description("KiB that the share of input blocks is rounded up to.")]
    [Bounds(1, 1024)]
    public required int InputGranuleKiB { get; init; }

    [Description("KiB that the share of accumulators is rounded up to.")]
    [Bounds(1, 1024)]
    public required int AccumulatorGranuleKiB { get; init; }

    [Description("Cycles from a request of an operand to its first byte, and from a result to its completion.")]
    [Bounds(0, 10_000)]
    public required int LatencyCycles { get; init; }

    [Description("Cycles from a request of a bias and scale to its first byte, of a product of matrices: they come straight from where constants are stored.")]
    [Bounds(0, 10_000)]
    public required int ProductParameterLatencyCycles { get; init; }

    [Description("Bytes of one burst of operands or results; a shorter run of neighbouring bytes costs as much.")]
    [Bounds(1, 4096)]
    public required int BurstBytes { get; init; }

    [Description("Blocks under way at once, from the request of operands to the completion of results.")]
    [Bounds(1, 64)]
    public required int BlocksUnderWay { get; init; }
}
