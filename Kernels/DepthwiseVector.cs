using System.Buffers;

namespace NpuSim.Kernels;

/// <summary>The innermost loops of a depthwise convolution: 16 channels of one pixel, or of <see cref="Pixels"/> neighbours.</summary>
internal unsafe interface IDepthwiseMicroKernel
{
    /// <summary>Pixels of a group.</summary>
    const int Pixels = 3;

    /// <summary>Lays the int16 weights of a pair of taps out as <see cref="Run"/> reads them.</summary>
    /// <param name="first">16 weights of the first tap.</param>
    /// <param name="second">16 weights of the second tap.</param>
    /// <param name="target">32 values.</param>
    static abstract void InterleaveTaps(short* first, short* second, short* target);

    /// <summary>acc[0 … 16) (+)= Σ over pairs of taps of x[first]·w[first] + x[second]·w[second], channel by channel.</summary>
    /// <param name="x">int16 values of the pixel's 16 channels.</param>
    /// <param name="offsets">Elements from x to each tap; an even number of them.</param>
    /// <param name="pairs">Pairs of taps.</param>
    /// <param name="w">[pair][32] int16, interleaved.</param>
    /// <param name="acc">16 int32.</param>
    /// <param name="accumulate">Add to acc.</param>
    static abstract void Run(short* x, int* offsets, int pairs, short* w, int* acc, bool accumulate);

    /// <summary>The same for <see cref="Pixels"/> pixels that are step elements of x and accStep of acc apart.</summary>
    static abstract void RunGroup(short* x, int step, int* offsets, int pairs, short* w, int* acc, int accStep, bool accumulate);
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

    /// <summary>Where the taps of a pixel lie, and their weights [block of 16][pair][32].</summary>
    private readonly struct Taps(int* offsets, int pairs, short* weights)
    {
        internal int* Offsets { get; } = offsets;

        internal int Pairs { get; } = pairs;

        internal short* Weights { get; } = weights;
    }

    private static void FillWeights(in PassGeometry g, ReadOnlySpan<sbyte> w, int pitch, int pairs, Span<short> target)
    {
        int taps = g.KernelHeight * g.KernelWidth;
        short* pair = stackalloc short[2 * Block];
        fixed (short* start = target)
        {
            for (int item = 0; item < pitch / Block * pairs; item++)
            {
                var (block, first) = (item / pairs * Block, item % pairs * 2);
                var both = new Span<short>(pair, 2 * Block);
                both.Clear();
                WidenedInput.Widen(w.Slice(first * pitch + block, Block), g.WeightZero, both);
                if (first + 1 < taps) WidenedInput.Widen(w.Slice((first + 1) * pitch + block, Block), g.WeightZero, both[Block..]);
                TKernel.InterleaveTaps(pair, pair + Block, start + item * 2 * Block);
            }
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
        int whole = g.OutChannels / Block * Block;
        for (int row = 0; row < band.Rows; row++)
        {
            short* x = input + (nint)(row * g.StrideY * band.InputColumns(g)) * pitch;
            int* target = acc + ((nint)(band.FirstRow + row) * g.OutCols + band.FirstColumn) * g.OutPixelPitch;
            for (int k = 0; k < whole; k += Block) RunRow(g, band, pitch, taps, k, x + k, target + k, accumulate);
            if (whole < g.OutChannels) RunTail(g, band, pitch, taps, x + whole, target + whole, accumulate);
        }
    }

    /// <summary>A row of pixels of a whole block of channels.</summary>
    private static void RunRow(in PassGeometry g, in ConvolutionBand band, int pitch, in Taps taps, int k, short* x, int* acc,
        bool accumulate)
    {
        const int Group = IDepthwiseMicroKernel.Pixels;
        short* w = taps.Weights + k * 2 * taps.Pairs;
        int step = g.StrideX * pitch;
        int pixel = 0;
        for (; pixel <= band.Columns - Group; pixel += Group)
            TKernel.RunGroup(x + (nint)pixel * step, step, taps.Offsets, taps.Pairs, w, acc + (nint)pixel * g.OutPixelPitch,
                g.OutPixelPitch, accumulate);
        for (; pixel < band.Columns; pixel++)
            TKernel.Run(x + (nint)pixel * step, taps.Offsets, taps.Pairs, w, acc + (nint)pixel * g.OutPixelPitch, accumulate);
    }

    /// <summary>A row of pixels of the channels past the last whole block.</summary>
    private static void RunTail(in PassGeometry g, in ConvolutionBand band, int pitch, in Taps taps, short* x, int* acc, bool accumulate)
    {
        int* scratch = stackalloc int[Block];
        int first = g.OutChannels / Block * Block;
        for (int pixel = 0; pixel < band.Columns; pixel++)
        {
            TKernel.Run(x + (nint)pixel * g.StrideX * pitch, taps.Offsets, taps.Pairs, taps.Weights + first * 2 * taps.Pairs, scratch, false);
            DenseTail.Copy(scratch, acc + (nint)pixel * g.OutPixelPitch, g.OutChannels - first, accumulate);
        }
    }
}
