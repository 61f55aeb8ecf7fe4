namespace NpuSim.Kernels;

/// <summary>Maximum and mean of windows of a float32 plane, tap by tap in the order of rows and columns.</summary>
public static class FloatPoolKernel
{
    /// <summary>best = best &gt; x ? best : x over the taps on the plane, from −∞; −∞ where there is none.</summary>
    /// <param name="g">Geometry; pitches count elements.</param>
    /// <param name="x">Input plane.</param>
    /// <param name="output">Result; must not overlap the input.</param>
    public static void Max(in PoolGeometry g, ReadOnlySpan<float> x, Span<float> output)
    {
        g.Verify(x.Length, output.Length);
        for (int pixel = 0; pixel < g.OutRows * g.OutCols; pixel++)
        {
            var taps = new PoolTaps(g, g.RowWindow(pixel / g.OutCols), g.ColumnWindow(pixel % g.OutCols));
            var target = output.Slice(pixel * g.OutPixelPitch, g.Channels);
            target.Fill(float.NegativeInfinity);
            for (int tap = 0; tap < taps.Count; tap++)
            {
                var source = Tap(g, taps, x, tap);
                for (int c = 0; c < target.Length; c++) target[c] = target[c] > source[c] ? target[c] : source[c];
            }
        }
    }

    /// <summary>The sum from +0, each addition rounded, divided by the number of taps; NaN where that is 0.</summary>
    /// <inheritdoc cref="Max"/>
    /// <param name="countPadding">Divide by all taps of the window instead of those on the plane.</param>
    public static void Average(in PoolGeometry g, ReadOnlySpan<float> x, Span<float> output, bool countPadding)
    {
        g.Verify(x.Length, output.Length);
        for (int pixel = 0; pixel < g.OutRows * g.OutCols; pixel++)
        {
            var taps = new PoolTaps(g, g.RowWindow(pixel / g.OutCols), g.ColumnWindow(pixel % g.OutCols));
            var target = output.Slice(pixel * g.OutPixelPitch, g.Channels);
            target.Clear();
            for (int tap = 0; tap < taps.Count; tap++)
            {
                var source = Tap(g, taps, x, tap);
                for (int c = 0; c < target.Length; c++) target[c] += source[c];
            }

            int count = countPadding ? g.KernelHeight * g.KernelWidth : taps.Count;
            for (int c = 0; c < target.Length; c++) target[c] /= count;
        }
    }

    private static ReadOnlySpan<float> Tap(in PoolGeometry g, in PoolTaps taps, ReadOnlySpan<float> x, int tap) =>
        x.Slice(taps.First + tap / taps.Columns * taps.RowPitch + tap % taps.Columns * taps.PixelPitch, g.Channels);
}
