using System.Buffers;

namespace NpuSim.Kernels;

/// <summary>Counts the products of a pass that have a zero activation, exactly: each zero element of the input as often as the pass takes it.</summary>
/// <remarks>Products with padding are not among them. A row of the input is looked at once, whatever the kernel.</remarks>
public static class ZeroProducts
{
    // Below this the elements of columns that are taken equally often are counted one by one anyway.
    private const int LeastRunBytes = 32;

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
        int[] uses = ArrayPool<int>.Shared.Rent(g.InHeight + g.InWidth);
        var rowUses = uses.AsSpan(0, g.InHeight);
        var columnUses = uses.AsSpan(g.InHeight, g.InWidth);
        OperandUses.Count(g.OutRows, g.KernelHeight, g.StrideY, g.DilationY, g.PadTop, rowUses);
        OperandUses.Count(g.OutCols, g.KernelWidth, g.StrideX, g.DilationX, g.PadLeft, columnUses);
        long channelUses = depthwise ? g.ChannelMultiplier : g.OutChannels;
        // Of a depthwise pass the last channel may have fewer outputs than the others, and further ones none.
        int channels = depthwise ? g.OutChannels / g.ChannelMultiplier : g.InChannels, rest = depthwise ? g.OutChannels % g.ChannelMultiplier : 0;
        long zeros = 0;
        for (int row = firstRow; row < endRow; row++)
        {
            if (rowUses[row] == 0) continue;
            var line = x[(int)((long)row * g.InRowPitch)..];
            long inRow = channels == 0 ? 0 : channelUses * Line(level, line, columnUses, g.InPixelPitch, channels * pattern.ElementBytes, pattern);
            if (rest > 0)
            {
                var last = line[(channels * pattern.ElementBytes)..];
                inRow += rest * Line(level, last, columnUses, g.InPixelPitch, pattern.ElementBytes, pattern);
            }

            zeros += rowUses[row] * inRow;
        }

        ArrayPool<int>.Shared.Return(uses);
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

    // Zeros of a row of pixels, each as often as its column is taken.
    private static long Line(SimdLevel level, ReadOnlySpan<byte> line, ReadOnlySpan<int> uses, int pixelPitch, int pixelBytes, ZeroPattern pattern)
    {
        long zeros = 0;
        for (int column = 0; column < uses.Length;)
        {
            int run = Run(uses[column..]);
            if (pixelPitch == pixelBytes && pattern.ElementBytes == 1 && run * pixelBytes < LeastRunBytes && IsByte(uses[column..]))
                return zeros + Weighted(level, line[(column * pixelPitch)..], uses[column..], pixelBytes, (byte)pattern.Flip);
            if (uses[column] > 0) zeros += uses[column] * Pixels(level, line[(column * pixelPitch)..], run, pixelPitch, pixelBytes, pattern);
            column += run;
        }

        return zeros;
    }

    // Columns from the first on that are taken as often.
    private static int Run(ReadOnlySpan<int> uses)
    {
        int run = 1;
        while (run < uses.Length && uses[run] == uses[0]) run++;
        return run;
    }

    private static bool IsByte(ReadOnlySpan<int> uses) => !uses.ContainsAnyExceptInRange(0, byte.MaxValue);

    private static long Pixels(SimdLevel level, ReadOnlySpan<byte> pixels, int count, int pitch, int bytes, ZeroPattern pattern)
    {
        if (pitch == bytes) return ZeroKernel.Count(level, pixels[..(count * bytes)], pattern);
        long zeros = 0;
        for (int pixel = 0; pixel < count; pixel++) zeros += ZeroKernel.Count(level, pixels.Slice(pixel * pitch, bytes), pattern);
        return zeros;
    }

    // Narrow pixels that are not taken equally often: their uses are laid beside the bytes.
    private static long Weighted(SimdLevel level, ReadOnlySpan<byte> pixels, ReadOnlySpan<int> uses, int pixelBytes, byte zero)
    {
        int bytes = uses.Length * pixelBytes;
        byte[] weights = ArrayPool<byte>.Shared.Rent(bytes);
        for (int column = 0; column < uses.Length; column++) weights.AsSpan(column * pixelBytes, pixelBytes).Fill((byte)uses[column]);
        long sum = ZeroKernel.Weighted(level, pixels[..bytes], weights.AsSpan(0, bytes), zero);
        ArrayPool<byte>.Shared.Return(weights);
        return sum;
    }
}
