namespace NpuSim.Kernels;

/// <summary>The definition of both float32 convolutions, one output after the other.</summary>
internal static class FloatConvolutionScalar
{
    internal static void Dense(in FloatConvolutionGeometry g, ReadOnlySpan<float> x, ReadOnlySpan<float> w, ReadOnlySpan<float> bias,
        Span<float> output)
    {
        int depth = g.InChannels / g.Groups;
        int taps = g.KernelHeight * g.KernelWidth;
        for (int i = 0; i < g.OutRows * g.OutCols * g.OutChannels; i++)
        {
            int k = i % g.OutChannels;
            int firstChannel = k / (g.OutChannels / g.Groups) * depth;
            float sum = bias.IsEmpty ? 0f : bias[k];
            for (int tap = 0; tap < taps; tap++)
            {
                int pixel = Pixel(g, i / g.OutChannels, tap);
                int source = pixel * g.InChannels + firstChannel;
                int weight = (k * taps + tap) * depth;
                for (int c = 0; c < depth; c++) sum = MathF.FusedMultiplyAdd(pixel >= 0 ? x[source + c] : 0f, w[weight + c], sum);
            }

            output[i] = sum;
        }
    }

    internal static void Depthwise(in FloatConvolutionGeometry g, ReadOnlySpan<float> x, ReadOnlySpan<float> w, ReadOnlySpan<float> bias,
        Span<float> output)
    {
        int multiplier = g.OutChannels / g.InChannels;
        for (int i = 0; i < g.OutRows * g.OutCols * g.OutChannels; i++)
        {
            int k = i % g.OutChannels;
            float sum = bias.IsEmpty ? 0f : bias[k];
            for (int tap = 0; tap < g.KernelHeight * g.KernelWidth; tap++)
            {
                int pixel = Pixel(g, i / g.OutChannels, tap);
                float value = pixel >= 0 ? x[pixel * g.InChannels + k / multiplier] : 0f;
                sum = MathF.FusedMultiplyAdd(value, w[tap * g.OutChannels + k], sum);
            }

            output[i] = sum;
        }
    }

    /// <summary>Index of the input pixel under a tap of an output pixel; −1 outside the image.</summary>
    private static int Pixel(in FloatConvolutionGeometry g, int outPixel, int tap)
    {
        int iy = g.InputRow(outPixel / g.OutCols, tap / g.KernelWidth);
        int ix = g.InputColumn(outPixel % g.OutCols, tap % g.KernelWidth);
        return (uint)iy < (uint)g.InHeight && (uint)ix < (uint)g.InWidth ? iy * g.InWidth + ix : -1;
    }
}
