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
    public static void Dense(in FloatConvolutionGeometry g, ReadOnlySpan<float> x, ReadOnlySpan<float> w, ReadOnlySpan<float> bias, Span<float> output)
    {
        int depth = g.InChannels / g.Groups;
        g.Verify(x.Length, w.Length, (long)g.OutChannels * g.KernelHeight * g.KernelWidth * depth, bias.Length, output.Length);
        for (int i = 0; i < g.OutRows * g.OutCols * g.OutChannels; i++)
        {
            int k = i % g.OutChannels;
            int pixel = i / g.OutChannels;
            int firstChannel = k / (g.OutChannels / g.Groups) * depth;
            float sum = bias.IsEmpty ? 0f : bias[k];
            for (int tap = 0; tap < g.KernelHeight * g.KernelWidth; tap++)
            {
                int iy = g.InputRow(pixel / g.OutCols, tap / g.KernelWidth);
                int ix = g.InputColumn(pixel % g.OutCols, tap % g.KernelWidth);
                bool inside = (uint)iy < (uint)g.InHeight && (uint)ix < (uint)g.InWidth;
                int source = inside ? (iy * g.InWidth + ix) * g.InChannels + firstChannel : 0;
                int weight = (k * g.KernelHeight * g.KernelWidth + tap) * depth;
                for (int c = 0; c < depth; c++) sum = MathF.FusedMultiplyAdd(inside ? x[source + c] : 0f, w[weight + c], sum);
            }

            output[i] = sum;
        }
    }

    /// <summary>out[oy,ox,k] = bias[k] + Σ_{r,s} x[iy,ix,⌊k/multiplier⌋]·w[r,s,k]; multiplier = OutChannels/InChannels.</summary>
    /// <param name="g">Geometry with OutChannels a multiple of InChannels; Groups is not used.</param>
    /// <param name="x">[InHeight × InWidth × InChannels].</param>
    /// <param name="w">[R × S × OutChannels].</param>
    /// <param name="bias">[OutChannels], or empty.</param>
    /// <param name="output">[OutRows × OutCols × OutChannels].</param>
    /// <exception cref="ArgumentException">The geometry is out of range, or a span is too short for it.</exception>
    public static void Depthwise(in FloatConvolutionGeometry g, ReadOnlySpan<float> x, ReadOnlySpan<float> w, ReadOnlySpan<float> bias, Span<float> output)
    {
        g.Verify(x.Length, w.Length, (long)g.OutChannels * g.KernelHeight * g.KernelWidth, bias.Length, output.Length);
        if (g.OutChannels % g.InChannels != 0) throw new ArgumentException($"{g.OutChannels} output channels are no multiple of {g.InChannels}");
        int multiplier = g.OutChannels / g.InChannels;
        for (int i = 0; i < g.OutRows * g.OutCols * g.OutChannels; i++)
        {
            int k = i % g.OutChannels;
            int pixel = i / g.OutChannels;
            float sum = bias.IsEmpty ? 0f : bias[k];
            for (int tap = 0; tap < g.KernelHeight * g.KernelWidth; tap++)
            {
                int iy = g.InputRow(pixel / g.OutCols, tap / g.KernelWidth);
                int ix = g.InputColumn(pixel % g.OutCols, tap % g.KernelWidth);
                bool inside = (uint)iy < (uint)g.InHeight && (uint)ix < (uint)g.InWidth;
                float value = inside ? x[(iy * g.InWidth + ix) * g.InChannels + k / multiplier] : 0f;
                sum = MathF.FusedMultiplyAdd(value, w[tap * g.OutChannels + k], sum);
            }

            output[i] = sum;
        }
    }
}
