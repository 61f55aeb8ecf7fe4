using System.Buffers;

namespace NpuSim.Kernels;

/// <summary>The innermost loop of a dense convolution pixel by pixel.</summary>
internal unsafe interface IDensePixelLanes
{
    /// <summary>acc[0 … 16) (+)= start + Σ over groups of four of x·w.</summary>
    /// <param name="x">[groups × 4] int16.</param>
    /// <param name="w">A block of packed weights, [groups × 16 × 4].</param>
    /// <param name="groups">Groups.</param>
    /// <param name="start">What every sum starts from.</param>
    /// <param name="acc">16 int32.</param>
    /// <param name="accumulate">Add to acc.</param>
    static abstract void Run(short* x, sbyte* w, int groups, int start, int* acc, bool accumulate);
}

/// <summary>Dense convolution of few output pixels, hence also the product of few rows with a matrix: packed weights are read as they are
/// and widened on the way, for each pixel anew.</summary>
/// <remarks>Σ x'·(w − z) = Σ x'·w − z·Σ x' with x' = x − InputZero, and 0 where the tile has no pixel or channel, so that what stands in
/// the weights' padding does not count.</remarks>
internal static unsafe class DensePixels<TLanes>
    where TLanes : struct, IDensePixelLanes
{
    private const int Block = WeightLayout.OutputBlock;

    /// <summary>Runs the pass; false where what lies under its pixels is too much for a copy and nothing was done.</summary>
    internal static bool TryRun(in PassGeometry g, ReadOnlySpan<sbyte> x, ReadOnlySpan<sbyte> w, Span<int> acc, bool accumulate)
    {
        int depth = WeightLayout.PaddedDepth(g.KernelHeight, g.KernelWidth, g.InChannels), pixels = g.OutRows * g.OutCols;
        if ((long)depth * pixels > Array.MaxLength) return false;
        short[] values = ArrayPool<short>.Shared.Rent(depth * pixels);
        int* starts = stackalloc int[pixels];
        for (int i = 0; i < pixels; i++) starts[i] = -g.WeightZero * Fill(g, x, i, values.AsSpan(i * depth, depth));
        fixed (short* value = values)
        fixed (sbyte* weights = w)
        fixed (int* sums = acc)
        {
            for (int k = 0; k < g.OutChannels; k += Block)
            {
                for (int i = 0; i < pixels; i++)
                    RunBlock(value + i * depth, weights + (nint)k * depth, depth, starts[i], sums + (nint)i * g.OutPixelPitch + k,
                        Math.Min(Block, g.OutChannels - k), accumulate);
            }
        }

        ArrayPool<short>.Shared.Return(values);
        return true;
    }

    private static void RunBlock(short* x, sbyte* w, int depth, int start, int* acc, int channels, bool accumulate)
    {
        if (channels == Block)
        {
            TLanes.Run(x, w, depth / WeightLayout.InputGroup, start, acc, accumulate);
            return;
        }

        int* scratch = stackalloc int[Block];
        TLanes.Run(x, w, depth / WeightLayout.InputGroup, start, scratch, accumulate: false);
        DenseTail.Copy(scratch, acc, channels, accumulate);
    }

    /// <summary>Gathers what lies under the kernel, in the order of the packed weights; its sum, modulo 2^32.</summary>
    private static int Fill(in PassGeometry g, ReadOnlySpan<sbyte> x, int pixel, Span<short> values)
    {
        int channels = WeightLayout.RoundUp(g.InChannels, WeightLayout.InputGroup);
        values.Clear();
        for (int tap = 0; tap < g.KernelHeight * g.KernelWidth; tap++)
        {
            int iy = g.InputRow(pixel / g.OutCols, tap / g.KernelWidth), ix = g.InputColumn(pixel % g.OutCols, tap % g.KernelWidth);
            if ((uint)iy >= (uint)g.InHeight || (uint)ix >= (uint)g.InWidth) continue;
            WidenedInput.Widen(x.Slice(iy * g.InRowPitch + ix * g.InPixelPitch, g.InChannels), g.InputZero, values[(tap * channels)..]);
        }

        int sum = 0;
        if (g.WeightZero == 0) return sum;
        foreach (short value in values) sum += value;
        return sum;
    }
}
