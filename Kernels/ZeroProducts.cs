namespace NpuSim.Kernels;

/// <summary>Counts the products of a pass that have a zero activation, exactly: each zero element of the input as often as the pass takes
/// it.</summary>
/// <remarks>Products with padding are not among them. A row of the input is looked at once, whatever the kernel.</remarks>
public static class ZeroProducts
{
    private const int FewRows = 256;

    /// <summary>Products (oy, ox, k, r, s, c) of a convolution whose x[iy,ix,c] is zero and lies in some rows of the input.</summary>
    /// <param name="format">Format of both operands.</param>
    /// <param name="g">Geometry, as for <see cref="FormatKernel"/>: channels count elements, pitches bytes.</param>
    /// <param name="x">Activations.</param>
    /// <param name="firstRow">First row of the input that is looked at.</param>
    /// <param name="endRow">Row behind the last one. The counts of disjoint rows add up to that of all.</param>
    /// <param name="depthwise">Whether an output channel takes one input channel instead of all.</param>
    /// <exception cref="ArgumentException">The span is too short.</exception>
    public static long Count(ArrayFormat format, in PassGeometry g, ReadOnlySpan<byte> x, int firstRow, int endRow, bool depthwise) =>
        Count(Simd.Active, format, g, x, firstRow, endRow, depthwise);

    /// <summary>The same at a chosen level; all levels give the same count.</summary>
    /// <inheritdoc cref="Count(ArrayFormat, in PassGeometry, ReadOnlySpan{byte}, int, int, bool)"/>
    public static long Count(SimdLevel level, ArrayFormat format, in PassGeometry g, ReadOnlySpan<byte> x, int firstRow, int endRow, bool depthwise)
    {
        var pattern = ZeroPattern.OfActivations(format, g.InputZero);
        if (pattern == ZeroPattern.Never || firstRow >= endRow) return 0;
        // Of a depthwise pass the last channel may have fewer outputs than the others, and further ones none.
        int channels = depthwise ? g.OutChannels / g.ChannelMultiplier : g.InChannels, rest = depthwise ? g.OutChannels % g.ChannelMultiplier : 0;
        var columns = ColumnUses.Of(g, pattern, channels * pattern.ElementBytes);
        var last = rest > 0 ? ColumnUses.Of(g, pattern, pattern.ElementBytes) : null;
        Span<int> uses = g.InHeight <= FewRows ? stackalloc int[g.InHeight] : new int[g.InHeight];
        OperandUses.Count(g.OutRows, g.KernelHeight, g.StrideY, g.DilationY, g.PadTop, uses);
        long zeros = 0, channelUses = depthwise ? g.ChannelMultiplier : g.OutChannels;
        for (int row = firstRow; row < endRow; row++)
        {
            if (uses[row] == 0) continue;
            var line = x[(int)((long)row * g.InRowPitch)..];
            zeros += uses[row] * channelUses * columns.Zeros(level, line);
            if (last is not null) zeros += uses[row] * (long)rest * last.Zeros(level, line[(channels * pattern.ElementBytes)..]);
        }

        return zeros;
    }

    /// <summary>Products of two matrices whose a[m,k] is zero.</summary>
    /// <param name="format">Format of both operands.</param>
    /// <param name="a">[rows × depth] activations.</param>
    /// <param name="rows">Rows of a.</param>
    /// <param name="depth">Elements of a row.</param>
    /// <param name="pitch">Bytes from row to row.</param>
    /// <param name="columns">Columns of the result.</param>
    /// <param name="inputZero">Zero point of a.</param>
    public static long Count(ArrayFormat format, ReadOnlySpan<byte> a, int rows, int depth, int pitch, int columns, int inputZero)
    {
        var pattern = ZeroPattern.OfActivations(format, inputZero);
        if (pattern == ZeroPattern.Never) return 0;
        int bytes = depth * pattern.ElementBytes;
        if (pitch == bytes) return columns * ZeroKernel.Count(a[..(int)((long)rows * bytes)], pattern);
        long zeros = 0;
        for (int row = 0; row < rows; row++) zeros += ZeroKernel.Count(a.Slice((int)((long)row * pitch), bytes), pattern);
        return columns * zeros;
    }
}
