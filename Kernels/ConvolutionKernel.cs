using System.Runtime.InteropServices;

namespace NpuSim.Kernels;

/// <summary>Dense and depthwise convolution of an int8 tile into int32 accumulators that wrap.</summary>
public static class ConvolutionKernel
{
    /// <summary>Up to as many output pixels, widening the weights once does not pay.</summary>
    private const int FewPixels = 8;

    /// <summary>acc[oy,ox,k] (+)= Σ_{r,s,c} (x[iy,ix,c] − InputZero)·(w[k,r,s,c] − WeightZero), modulo 2^32.</summary>
    /// <param name="g">Geometry.</param>
    /// <param name="x">Activations.</param>
    /// <param name="w">Weights in dense order (<see cref="WeightLayout"/>).</param>
    /// <param name="acc">Accumulators.</param>
    /// <param name="accumulate">Add to the accumulators instead of overwriting them.</param>
    /// <exception cref="ArgumentException">The geometry is out of range, or a span is too short for it.</exception>
    public static void Dense(in PassGeometry g, ReadOnlySpan<sbyte> x, ReadOnlySpan<sbyte> w, Span<int> acc, bool accumulate) =>
        Dense(Simd.Active, g, x, w, acc, accumulate);

    /// <summary>The same at a chosen level; all levels give the same accumulators.</summary>
    /// <inheritdoc cref="Dense(in PassGeometry, ReadOnlySpan{sbyte}, ReadOnlySpan{sbyte}, Span{int}, bool)"/>
    public static void Dense(SimdLevel level, in PassGeometry g, ReadOnlySpan<sbyte> x, ReadOnlySpan<sbyte> w, Span<int> acc,
        bool accumulate) => Dense(level, g, x, w, acc, accumulate, default);

    /// <summary>The same with weights of which it may be known that an earlier pass of the thread had them.</summary>
    internal static void Dense(SimdLevel level, in PassGeometry g, ReadOnlySpan<sbyte> x, ReadOnlySpan<sbyte> w, Span<int> acc,
        bool accumulate, in WeightsMark mark)
    {
        Simd.Require(level);
        g.Verify(x.Length, w.Length, WeightLayout.DenseBytesNeeded(g.OutChannels, g.KernelHeight, g.KernelWidth, g.InChannels), acc.Length);
        var input = MemoryMarshal.AsBytes(x);
        var weights = MemoryMarshal.AsBytes(w);
        bool few = g.OutRows <= FewPixels && g.OutCols <= FewPixels && g.OutRows * g.OutCols <= FewPixels
            && !KeptWeights.Repeats(mark, g, sizeof(sbyte));
        bool done = level switch
        {
            SimdLevel.Scalar => false,
            SimdLevel.Vector128 when few => DensePixels<DensePixelLanes128>.TryRun(g, x, w, acc, accumulate),
            SimdLevel.Vector256 when few => DensePixels<DensePixelLanes256>.TryRun(g, x, w, acc, accumulate),
            SimdLevel.Vector512 when few => DensePixels<DensePixelLanes512>.TryRun(g, x, w, acc, accumulate),
            SimdLevel.AvxVnni when g.WeightZero == 0 => DenseByteVector.TryRun(g, x, w, acc, accumulate),
            SimdLevel.AvxVnni when few => DensePixels<DensePixelLanes256>.TryRun(g, x, w, acc, accumulate),
            SimdLevel.Vector128 => DenseVector<DenseVector128, Int8Operands>.TryRun(g, input, weights, acc, accumulate, mark),
            SimdLevel.Vector256 or SimdLevel.AvxVnni =>
                DenseVector<DenseVector256, Int8Operands>.TryRun(g, input, weights, acc, accumulate, mark),
            SimdLevel.Vector512 => DenseVector<DenseVector512, Int8Operands>.TryRun(g, input, weights, acc, accumulate, mark),
        };
        if (!done) ConvolutionScalar.Dense(g, x, w, acc, accumulate);
    }

    /// <summary>acc[oy,ox,k] (+)= Σ_{r,s} (x[iy,ix,⌊k/ChannelMultiplier⌋] − InputZero)·(w[r,s,k] − WeightZero), modulo 2^32.</summary>
    /// <param name="g">Geometry; OutChannels is at most InChannels·ChannelMultiplier.</param>
    /// <param name="x">Activations.</param>
    /// <param name="w">Weights in depthwise order (<see cref="WeightLayout"/>).</param>
    /// <param name="acc">Accumulators.</param>
    /// <param name="accumulate">Add to the accumulators instead of overwriting them.</param>
    /// <exception cref="ArgumentException">The geometry is out of range, or a span is too short for it.</exception>
    public static void Depthwise(in PassGeometry g, ReadOnlySpan<sbyte> x, ReadOnlySpan<sbyte> w, Span<int> acc, bool accumulate) =>
        Depthwise(Simd.Active, g, x, w, acc, accumulate);

    /// <summary>The same at a chosen level; all levels give the same accumulators.</summary>
    /// <inheritdoc cref="Depthwise(in PassGeometry, ReadOnlySpan{sbyte}, ReadOnlySpan{sbyte}, Span{int}, bool)"/>
    public static void Depthwise(SimdLevel level, in PassGeometry g, ReadOnlySpan<sbyte> x, ReadOnlySpan<sbyte> w, Span<int> acc,
        bool accumulate)
    {
        Simd.Require(level);
        g.Verify(x.Length, w.Length, WeightLayout.DepthwiseBytesNeeded(g.OutChannels, g.KernelHeight, g.KernelWidth), acc.Length);
        if ((long)g.InChannels * g.ChannelMultiplier < g.OutChannels)
            throw new ArgumentException($"{g.InChannels} channels times {g.ChannelMultiplier} are fewer than {g.OutChannels} output channels");
        bool done = level switch
        {
            SimdLevel.Scalar => false,
            SimdLevel.Vector128 or SimdLevel.Vector256 or SimdLevel.Vector512 or SimdLevel.AvxVnni when Depthwise3x3.Fits(g) =>
                Depthwise3x3.TryRun(level, g, x, w, acc, accumulate),
            SimdLevel.Vector128 => DepthwiseVector<DepthwiseVector128>.TryRun(g, x, w, acc, accumulate),
            SimdLevel.Vector256 or SimdLevel.Vector512 or SimdLevel.AvxVnni =>
                DepthwiseVector<DepthwiseVector256>.TryRun(g, x, w, acc, accumulate),
        };
        if (!done) ConvolutionScalar.Depthwise(g, x, w, acc, accumulate);
    }
}
