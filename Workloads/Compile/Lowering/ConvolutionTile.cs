namespace NpuSim.Workloads.Compile.Lowering;

/// <summary>The tile of a product and the order of its loops.</summary>
/// <param name="Rows">Output rows.</param>
/// <param name="Columns">Output columns.</param>
/// <param name="OutChannels">Output channels.</param>
/// <param name="Channels">Input channels that one pass reduces over; more passes accumulate.</param>
/// <param name="InputOuter">Whether an input tile stays while the weights change, or the other way round.</param>
internal sealed record ConvolutionTile(int Rows, int Columns, int OutChannels, int Channels, bool InputOuter)
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
