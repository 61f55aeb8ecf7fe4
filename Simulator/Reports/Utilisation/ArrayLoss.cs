namespace NpuSim.Simulator.Reports.Utilisation;

/// <summary>What becomes of the cycles of the arrays. Those of every layer add up to the layer's cycles.</summary>
public enum ArrayLoss : byte
{
    /// <summary>Multiply-accumulates of the model, at the array's peak rate in their format.</summary>
    Useful,

    /// <summary>Operands stream, but rows, columns or pixels of the array have none: extents that do not fill it, tiles computed twice.</summary>
    Channels,

    /// <summary>The same in depthwise passes, where an output has one input channel.</summary>
    Depthwise,

    /// <summary>A pass fills or drains the array, or waits for its own pace.</summary>
    FillDrain,

    /// <summary>A pass shares banks or ports of private buffers with others.</summary>
    Buffers,

    /// <summary>The array waits for transfers: bandwidth, latency, data of its own.</summary>
    Memory,

    /// <summary>The array waits for the vector unit.</summary>
    Vector,

    /// <summary>The array waits for the host.</summary>
    Host,

    /// <summary>The array waits for instructions, dispatch, fences, or writes its registers.</summary>
    Control,

    /// <summary>Nothing is left in the stream of this array's core.</summary>
    Drained,
}
