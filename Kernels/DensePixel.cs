using System.Buffers;

namespace NpuSim.Kernels;

/// <summary>The innermost loop of a dense convolution of one output pixel.</summary>
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

/// <summary>Dense convolution of one output pixel, hence the product of a row with a matrix: packed weights are read once, as they are, and
/// widened on the way.</summary>
/// <remarks>Σ x'·(w − z) = Σ x'·w − z·Σ x' with x' = x − InputZero, and 0 where the tile has no pixel or channel, so that what stands in the
/// weights' padding does not count.</remarks>
internal static unsafe class DensePixel<TLanes>
    where TLanes : struct, IDensePixelLanes
{
    private const int Block = WeightLayout.OutputBlock;

    /// <summary>Runs the pass; true, as every geometry is fit.</summary>
    internal static bool Run(in PassGeometry g, ReadOnlySpan<sbyte> x, ReadOnlySpan<sbyte> w, Span<int> acc, bool accumulate)
    {
        int depth = WeightLayout.PaddedDepth(g.KernelHeight, g.KernelWidth, g.InChannels);
        short[] values = ArrayPool<short>.Shared.Rent(depth);
        int sum = Fill(g, x, values.AsSpan(0, depth));
        int start = -g.WeightZero * sum;
        int* scratch = stackalloc int[Block];
        fixed (short* value = values)
        fixed (sbyte* weights = w)
        fixed (int* sums = acc)
        {
            for (int k = 0; k < g.OutChannels; k += Block)
            {
                sbyte* block = weights + (nint)k * depth;
                bool whole = k + Block <= g.OutChannels;
                TLanes.Run(value, block, depth / WeightLayout.InputGroup, start, whole ? sums + k : scratch, whole && accumulate);
                if (!whole) DenseTail.Copy(scratch, sums + k, g.OutChannels - k, accumulate);
            }
        }

        ArrayPool<short>.Shared.Return(values);
        return true;
    }

    /// <summary>Gathers what lies under the kernel, in the order of the packed weights; its sum, modulo 2^32.</summary>
    private static int Fill(in PassGeometry g, ReadOnlySpan<sbyte> x, Span<short> values)
    {
        int channels = WeightLayout.RoundUp(g.InChannels, WeightLayout.InputGroup);
        values.Clear();
        for (int tap = 0; tap < g.KernelHeight * g.KernelWidth; tap++)
        {
            int iy = g.InputRow(0, tap / g.KernelWidth), ix = g.InputColumn(0, tap % g.KernelWidth);
            if ((uint)iy >= (uint)g.InHeight || (uint)ix >= (uint)g.InWidth) continue;
            WidenedInput.Widen(x.Slice(iy * g.InRowPitch + ix * g.InPixelPitch, g.InChannels), g.InputZero, values[(tap * channels)..]);
        }

        int sum = 0;
        if (g.WeightZero == 0) return sum;
        foreach (short value in values) sum += value;
        return sum;
    }
}
