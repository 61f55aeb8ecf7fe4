namespace NpuSim.Kernels;

/// <summary>The definition of both convolutions, one accumulator after the other.</summary>
internal static class ConvolutionScalar
{
    internal static void Dense(in PassGeometry g, ReadOnlySpan<sbyte> x, ReadOnlySpan<sbyte> w, Span<int> acc, bool accumulate)
    {
        for (int pixel = 0; pixel < g.OutRows * g.OutCols; pixel++)
        {
            var target = acc.Slice(pixel * g.OutPixelPitch, g.OutChannels);
            for (int k = 0; k < g.OutChannels; k++)
            {
                int sum = DenseSum(g, x, w, pixel / g.OutCols, pixel % g.OutCols, k);
                target[k] = accumulate ? target[k] + sum : sum;
            }
        }
    }

    internal static void Depthwise(in PassGeometry g, ReadOnlySpan<sbyte> x, ReadOnlySpan<sbyte> w, Span<int> acc, bool accumulate)
    {
        for (int pixel = 0; pixel < g.OutRows * g.OutCols; pixel++)
        {
            var target = acc.Slice(pixel * g.OutPixelPitch, g.OutChannels);
            for (int k = 0; k < g.OutChannels; k++)
            {
                int sum = DepthwiseSum(g, x, w, pixel / g.OutCols, pixel % g.OutCols, k);
                target[k] = accumulate ? target[k] + sum : sum;
            }
        }
    }

    private static int DenseSum(in PassGeometry g, ReadOnlySpan<sbyte> x, ReadOnlySpan<sbyte> w, int oy, int ox, int k)
    {
        int depth = WeightLayout.PaddedDepth(g.KernelHeight, g.KernelWidth, g.InChannels);
        int paddedChannels = WeightLayout.RoundUp(g.InChannels, WeightLayout.InputGroup);
        int sum = 0;
        for (int tap = 0; tap < g.KernelHeight * g.KernelWidth; tap++)
        {
            int iy = g.InputRow(oy, tap / g.KernelWidth);
            int ix = g.InputColumn(ox, tap % g.KernelWidth);
            if ((uint)iy >= (uint)g.InHeight || (uint)ix >= (uint)g.InWidth) continue;
            var source = x.Slice(iy * g.InRowPitch + ix * g.InPixelPitch, g.InChannels);
            int weight = WeightLayout.DenseOffset(k, tap * paddedChannels, depth);
            for (int c = 0; c < source.Length; c++)
            {
                int offset = weight + c / WeightLayout.InputGroup * WeightLayout.GroupBytes + c % WeightLayout.InputGroup;
                sum += (source[c] - g.InputZero) * (w[offset] - g.WeightZero);
            }
        }

        return sum;
    }

    private static int DepthwiseSum(in PassGeometry g, ReadOnlySpan<sbyte> x, ReadOnlySpan<sbyte> w, int oy, int ox, int k)
    {
        int weightPitch = WeightLayout.RoundUp(g.OutChannels, WeightLayout.OutputBlock);
        int sum = 0;
        for (int tap = 0; tap < g.KernelHeight * g.KernelWidth; tap++)
        {
            int iy = g.InputRow(oy, tap / g.KernelWidth);
            int ix = g.InputColumn(ox, tap % g.KernelWidth);
            if ((uint)iy >= (uint)g.InHeight || (uint)ix >= (uint)g.InWidth) continue;
            int value = x[iy * g.InRowPitch + ix * g.InPixelPitch + k / g.ChannelMultiplier];
            sum += (value - g.InputZero) * (w[tap * weightPitch + k] - g.WeightZero);
        }

        return sum;
    }
}
