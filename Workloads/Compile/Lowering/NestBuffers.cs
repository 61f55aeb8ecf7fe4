using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Workloads.Tilings;

namespace NpuSim.Workloads.Compile.Lowering;

/// <summary>What a nest of tiles takes in the buffers of a core: two slots of everything where they fit, else one.</summary>
internal sealed class NestBuffers
{
    private const int AccumulatorBytes = 4;

    /// <summary>Results on their way out: enough for a store to run while the next piece is requantised.</summary>
    private const int LargestPiece = 4096;

    public NestBuffers(ConvolutionWork work, TileNest nest, CoreSpec core)
    {
        int columns = nest.Tile(TileDimension.P), rows = nest.Tile(TileDimension.Q), outChannels = nest.Tile(TileDimension.K);
        var window = work.Window;
        int inRows = Math.Min(work.InHeight, ConvolutionWork.Extent(rows, window.StrideY, nest.Tile(TileDimension.S), window.DilationY));
        int inColumns = Math.Min(work.InWidth, ConvolutionWork.Extent(columns, window.StrideX, nest.Tile(TileDimension.R), window.DilationX));
        InputBytes = SlotAllocator.Rounded((long)inRows * inColumns * nest.Tile(TileDimension.C));
        WeightBytes = SlotAllocator.Rounded(ArrayOrder.DenseBytes(outChannels, nest.Tile(TileDimension.S), nest.Tile(TileDimension.R), nest.Tile(TileDimension.C)));
        ParameterBytes = SlotAllocator.Rounded((long)work.OutChannels * Requantise.ParameterBytes);
        AccumulatorTileBytes = SlotAllocator.Rounded((long)rows * columns * outChannels * AccumulatorBytes);
        PiecePixels = (int)Math.Min((long)rows * columns, Math.Max(1, LargestPiece / outChannels));
        PieceBytes = SlotAllocator.Rounded((long)PiecePixels * outChannels);
        int slots = nest.Count > 1 ? 2 : 1;
        InputSlots = WeightSlots = PieceSlots = slots;
        AccumulatorSlots = nest.OpenOutputs > 1 ? nest.OpenOutputs : nest.Outputs > 1 ? 2 : 1;
        PieceSlots = 2;
        if (ActivationBytes > core.Activation.SizeBytes)
        {
            InputSlots = 1;
        }

        if (WeightBufferBytes > core.Weight.SizeBytes)
        {
            WeightSlots = 1;
        }

        if (AccumulatorBufferBytes > core.Accumulator.AddressedBytes)
        {
            SpillsSums = nest.OpenOutputs > 1;
            AccumulatorSlots = 2 * AccumulatorTileBytes <= core.Accumulator.AddressedBytes ? 2 : 1;
        }

        Missing = Lacking("core.activation", "an input tile and results on their way out", ActivationBytes, core.Activation.SizeBytes)
            ?? Lacking("core.weight", "a weight tile and the requantisation table", WeightBufferBytes, core.Weight.SizeBytes)
            ?? Lacking("core.accumulator", "the sums of an output tile", AccumulatorBufferBytes, core.Accumulator.AddressedBytes);
    }

    public long InputBytes { get; }

    public long WeightBytes { get; }

    public long ParameterBytes { get; }

    public long AccumulatorTileBytes { get; }

    /// <summary>Pixels of one piece of results.</summary>
    public int PiecePixels { get; }

    public long PieceBytes { get; }

    public int InputSlots { get; }

    public int WeightSlots { get; }

    public int PieceSlots { get; }

    public long AccumulatorSlots { get; }

    /// <summary>Whether sums that loops over C, R or S outside of loops over outputs leave unfinished go to shared memory and come back.</summary>
    public bool SpillsSums { get; }

    /// <summary>What does not fit: found and expected; null where all fits.</summary>
    public (string Found, string Expected)? Missing { get; }

    private long ActivationBytes => InputSlots * InputBytes + PieceSlots * PieceBytes;

    private long WeightBufferBytes => WeightSlots * WeightBytes + ParameterBytes;

    private long AccumulatorBufferBytes => AccumulatorSlots * AccumulatorTileBytes;

    private static (string Found, string Expected)? Lacking(string key, string what, long bytes, long size) => bytes <= size
        ? null
        : (FormattableString.Invariant($"{bytes} bytes for {what}"), FormattableString.Invariant($"at most {size}, {key}.sizeKiB with its copies"));
}
