namespace NpuSim.Kernels;

/// <summary>float32 convolution of one NHWC image, for reference accuracy and calibration.</summary>
/// <remarks>Each output starts at its bias (or +0) and takes in one fused multiply-add for each tap, in the order r, s, c. The result is
/// the same at every SIMD level and however the work is shared out.</remarks>
public static class FloatConvolutionKernel
{
    /// <summary>out[oy,ox,k] = bias[k] + Σ_{r,s,c} x[iy,ix,g·C/G + c]·w[k,r,s,c], g the group of k.</summary>
    /// <param name="g">Geometry.</param>
    /// <param name="x">[InHeight × InWidth × InChannels].</param>
    /// <param name="w">[OutChannels × R × S × InChannels/Groups].</param>
    /// <param name="bias">[OutChannels], or empty.</param>
    /// <param name="output">[OutRows × OutCols × OutChannels].</param>
    /// <exception cref="ArgumentException">The geometry is out of range, or a span is too short for it.</exception>
    public static void Dense(in FloatConvolutionGeometry g, ReadOnlySpan<float> x, ReadOnlySpan<float> w, ReadOnlySpan<float> bias,
        Span<float> output) =>
        Dense(Simd.Active, g, x, w, bias, output);

    /// <summary>The same at a chosen level.</summary>
    /// <inheritdoc cref="Dense(in FloatConvolutionGeometry, ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float})"/>
    public static void Dense(SimdLevel level, in FloatConvolutionGeometry g, ReadOnlySpan<float> x, ReadOnlySpan<float> w,
        ReadOnlySpan<float> bias, Span<float> output)
    {
        Simd.Require(level);
        g.Verify(x.Length, w.Length, (Int128)g.OutChannels * g.KernelHeight * g.KernelWidth * (g.InChannels / Math.Max(g.Groups, 1)),
            bias.Length, output.Length);
        bool done = level switch
        {
            SimdLevel.Scalar => false,
            SimdLevel.Vector128 => FloatConvolutionVector<FloatVector128>.TryDense(g, x, w, bias, output),
            SimdLevel.Vector256 or SimdLevel.AvxVnni => FloatConvolutionVector<FloatVector256>.TryDense(g, x, w, bias, output),
            SimdLevel.Vector512 => FloatConvolutionVector<FloatVector512>.TryDense(g, x, w, bias, output),
        };
        if (!done) FloatConvolutionScalar.Dense(g, x, w, bias, output);
    }

    /// <summary>out[oy,ox,k] = bias[k] + Σ_{r,s} x[iy,ix,⌊k/multiplier⌋]·w[r,s,k]; multiplier = OutChannels/InChannels.</summary>
    /// <param name="g">Geometry with OutChannels a multiple of InChannels; Groups is 1.</param>
    /// <param name="x">[InHeight × InWidth × InChannels].</param>
    /// <param name="w">[R × S × OutChannels].</param>
    /// <param name="bias">[OutChannels], or empty.</param>
    /// <param name="output">[OutRows × OutCols × OutChannels].</param>
    /// <exception cref="ArgumentException">The geometry is out of range, or a span is too short for it.</exception>
    public static void Depthwise(in FloatConvolutionGeometry g, ReadOnlySpan<float> x, ReadOnlySpan<float> w, ReadOnlySpan<float> bias,
        Span<float> output) =>
        Depthwise(Simd.Active, g, x, w, bias, output);

    /// <summary>The same at a chosen level.</summary>
    /// <inheritdoc cref="Depthwise(in FloatConvolutionGeometry, ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float})"/>
    public static void Depthwise(SimdLevel level, in FloatConvolutionGeometry g, ReadOnlySpan<float> x, ReadOnlySpan<float> w,
        ReadOnlySpan<float> bias, Span<float> output)
    {
        Simd.Require(level);
        g.Verify(x.Length, w.Length, (Int128)g.OutChannels * g.KernelHeight * g.KernelWidth, bias.Length, output.Length);
        if (g.OutChannels % g.InChannels != 0) throw new ArgumentException($"{g.OutChannels} output channels are no multiple of {g.InChannels}");
        if (level == SimdLevel.Scalar) FloatConvolutionScalar.Depthwise(g, x, w, bias, output);
        else FloatDepthwiseVector.Run(g, x, w, bias, output);
    }
}
