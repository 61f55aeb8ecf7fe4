using NpuSim.Simulator.Reports.Utilisation;

namespace NpuSim.Cli.Pages.Insight;

/// <summary>Losses of the array in words.</summary>
internal static class LossText
{
    /// <summary>A few words for tables and legends.</summary>
    public static string Name(ArrayLoss loss) => loss switch
    {
        ArrayLoss.Useful => "useful multiply-accumulates",
        ArrayLoss.Channels => "array not filled",
        ArrayLoss.Depthwise => "depthwise",
        ArrayLoss.FillDrain => "fill and drain",
        ArrayLoss.Buffers => "buffer conflicts",
        ArrayLoss.Memory => "waiting for transfers",
        ArrayLoss.Vector => "waiting for the vector unit",
        ArrayLoss.Host => "waiting for the host",
        ArrayLoss.Control => "control",
        ArrayLoss.Drained => "core without work",
    };

    /// <summary>What counts.</summary>
    public static string Definition(ArrayLoss loss) => loss switch
    {
        ArrayLoss.Useful => "multiply-accumulates of the model over the array's peak in their format",
        ArrayLoss.Channels => "operands stream, but extents do not fill rows, columns or pixels of the array, or tiles compute something twice",
        ArrayLoss.Depthwise => "the same in depthwise passes, where an output has one input channel",
        ArrayLoss.FillDrain => "cycles of passes in which no operand streams: filling, draining, a pass's own pace",
        ArrayLoss.Buffers => "passes share banks and ports of the private buffers with transfers and the vector unit",
        ArrayLoss.Memory => "the array waits for transfers; layers without array work count here where external memory or DMA binds them",
        ArrayLoss.Vector => "the array waits for the vector unit; layers without array work count here where it binds them",
        ArrayLoss.Host => "the array waits for the host, or the layer runs there",
        ArrayLoss.Control => "fetch, dispatch, fences, registers",
        ArrayLoss.Drained => "the core's stream has no more work for its array",
    };

    /// <summary>What a porter or an architect can try.</summary>
    public static string Advice(ArrayLoss loss) => loss switch
    {
        ArrayLoss.Useful => "the array works at its peak: only fewer multiply-accumulates (pruning, smaller layers) or a larger array help",
        ArrayLoss.Channels => "make its channels multiples of the array's rows and columns, or merge small layers",
        ArrayLoss.Depthwise => "replace the depthwise convolution by a full one with few channels, or use an array with depthwise taps side by side",
        ArrayLoss.FillDrain => "larger tiles: larger buffers, or larger feature maps for fewer passes",
        ArrayLoss.Buffers => "more banks or ports for the private buffers",
        ArrayLoss.Memory => "fewer bytes: smaller weights or features, fusion with its neighbours, larger buffers; or more bandwidth",
        ArrayLoss.Vector => "cheaper activation or fewer element-wise operators; more lanes",
        ArrayLoss.Host => "rewrite the operator so that the NPU does it (see operator coverage)",
        ArrayLoss.Control => "fewer, larger tiles; deeper queues; faster dispatch",
        ArrayLoss.Drained => "spread the work more evenly over the cores",
    };
}
