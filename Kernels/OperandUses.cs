namespace NpuSim.Kernels;

/// <summary>How often a convolution takes each row, or each column, of its input: pairs of an output and a kernel tap that fall on
/// it.</summary>
/// <remarks>Rows and columns are independent, so that the element at (iy, ix) is taken uses(iy) · uses(ix) times for every output
/// channel. Inside of a stride-1
/// convolution that is the number of taps; at borders it is fewer, and with strides it alternates.</remarks>
internal static class OperandUses
{
    /// <summary>Counts the uses of each of as many rows as <paramref name="uses"/> has.</summary>
    /// <param name="outputs">Output rows.</param>
    /// <param name="taps">Kernel rows.</param>
    /// <param name="stride">Vertical stride.</param>
    /// <param name="dilation">Vertical dilation.</param>
    /// <param name="padding">Rows of padding above the first; may be negative.</param>
    /// <param name="uses">Overwritten.</param>
    internal static void Count(int outputs, int taps, int stride, int dilation, int padding, Span<int> uses)
    {
        uses.Clear();
        for (int tap = 0; tap < taps; tap++)
        {
            // 0 ≤ o·stride + shift < rows
            long shift = ((long)tap * dilation) - padding;
            long first = shift >= 0 ? 0 : (-shift + stride - 1) / stride;
            for (long output = first; output < outputs && (output * stride) + shift < uses.Length; output++)
                uses[(int)((output * stride) + shift)]++;
        }
    }
}
