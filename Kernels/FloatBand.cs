namespace NpuSim.Kernels;

/// <summary>Copies of part of a float32 image, with zeros where the image has no pixel.</summary>
internal static class FloatBand
{
    /// <summary>Copies rows × columns pixels from (firstRow, firstColumn) of the image, which may lie outside.</summary>
    internal static void Fill(in FloatConvolutionGeometry g, ReadOnlySpan<float> x, int firstRow, int firstColumn, int rows, int columns,
        Span<float> target)
    {
        int channels = g.InChannels;
        int before = Math.Clamp(-firstColumn, 0, columns);
        int last = Math.Clamp(g.InWidth - firstColumn, before, columns);
        for (int row = 0; row < rows; row++)
        {
            var line = target.Slice(row * columns * channels, columns * channels);
            int iy = firstRow + row;
            if ((uint)iy >= (uint)g.InHeight || last == before)
            {
                line.Clear();
                continue;
            }

            line[..(before * channels)].Clear();
            line[(last * channels)..].Clear();
            x.Slice((iy * g.InWidth + firstColumn + before) * channels, (last - before) * channels).CopyTo(line[(before * channels)..]);
        }
    }
}
