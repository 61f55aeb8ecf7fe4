using NpuSim.Isa.Machine;

namespace NpuSim.Isa.Timing;

/// <summary>The block that an array walks a pass with.</summary>
/// <param name="Height">Output rows.</param>
/// <param name="Width">Output columns.</param>
/// <param name="Channels">Output channels.</param>
/// <param name="InHeight">Rows of the input block.</param>
/// <param name="InWidth">Columns of the input block.</param>
/// <param name="InChannels">Channels of the input block.</param>
/// <param name="PacksTaps">Whether a step takes several taps of few channels instead of one tap of many.</param>
public readonly record struct PassBlock(int Height, int Width, int Channels, int InHeight, int InWidth, int InChannels, bool PacksTaps);

/// <summary>The block of a pass: of those that fit the shared buffer the one that fetches least for each output.</summary>
/// <remarks>The search of Arm's compiler Vela 3.12 (architecture_allocator), with the buffer's sizes as parameters: both halves of the
/// double-buffered
/// input block and accumulators, each rounded up to its granule, beside what is reserved. It gives the compiler's own block on 186 of the
/// 192 convolutions,
/// products and pools of its published layer queries; the other six differ in a flag that has no effect, or transpose the block.</remarks>
public static class BlockChoice
{
    private const int AccumulatorBytes = 4;
    private const int BankBytes = 1024;
    private const int SmallBlock = 4;

    private readonly record struct Search(ArraySpec Array, BlockSpec Blocks, PassShape Shape, PassPlane Plane, bool PacksTaps, int InChannels)
    {
        public int UnitWidth => Array.Pixels / Blocks.UnitHeight;

        public int UnitChannels => Array.Columns / Blocks.Engines;

        // A depthwise pass reads as many channels as it writes.
        public long InputElements => (long)Plane.InHeight * Plane.InWidth * (Shape.Depthwise ? Shape.OutChannels : Shape.Channels);
    }

    /// <summary>The block for a pass.</summary>
    /// <param name="array">An array that has blocks.</param>
    /// <param name="shape">A pass with its plane.</param>
    public static PassBlock Choose(ArraySpec array, PassShape shape)
    {
        var blocks = array.Blocks!;
        var plane = shape.Plane;
        bool packs = PacksTaps(array, blocks, shape);
        int depth = RoundUp(Math.Min(shape.Channels, packs ? 2 * array.Rows : array.Rows * blocks.StepCycles), array.Rows);
        var search = new Search(array, blocks, shape, plane, packs, depth);
        int heights = RoundUp(Math.Min(plane.OutHeight, blocks.MaximumHeight), blocks.UnitHeight);
        int widths = RoundUp(Math.Min(plane.OutWidth, blocks.MaximumWidth), search.UnitWidth);
        int channels = RoundUp(Math.Min(shape.OutChannels, blocks.MaximumChannels), search.UnitChannels);
        var best = Smallest(search);
        double bestCost = double.PositiveInfinity, bestCoverage = double.PositiveInfinity;
        int first = Math.Max(search.UnitChannels, Math.Min(channels, blocks.ChannelGranule));
        for (int c = NextDepth(search, first); c <= channels; c = NextDepth(search, c + search.UnitChannels))
        {
            for (int h = blocks.UnitHeight; h <= heights; h += blocks.UnitHeight)
            {
                for (int w = search.UnitWidth; w <= widths; w += search.UnitWidth)
                {
                    var block = Block(search, h, w, c);
                    if (!Fits(search, block))
                    {
                        break;
                    }

                    Compare(search, block, ref best, ref bestCost, ref bestCoverage);
                }
            }
        }

        return best;
    }

    // Within an output block channels go in granules, except where there are no more.
    private static int NextDepth(Search search, int channels) =>
        channels < search.Shape.OutChannels ? RoundUp(channels, search.Blocks.ChannelGranule) : channels;

    // Several taps in a step where the channels alone would leave more of it empty.
    private static bool PacksTaps(ArraySpec array, BlockSpec blocks, PassShape shape)
    {
        if (shape.Depthwise || shape.Plane.Product)
        {
            return false;
        }

        int channels = shape.Channels, taps = shape.Taps;
        double whole = channels / (double)RoundUp(channels, array.Rows * blocks.StepCycles);
        double packed = (double)channels * taps / ((long)RoundUp(channels, array.Rows) * RoundUp(taps, blocks.StepCycles));
        return channels <= array.Rows || packed > whole;
    }

    private static PassBlock Block(Search search, int height, int width, int channels)
    {
        var (blocks, plane) = (search.Blocks, search.Plane);
        int rows = RoundUp(Extent(height, plane.StrideY, plane.KernelHeight, plane.DilationY, blocks.KernelExtent), blocks.UnitHeight);
        int columns = RoundUp(Extent(width, plane.StrideX, plane.KernelWidth, plane.DilationX, blocks.KernelExtent), search.UnitWidth);
        return new PassBlock(height, width, channels, rows, columns, search.Shape.Depthwise ? channels : search.InChannels, search.PacksTaps);
    }

    private static PassBlock Smallest(Search search) => Block(search, search.Blocks.UnitHeight, search.UnitWidth, search.UnitChannels);

    private static int Extent(int outputs, int stride, int kernel, int dilation, int limit) =>
        ((outputs - 1) * stride) + Math.Min(((kernel - 1) * dilation) + 1, limit);

    private static bool Fits(Search search, PassBlock block)
    {
        var blocks = search.Blocks;
        long input = (long)block.InHeight * block.InWidth * RoundUp(block.InChannels, search.Array.Rows);
        long sums = (long)block.Height * block.Width * RoundUp(block.Channels, search.Array.Rows) * AccumulatorBytes;
        return blocks.ReservedKiB + Banks(input, blocks.InputGranuleKiB) + Banks(sums, blocks.AccumulatorGranuleKiB) <= blocks.SharedKiB;
    }

    private static long Banks(long bytes, int granule) =>
        ArrayTiming.CeilingDivide(2 * ArrayTiming.CeilingDivide(bytes, BankBytes), granule) * granule;

    private static void Compare(Search search, PassBlock block, ref PassBlock best, ref double bestCost, ref double bestCoverage)
    {
        double cost = FetchPerOutput(search, block);
        if (cost > bestCost)
        {
            return;
        }

        double coverage = double.PositiveInfinity;
        if (cost == bestCost)
        {
            coverage = Coverage(search.Plane, block);
            if (coverage > bestCoverage || block.Height > SmallBlock || block.Width > SmallBlock)
            {
                return;
            }
        }

        (best, bestCost, bestCoverage) = (block, cost, coverage);
    }

    private static double FetchPerOutput(Search search, PassBlock block)
    {
        var (shape, plane) = (search.Shape, search.Plane);
        double across = plane.OutHeight / (double)block.Height * (plane.OutWidth / (double)block.Width);
        long blocks = ArrayTiming.CeilingDivide(plane.OutHeight, block.Height) * ArrayTiming.CeilingDivide(plane.OutWidth, block.Width);
        long channels = shape.Depthwise ? shape.OutChannels : shape.Channels;
        double input = (double)block.InHeight * block.InWidth * channels * Pieces(search.Blocks, plane) * across;
        double weights = (double)channels * shape.Taps * blocks;
        if (!shape.Depthwise)
        {
            input *= ArrayTiming.CeilingDivide(shape.OutChannels, block.Channels);
            weights *= shape.OutChannels;
        }

        double cost = (input + weights) / ((double)plane.OutHeight * plane.OutWidth * shape.OutChannels);
        // An input that lies in both halves of its buffer is fetched once.
        return search.InputElements < 2L * block.InHeight * block.InWidth * block.InChannels ? cost / 2 : cost;
    }

    private static double Coverage(PassPlane plane, PassBlock block) => (double)plane.InHeight * plane.InWidth
        / ((double)Math.Min(plane.InHeight, block.InHeight) * Math.Min(plane.InWidth, block.InWidth));

    /// <summary>Pieces that a kernel larger than the array walks is cut into.</summary>
    public static long Pieces(BlockSpec blocks, PassPlane plane) =>
        ArrayTiming.CeilingDivide(plane.KernelHeight, blocks.KernelExtent) * ArrayTiming.CeilingDivide(plane.KernelWidth, blocks.KernelExtent);

    private static int RoundUp(int value, int granule) => checked((int)(ArrayTiming.CeilingDivide(value, granule) * granule));
}
