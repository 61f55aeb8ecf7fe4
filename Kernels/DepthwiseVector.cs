using System.Buffers;

namespace NpuSim.Kernels;

/// <summary>The innermost loop of a depthwise convolution: one pixel, 16 channels.</summary>
internal unsafe interface IDepthwiseMicroKernel
{
    /// <summary>acc[0 … 16) (+)= Σ over pairs of taps of x[first]·w[first] + x[second]·w[second], channel by channel.</summary>
    /// <param name="x">int16 values of the pixel's 16 channels.</param>
    /// <param name="offsets">Elements from x to each tap; an even number of them.</param>
    /// <param name="pairs">Pairs of taps.</param>
    /// <param name="w">[pair][2][16] int16.</param>
    /// <param name="acc">16 int32.</param>
    /// <param name="accumulate">Add to acc.</param>
    static abstract void Run(short* x, int* offsets, int pairs, short* w, int* acc, bool accumulate);
}

/// <summary>Depthwise convolution on widened operands: band by band of output pixels, 16 channels at a time, two taps at a time.</summary>
/// <remarks>Channels of a pixel are padded to a multiple of 16 with zeros; an odd number of taps is filled up with a zero weight.</remarks>
internal static unsafe class DepthwiseVector<TKernel>
    where TKernel : struct, IDepthwiseMicroKernel
{
    private const int Block = WeightLayout.OutputBlock;

    /// <summary>Runs the pass; false where its geometry is unfit for copying and nothing was done.</summary>
    internal static bool TryRun(in PassGeometry g, ReadOnlySpan<sbyte> x, ReadOnlySpan<sbyte> w, Span<int> acc, bool accumulate)
    {
        int pitch = WeightLayout.RoundUp(g.OutChannels, Block);
        if (ConvolutionBand.Choose(g, sizeof(short) * pitch) is not { } extents) return false;
        int pairs = (g.KernelHeight * g.KernelWidth + 1) / 2;
        int[] offsets = ArrayPool<int>.Shared.Rent(2 * pairs);
        short[] input = ArrayPool<short>.Shared.Rent(extents.InputRows(g) * extents.InputColumns(g) * pitch);
        short[] weights = ArrayPool<short>.Shared.Rent(2 * pairs * pitch);
        FillWeights(g, w, pitch, pairs, weights);
        fixed (int* offset = offsets, accStart = acc)
        fixed (short* inputStart = input, weightStart = weights)
        {
            for (int row = 0; row < g.OutRows; row += extents.Rows)
            {
                for (int column = 0; column < g.OutCols; column += extents.Columns)
                {
                    var band = (extents with { FirstRow = row, FirstColumn = column }).Within(g);
                    WidenedInput.FillRepeated(g, x, g.InputRow(row, 0), g.InputColumn(column, 0), band.InputRows(g), band.InputColumns(g),
                        pitch, input);
                    SetOffsets(g, band, pitch, pairs, offsets);
                    RunBand(g, band, pitch, new Taps(offset, pairs, weightStart), inputStart, accStart, accumulate);
                }
            }
        }

        ArrayPool<int>.Shared.Return(offsets);
        ArrayPool<short>.Shared.Return(input);
        ArrayPool<short>.Shared.Return(weights);
        return true;
    }

    /// <summary>Where the taps of a pixel lie, and their weights [block of 16][pair][2][16].</summary>
    private readonly struct Taps(int* offsets, int pairs, short* weights)
    {
        internal int* Offsets { get; } = offsets;

        internal int Pairs { get; } = pairs;

        internal short* Weights { get; } = weights;
    }

    private static void FillWeights(in PassGeometry g, ReadOnlySpan<sbyte> w, int pitch, int pairs, Span<short> target)
    {
        target[..(2 * pairs * pitch)].Clear();
        int taps = g.KernelHeight * g.KernelWidth;
        for (int block = 0; block < pitch; block += Block)
        {
            for (int tap = 0; tap < taps; tap++)
                WidenedInput.Widen(w.Slice(tap * pitch + block, Block), g.WeightZero, target[(block * 2 * pairs + tap * Block)..]);
        }
    }

    private static void SetOffsets(in PassGeometry g, in ConvolutionBand band, int pitch, int pairs, Span<int> offsets)
    {
        int taps = g.KernelHeight * g.KernelWidth;
        for (int tap = 0; tap < 2 * pairs; tap++)
        {
            int r = tap / g.KernelWidth * g.DilationY;
            int s = tap % g.KernelWidth * g.DilationX;
            offsets[tap] = tap < taps ? (r * band.InputColumns(g) + s) * pitch : 0;
        }
    }

    private static void RunBand(in PassGeometry g, in ConvolutionBand band, int pitch, in Taps taps, short* input, int* acc,
        bool accumulate)
    {
        int* scratch = stackalloc int[Block];
        int whole = g.OutChannels / Block * Block;
        for (int pixel = 0; pixel < band.Rows * band.Columns; pixel++)
        {
            short* x = input + band.InputPixel(g, pixel) * pitch;
            int* target = acc + (long)band.OutputPixel(g, pixel) * g.OutPixelPitch;
            for (int k = 0; k < whole; k += Block)
                TKernel.Run(x + k, taps.Offsets, taps.Pairs, taps.Weights + k * 2 * taps.Pairs, target + k, accumulate);
            if (whole == g.OutChannels) continue;
            TKernel.Run(x + whole, taps.Offsets, taps.Pairs, taps.Weights + whole * 2 * taps.Pairs, scratch, false);
            for (int k = whole; k < g.OutChannels; k++) target[k] = accumulate ? target[k] + scratch[k - whole] : scratch[k - whole];
        }
    }
}
