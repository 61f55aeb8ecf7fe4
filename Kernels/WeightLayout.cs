namespace NpuSim.Kernels;

/// <summary>The order in which kernels read weights of one element size; offsets count elements, which are bytes of int8.</summary>
/// <remarks>Dense: output channels in blocks of 16; in a block, groups of 4 consecutive reduction indices; in a group, the 16 output
/// channels, each with its 4 values side by side. The reduction index is (r·S + s)·C4 + c with C4 = C rounded up to 4.
/// Depthwise: [R × S × K16], K16 = K rounded up to 16. Kernels never read what stands in padding.</remarks>
public static class WeightLayout
{
    /// <summary>Output channels of a block.</summary>
    public const int OutputBlock = 16;

    /// <summary>Reduction indices of a group.</summary>
    public const int InputGroup = 4;

    /// <summary>Bytes of a group of a block: 64.</summary>
    public const int GroupBytes = OutputBlock * InputGroup;

    /// <summary>The least multiple that is not below a value.</summary>
    public static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;

    /// <summary>Reduction length after padding every tap's channels to a multiple of 4.</summary>
    public static int PaddedDepth(int r, int s, int c) => checked(r * s * RoundUp(c, InputGroup));

    /// <summary>Bytes of dense weights of k output channels, r × s taps and c input channels.</summary>
    public static int DenseBytes(int k, int r, int s, int c) => checked(RoundUp(k, OutputBlock) * PaddedDepth(r, s, c));

    /// <summary>As <see cref="DenseBytes"/>, for extents of any size; saturates at the largest long.</summary>
    internal static long DenseBytesNeeded(int k, int r, int s, int c) =>
        (long)Int128.Min((Int128)RoundUpLong(k, OutputBlock) * r * s * RoundUpLong(c, InputGroup), long.MaxValue);

    /// <summary>Byte offset of (output channel, padded reduction index) in dense weights of the given padded depth.</summary>
    public static int DenseOffset(int outChannel, int depthIndex, int paddedDepth) =>
        outChannel / OutputBlock * paddedDepth * OutputBlock
        + depthIndex / InputGroup * GroupBytes
        + outChannel % OutputBlock * InputGroup
        + depthIndex % InputGroup;

    /// <summary>Bytes of depthwise weights of k output channels and r × s taps.</summary>
    public static int DepthwiseBytes(int k, int r, int s) => checked(r * s * RoundUp(k, OutputBlock));

    /// <summary>As <see cref="DepthwiseBytes"/>, for extents of any size; saturates at the largest long.</summary>
    internal static long DepthwiseBytesNeeded(int k, int r, int s) =>
        (long)Int128.Min((Int128)RoundUpLong(k, OutputBlock) * r * s, long.MaxValue);

    /// <summary>Lays kernels [K, R, S, C] out in dense order.</summary>
    /// <param name="kernels">K·R·S·C values, row-major.</param>
    /// <param name="k">Output channels.</param>
    /// <param name="r">Kernel rows.</param>
    /// <param name="s">Kernel columns.</param>
    /// <param name="c">Input channels.</param>
    /// <param name="padding">Fills the places of channels that do not exist; the weight zero point.</param>
    /// <param name="packed">At least <see cref="DenseBytes"/>; only these are written.</param>
    public static void PackDense<T>(ReadOnlySpan<T> kernels, int k, int r, int s, int c, T padding, Span<T> packed)
        where T : unmanaged
    {
        int depth = PaddedDepth(r, s, c);
        int paddedChannels = RoundUp(c, InputGroup);
        packed = packed[..DenseBytes(k, r, s, c)];
        packed.Fill(padding);
        for (int row = 0; row < k * r * s; row++)
        {
            var source = kernels.Slice(row * c, c);
            int outChannel = row / (r * s);
            int first = row % (r * s) * paddedChannels;
            for (int i = 0; i < c; i++) packed[DenseOffset(outChannel, first + i, depth)] = source[i];
        }
    }

    /// <summary>Lays kernels [R, S, K] out in depthwise order.</summary>
    /// <param name="kernels">R·S·K values, row-major.</param>
    /// <param name="k">Output channels.</param>
    /// <param name="r">Kernel rows.</param>
    /// <param name="s">Kernel columns.</param>
    /// <param name="padding">Fills the places of channels that do not exist; the weight zero point.</param>
    /// <param name="packed">At least <see cref="DepthwiseBytes"/>; only these are written.</param>
    public static void PackDepthwise<T>(ReadOnlySpan<T> kernels, int k, int r, int s, T padding, Span<T> packed)
        where T : unmanaged
    {
        int pitch = RoundUp(k, OutputBlock);
        packed = packed[..DepthwiseBytes(k, r, s)];
        packed.Fill(padding);
        for (int tap = 0; tap < r * s; tap++) kernels.Slice(tap * k, k).CopyTo(packed[(tap * pitch)..]);
    }

    /// <summary>Lays a matrix out in dense order with R = S = 1, as <c>v.pack</c> does.</summary>
    /// <param name="a">Reduction index × output channel, or output channel × reduction index where transposed.</param>
    /// <param name="rows">Rows of a.</param>
    /// <param name="columns">Columns of a.</param>
    /// <param name="pitch">Elements from row to row of a.</param>
    /// <param name="transposed">The rows of a are output channels.</param>
    /// <param name="padding">Fills the places of channels that do not exist; the zero point of a.</param>
    /// <param name="packed">At least <see cref="MatrixBytes"/>; only these are written.</param>
    public static void PackMatrix<T>(ReadOnlySpan<T> a, int rows, int columns, int pitch, bool transposed, T padding, Span<T> packed)
        where T : unmanaged
    {
        int depth = RoundUp(transposed ? columns : rows, InputGroup);
        packed = packed[..MatrixBytes(rows, columns, transposed)];
        packed.Fill(padding);
        for (int r = 0; r < rows; r++)
        {
            var source = a.Slice(r * pitch, columns);
            for (int c = 0; c < columns; c++)
            {
                int offset = transposed ? DenseOffset(r, c, depth) : DenseOffset(c, r, depth);
                packed[offset] = source[c];
            }
        }
    }

    private static long RoundUpLong(int value, int multiple) => (value + multiple - 1L) / multiple * multiple;

    /// <summary>Bytes that <see cref="PackMatrix"/> writes.</summary>
    public static int MatrixBytes(int rows, int columns, bool transposed) =>
        transposed ? DenseBytes(rows, 1, 1, columns) : DenseBytes(columns, 1, 1, rows);
}
