using System.Buffers;
using System.Runtime.InteropServices;

namespace NpuSim.Kernels;

/// <summary>Array passes in every format: dense and depthwise convolution and the product of matrices, into accumulators of 4 bytes.</summary>
/// <remarks>Operands are bytes. In <see cref="PassGeometry"/>, pitches are bytes, InChannels counts elements, OutPixelPitch accumulators. Integer sums
/// wrap. Every level gives the accumulators of <see cref="SimdLevel.Scalar"/>, bit for bit.</remarks>
public static class FormatKernel
{
    /// <summary>acc[oy,ox,k] (+)= Σ_{r,s,c} (x[iy,ix,c] − InputZero)·(w[k,r,s,c] − WeightZero). bfloat16: one chain of fused multiply-adds over ascending (r, s, c)
    /// from +0 or the accumulator; a tap outside the tile is a zero activation there and contributes nothing elsewhere.</summary>
    /// <param name="format">Format of both operands.</param>
    /// <param name="g">Geometry.</param>
    /// <param name="x">Activations.</param>
    /// <param name="w">Weights in the dense order of the format (<see cref="ArrayFormats"/>).</param>
    /// <param name="acc">Accumulators: int32, or float32 for bfloat16.</param>
    /// <param name="accumulate">Add to the accumulators instead of overwriting them.</param>
    /// <param name="mark">Which weights they are, where that is known.</param>
    /// <exception cref="ArgumentException">The geometry is out of range, has a zero point that the format does not, or an operand is too short.</exception>
    public static void Dense(
        ArrayFormat format, in PassGeometry g, ReadOnlySpan<byte> x, ReadOnlySpan<byte> w, Span<byte> acc, bool accumulate, WeightsMark mark = default) =>
        Dense(Simd.Active, format, g, x, w, acc, accumulate, mark);

    /// <summary>The same at a chosen level.</summary>
    /// <inheritdoc cref="Dense(ArrayFormat, in PassGeometry, ReadOnlySpan{byte}, ReadOnlySpan{byte}, Span{byte}, bool, WeightsMark)"/>
    public static void Dense(
        SimdLevel level, ArrayFormat format, in PassGeometry g, ReadOnlySpan<byte> x, ReadOnlySpan<byte> w, Span<byte> acc, bool accumulate,
        WeightsMark mark = default)
    {
        Verify(level, format, g, x, w, acc, format.DenseBytes(g.OutChannels, g.KernelHeight, g.KernelWidth, g.InChannels));
        var sums = MemoryMarshal.Cast<byte, int>(acc);
        switch (format)
        {
            case ArrayFormat.Int8:
                ConvolutionKernel.Dense(level, g, Signed(x), Signed(w), sums, accumulate, mark);
                break;
            case ArrayFormat.Int4 or ArrayFormat.Log2 when level != SimdLevel.Scalar:
                int packed = (int)format.DenseBytes(g.OutChannels, g.KernelHeight, g.KernelWidth, g.InChannels);
                sbyte[] values = Unpacked(format, w[..packed]);
                ConvolutionKernel.Dense(level, g, Signed(x), values, sums, accumulate);
                ArrayPool<sbyte>.Shared.Return(values);
                break;
            case ArrayFormat.Float32:
                using (var rounded = new RoundedOperands(x, w[..(int)format.DenseBytes(g.OutChannels, g.KernelHeight, g.KernelWidth, g.InChannels)]))
                    Dense(level, ArrayFormat.Bf16, RoundedOperands.Geometry(g), rounded.X, rounded.Weights, acc, accumulate);
                break;
            case ArrayFormat.Int16 when DenseWide(level, g, x, w, sums, accumulate, mark):
            case ArrayFormat.Bf16 when BrainDense(level, g, x, w, MemoryMarshal.Cast<byte, float>(acc), accumulate):
            case ArrayFormat.Binary when BinaryDense(level, g, x, w, sums, accumulate):
                break;
            default:
                Scalar(format, g, x, w, acc, accumulate, depthwise: false);
                break;
        }
    }

    /// <summary>acc[oy,ox,k] (+)= Σ_{r,s} (x[iy,ix,⌊k/ChannelMultiplier⌋] − InputZero)·(w[r,s,k] − WeightZero), with the same rules.</summary>
    /// <inheritdoc cref="Dense(ArrayFormat, in PassGeometry, ReadOnlySpan{byte}, ReadOnlySpan{byte}, Span{byte}, bool, WeightsMark)"/>
    public static void Depthwise(ArrayFormat format, in PassGeometry g, ReadOnlySpan<byte> x, ReadOnlySpan<byte> w, Span<byte> acc, bool accumulate) =>
        Depthwise(Simd.Active, format, g, x, w, acc, accumulate);

    /// <summary>The same at a chosen level.</summary>
    /// <inheritdoc cref="Dense(ArrayFormat, in PassGeometry, ReadOnlySpan{byte}, ReadOnlySpan{byte}, Span{byte}, bool, WeightsMark)"/>
    public static void Depthwise(
        SimdLevel level, ArrayFormat format, in PassGeometry g, ReadOnlySpan<byte> x, ReadOnlySpan<byte> w, Span<byte> acc, bool accumulate)
    {
        int packed = (int)Math.Min(int.MaxValue, format.DepthwiseBytes(g.OutChannels, g.KernelHeight, g.KernelWidth));
        Verify(level, format, g, x, w, acc, packed);
        if ((long)g.InChannels * g.ChannelMultiplier < g.OutChannels)
            throw new ArgumentException($"{g.InChannels} channels times {g.ChannelMultiplier} are fewer than {g.OutChannels} output channels");
        var sums = MemoryMarshal.Cast<byte, int>(acc);
        switch (format)
        {
            case ArrayFormat.Int8:
                ConvolutionKernel.Depthwise(level, g, Signed(x), Signed(w), sums, accumulate);
                break;
            case ArrayFormat.Int4 or ArrayFormat.Log2 when level != SimdLevel.Scalar:
                sbyte[] values = Unpacked(format, w[..packed]);
                ConvolutionKernel.Depthwise(level, g, Signed(x), values, sums, accumulate);
                ArrayPool<sbyte>.Shared.Return(values);
                break;
            case ArrayFormat.Float32:
                using (var rounded = new RoundedOperands(x, w[..packed]))
                    Depthwise(level, ArrayFormat.Bf16, RoundedOperands.Geometry(g), rounded.X, rounded.Weights, acc, accumulate);
                break;
            case ArrayFormat.Int16 when level != SimdLevel.Scalar:
                WideDepthwise.Int16(g, x, w, sums, accumulate);
                break;
            case ArrayFormat.Binary when level != SimdLevel.Scalar:
                WideDepthwise.Binary(g, x, w, sums, accumulate);
                break;
            case ArrayFormat.Bf16 when level != SimdLevel.Scalar:
                WideDepthwise.Brain(g, x, w, MemoryMarshal.Cast<byte, float>(acc), accumulate);
                break;
            default:
                Scalar(format, g, x, w, acc, accumulate, depthwise: true);
                break;
        }
    }

    /// <summary>acc[m,n] (+)= Σ_k (a[m,k] − inputZero)·(w[n,k] − weightZero), with the rules of a 1 × 1 convolution.</summary>
    /// <param name="format">Format of both operands.</param>
    /// <param name="rows">Rows M of a.</param>
    /// <param name="columns">Columns N of the result.</param>
    /// <param name="depth">Reduction length K, elements.</param>
    /// <param name="pitchA">Bytes from row to row of a.</param>
    /// <param name="a">[rows × depth].</param>
    /// <param name="w">Second matrix in dense order with R = S = 1.</param>
    /// <param name="acc">[rows × columns] accumulators.</param>
    /// <param name="accPitch">Accumulators from row to row.</param>
    /// <param name="inputZero">Zero point of a.</param>
    /// <param name="weightZero">Zero point of w.</param>
    /// <param name="accumulate">Add to the accumulators instead of overwriting them.</param>
    /// <param name="mark">Which weights they are, where that is known.</param>
    /// <exception cref="ArgumentException">An extent is below 1, or a span is too short.</exception>
    public static void Multiply(
        ArrayFormat format, int rows, int columns, int depth, int pitchA, ReadOnlySpan<byte> a, ReadOnlySpan<byte> w, Span<byte> acc, int accPitch,
        int inputZero, int weightZero, bool accumulate, WeightsMark mark = default) =>
        Multiply(Simd.Active, format, rows, columns, depth, pitchA, a, w, acc, accPitch, inputZero, weightZero, accumulate, mark);

    /// <summary>The same at a chosen level.</summary>
    /// <inheritdoc cref="Multiply(ArrayFormat, int, int, int, int, ReadOnlySpan{byte}, ReadOnlySpan{byte}, Span{byte}, int, int, int, bool, WeightsMark)"/>
    public static void Multiply(
        SimdLevel level, ArrayFormat format, int rows, int columns, int depth, int pitchA, ReadOnlySpan<byte> a, ReadOnlySpan<byte> w, Span<byte> acc,
        int accPitch, int inputZero, int weightZero, bool accumulate, WeightsMark mark = default)
    {
        // A matrix is an image of one row whose pixels are the matrix' rows.
        var geometry = new PassGeometry(InHeight: 1, InWidth: rows, InChannels: depth, InRowPitch: 0, InPixelPitch: pitchA,
            KernelHeight: 1, KernelWidth: 1, StrideY: 1, StrideX: 1, DilationY: 1, DilationX: 1, PadTop: 0, PadLeft: 0,
            OutRows: 1, OutCols: rows, OutChannels: columns, OutPixelPitch: accPitch, InputZero: inputZero, WeightZero: weightZero);
        Dense(level, format, geometry, a, w, acc, accumulate, mark);
    }

    private static void Verify(
        SimdLevel level, ArrayFormat format, in PassGeometry g, ReadOnlySpan<byte> x, ReadOnlySpan<byte> w, Span<byte> acc, long weightBytes)
    {
        Simd.Require(level);
        long pixel = format.PixelBytes(Math.Max(1, g.InChannels));
        (g with { InChannels = g.InChannels < 1 ? g.InChannels : (int)Math.Min(int.MaxValue, pixel) }).Verify(x.Length, w.Length, weightBytes, acc.Length / sizeof(int));
        bool inputZero = format is ArrayFormat.Int8 or ArrayFormat.Int4 or ArrayFormat.Log2, weightZero = format is ArrayFormat.Int8 or ArrayFormat.Int4;
        if ((g.InputZero != 0 && !inputZero) || (g.WeightZero != 0 && !weightZero))
            throw new ArgumentException($"found zero points {g.InputZero} and {g.WeightZero}, which {format} does not have");
        if (format == ArrayFormat.Int4 && g.WeightZero is < -8 or > 7) throw new ArgumentException($"found a weight zero point of {g.WeightZero}, expected −8 … 7");
        if (format is ArrayFormat.Int16 or ArrayFormat.Bf16 && ((g.InRowPitch | g.InPixelPitch) & 1) != 0)
            throw new ArgumentException($"found pitches of {g.InRowPitch} and {g.InPixelPitch} bytes, expected even ones");
        if (format == ArrayFormat.Float32 && ((g.InRowPitch | g.InPixelPitch) & 3) != 0)
            throw new ArgumentException($"found pitches of {g.InRowPitch} and {g.InPixelPitch} bytes, expected multiples of 4");
    }

    private static bool DenseWide(
        SimdLevel level, in PassGeometry g, ReadOnlySpan<byte> x, ReadOnlySpan<byte> w, Span<int> acc, bool accumulate, in WeightsMark mark) => level switch
        {
            SimdLevel.Scalar => false,
            SimdLevel.Vector128 => DenseVector<DenseVector128, Int16Operands>.TryRun(g, x, w, acc, accumulate, mark),
            SimdLevel.Vector256 => DenseVector<DenseVector256, Int16Operands>.TryRun(g, x, w, acc, accumulate, mark),
            SimdLevel.Vector512 => DenseVector<DenseVector512, Int16Operands>.TryRun(g, x, w, acc, accumulate, mark),
            // Neither has four-byte dot products: the widest vectors that such a processor has.
            SimdLevel.AvxVnni when Simd.IsSupported(SimdLevel.Vector512) => DenseVector<DenseVector512, Int16Operands>.TryRun(g, x, w, acc, accumulate, mark),
            SimdLevel.AvxVnni => DenseVector<DenseVector256, Int16Operands>.TryRun(g, x, w, acc, accumulate, mark),
        };

    private static bool BrainDense(SimdLevel level, in PassGeometry g, ReadOnlySpan<byte> x, ReadOnlySpan<byte> w, Span<float> acc, bool accumulate) => level switch
    {
        SimdLevel.Scalar => false,
        SimdLevel.Vector128 => BrainConvolution<FloatVector128>.TryRun(g, x, w, acc, accumulate),
        SimdLevel.Vector256 or SimdLevel.AvxVnni => BrainConvolution<FloatVector256>.TryRun(g, x, w, acc, accumulate),
        SimdLevel.Vector512 => BrainConvolution<FloatVector512>.TryRun(g, x, w, acc, accumulate),
    };

    private static bool BinaryDense(SimdLevel level, in PassGeometry g, ReadOnlySpan<byte> x, ReadOnlySpan<byte> w, Span<int> acc, bool accumulate) => level switch
    {
        SimdLevel.Scalar => false,
        SimdLevel.Vector128 => BinaryConvolution<BinaryVector128>.TryRun(g, x, w, acc, accumulate),
        SimdLevel.Vector256 => BinaryConvolution<BinaryVector256>.TryRun(g, x, w, acc, accumulate),
        SimdLevel.Vector512 => BinaryConvolution<BinaryVector512>.TryRun(g, x, w, acc, accumulate),
        // Neither has four-byte dot products: the widest vectors that such a processor has.
        SimdLevel.AvxVnni when Simd.IsSupported(SimdLevel.Vector512) => BinaryConvolution<BinaryVector512>.TryRun(g, x, w, acc, accumulate),
        SimdLevel.AvxVnni => BinaryConvolution<BinaryVector256>.TryRun(g, x, w, acc, accumulate),
    };

    private static void Scalar(
        ArrayFormat format, in PassGeometry g, ReadOnlySpan<byte> x, ReadOnlySpan<byte> w, Span<byte> acc, bool accumulate, bool depthwise)
    {
        var sums = MemoryMarshal.Cast<byte, int>(acc);
        switch (format)
        {
            case ArrayFormat.Int4: FormatScalar<Int4Format>.Run(g, x, w, sums, accumulate, depthwise); break;
            case ArrayFormat.Log2: FormatScalar<Log2Format>.Run(g, x, w, sums, accumulate, depthwise); break;
            case ArrayFormat.Int16: FormatScalar<Int16Format>.Run(g, x, w, sums, accumulate, depthwise); break;
            case ArrayFormat.Binary: FormatScalar<BinaryFormat>.Run(g, x, w, sums, accumulate, depthwise); break;
            case ArrayFormat.Bf16: BrainScalar.Run(g, x, w, MemoryMarshal.Cast<byte, float>(acc), accumulate, depthwise); break;
            case ArrayFormat.Int8:
            case ArrayFormat.Float32:
            default: throw new ArgumentOutOfRangeException(nameof(format), format, "it has kernels of its own");
        }
    }

    private static sbyte[] Unpacked(ArrayFormat format, ReadOnlySpan<byte> w)
    {
        sbyte[] values = ArrayPool<sbyte>.Shared.Rent(2 * w.Length);
        NibbleWeights.Unpack(format, w, values);
        return values;
    }

    private static ReadOnlySpan<sbyte> Signed(ReadOnlySpan<byte> bytes) => MemoryMarshal.Cast<byte, sbyte>(bytes);
}
