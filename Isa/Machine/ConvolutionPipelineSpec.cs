using System.ComponentModel;

namespace NpuSim.Isa.Machine;

/// <summary>A fixed-function convolution pipeline: fetch, convolution buffer, sequencer, multipliers, accumulator, output stage and write-back run one
/// hardware layer after the other from memory to memory. Its timing is <see cref="Timing.ConvolutionPipelineTiming"/>.</summary>
/// <remarks>The array gives its multipliers (rows: channels of a stripe operation, columns: kernels of a group, minimumCyclesPerTap: least cycles of a
/// stripe operation, pipelineCycles: operands to first result); the activation and weight buffers together are the convolution buffer; the DMA gives
/// set-up and requests under way; the external memory latency and bandwidth.</remarks>
public sealed record ConvolutionPipelineSpec
{
    [Description("Bytes of the channels of one pixel that lie together in memory; a plane of them is a surface.")]
    [Bounds(1, 256)]
    public required int AtomBytes { get; init; }

    [Description("Bytes of one beat of the memory port.")]
    [Bounds(1, 256)]
    public required int BeatBytes { get; init; }

    [Description("Least core cycles from one read beat to the next; the memory's bandwidth may ask for more.")]
    [Bounds(0.01, 1000)]
    public double ReadCyclesPerBeat { get; init; } = 1;

    [Description("Least core cycles from one write beat to the next; the memory's bandwidth may ask for more.")]
    [Bounds(0.01, 1000)]
    public double WriteCyclesPerBeat { get; init; } = 1;

    [Description("Weights of a layer are padded to a multiple of this.")]
    [Bounds(1, 4096)]
    public required int WeightAlignmentBytes { get; init; }

    [Description("KiB of one bank of the convolution buffer; activation and weight buffer together divide into banks.")]
    [Bounds(1, 1024)]
    public required int BankKiB { get; init; }

    [Description("Banks for features; 0: those that weights leave.")]
    [Bounds(0, 255)]
    public int DataBanks { get; init; }

    [Description("Banks for weights; 0: as many as they fill beside the features.")]
    [Bounds(0, 255)]
    public int WeightBanks { get; init; }

    [Description("Lines that the feature fetch takes together.")]
    [Bounds(1, 4096)]
    public int FetchGrain { get; init; } = 1;

    [Description("Surfaces between which the feature fetch takes turns.")]
    [Bounds(1, 64)]
    public required int SurfacesAtOnce { get; init; }

    [Description("Cycles that each pixel takes longer for every surface beyond two of those.")]
    [Bounds(0, 100)]
    public required double SurfaceStallCycles { get; init; }

    [Description("Cycles that each line takes longer for each of the first two surfaces.")]
    [Bounds(0, 1000)]
    public required double LineCycles { get; init; }

    [Description("Least cycles of a fetch request, of which a surface's line has at least one.")]
    [Bounds(0, 1000)]
    public required double RequestCycles { get; init; }

    [Description("Least cycles of a line of the surfaces that take turns.")]
    [Bounds(0, 1000)]
    public required double LeastLineCycles { get; init; }

    [Description("Cycles beside the memory's latency for which a read beat counts as under way.")]
    [Bounds(0, 10_000)]
    public required int BeatOverheadCycles { get; init; }

    [Description("Cycles from the last beat of features and first weights to the buffer.")]
    [Bounds(0, 10_000)]
    public required int ArrivalCycles { get; init; }

    [Description("Cycles from there to the first operation.")]
    [Bounds(0, 10_000)]
    public required int FirstOperationCycles { get; init; }

    [Description("Layers that may be programmed at once, 1 or 2: with 2 the loads of a layer may begin while the one before it is at work.")]
    [Bounds(1, 2)]
    public int RegisterGroups { get; init; } = 1;

    [Description("Cycles from the last operation of a layer to the first of the next.")]
    [Bounds(0, 10_000)]
    public int SwitchCycles { get; init; }

    [Description("Output pixels of a stripe at most; with less than two stripes left, what fits one, else half of one.")]
    [Bounds(2, 4096)]
    public required int StripeAtoms { get; init; }

    [Description("Output pixels of a group of kernels that the accumulator holds until the output stage has taken them; at least a stripe.")]
    [Bounds(2, 65_536)]
    public required int CreditAtoms { get; init; }

    [Description("Cycles from the last beat of an atom to the operation that needs its place.")]
    [Bounds(0, 10_000)]
    public required int CreditReturnCycles { get; init; }

    [Description("Cycles of the output stage for one atom; the results of one pixel leave in whole atoms, also of a group that is not full.")]
    [Bounds(1, 10_000)]
    public required int OutputCyclesPerAtom { get; init; }

    [Description("Idle cycles at the end of each atom, in which its last beat has left already.")]
    [Bounds(0, 10_000)]
    public required int OutputBubbleCycles { get; init; }

    [Description("Output pixels of a group of kernels that the write queue holds behind the output stage.")]
    [Bounds(1, 65_536)]
    public required int WriteQueueAtoms { get; init; }

    [Description("Cycles from the last beat of the output stage to the last write beat.")]
    [Bounds(0, 10_000)]
    public required int WriteCycles { get; init; }

    [Description("Cycles from the memory's answer to the last write to the interrupt.")]
    [Bounds(0, 10_000)]
    public required int InterruptCycles { get; init; }
}
