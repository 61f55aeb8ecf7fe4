namespace NpuSim.Workloads.Compile.Lowering;

/// <summary>The tile of a product and the order of its loops.</summary>
/// <param name="Rows">Output rows.</param>
/// <param name="Columns">Output columns.</param>
/// <param name="OutChannels">Output channels.</param>
/// <param name="Channels">Input channels that one pass reduces over; more passes accumulate.</param>
/// <param name="InputOuter">Whether an input tile stays while the weights change, or the other way round.</param>
internal readonly record struct ConvolutionTile(int Rows, int Columns, int OutChannels, int Channels, bool InputOuter)
{
    /// <summary>Whether what changes innermost, all weights or all inputs, is loaded once and stays: every tile of it has a slot of its own.</summary>
    public bool KeepsInner { get; init; }

    public override string ToString() =>
        $"tile {Rows}x{Columns}x{OutChannels}, {Channels} input channels a pass, {(InputOuter ? "input" : "weights")} outermost{(KeepsInner ? ", the other kept" : "")}";
}

/// <summary>How many slots and loads a tile needs.</summary>
internal readonly record struct TileCounts(long Spatial, long Outputs, long Chunks, long InputLoads, long WeightLoads)
{
    public long OutTiles => Spatial * Outputs;

    public long Steps => OutTiles * Chunks;
}

/// <summary>What a tile's transfers and computations cost alone, in core cycles; the order of loops does not matter to it.</summary>
/// <param name="Pass">A pass of the array.</param>
/// <param name="Vector">All that the vector unit does to an output tile.</param>
/// <param name="Input">Loading an input tile.</param>
/// <param name="Weights">Loading a weight tile.</param>
/// <param name="Store">Storing an output tile, or loading as much.</param>
/// <param name="InputBusy">Cycles of the memory that the input comes from.</param>
/// <param name="WeightsBusy">The same of the weights.</param>
/// <param name="StoreBusy">The same of an output tile.</param>
internal readonly record struct TileCosts(
    long Pass, long Vector, long Input, long Weights, long Store, long InputBusy, long WeightsBusy, long StoreBusy);
