namespace NpuSim.Kernels;

/// <summary>Maximum and mean of windows of an int8 plane.</summary>
public static class PoolKernel
{
    /// <summary>The largest value of each window, clamped; −128 where no tap lies on the tile.</summary>
    /// <param name="g">Geometry.</param>
    /// <param name="x">Input plane.</param>
    /// <param name="output">Result; must not overlap the input.</param>
    /// <param name="clampMin">Smallest result, −128 … 127.</param>
    /// <param name="clampMax">Largest result, −128 … 127.</param>
    public static void Max(in PoolGeometry g, ReadOnlySpan<sbyte> x, Span<sbyte> output, int clampMin, int clampMax) =>
        Max(Simd.Active, g, x, output, clampMin, clampMax);

    /// <summary>The same at a chosen level.</summary>
    /// <inheritdoc cref="Max(in PoolGeometry, ReadOnlySpan{sbyte}, Span{sbyte}, int, int)"/>
    public static void Max(SimdLevel level, in PoolGeometry g, ReadOnlySpan<sbyte> x, Span<sbyte> output, int clampMin, int clampMax)
    {
        Simd.Require(level);
        g.Verify(x.Length, output.Length);
        Operand.RequireInt8(clampMin, clampMax);
        bool vector = level != SimdLevel.Scalar;
        bool clamped = clampMin > sbyte.MinValue || clampMax < sbyte.MaxValue;
        for (int pixel = 0; pixel < g.OutRows * g.OutCols; pixel++)
        {
            var window = g.Window(pixel / g.OutCols, pixel % g.OutCols);
            var target = output.Slice(pixel * g.OutPixelPitch, g.Channels);
            target.Fill(sbyte.MinValue);
            for (int iy = window.Top; iy < window.Bottom; iy++)
            {
                for (int ix = window.Left; ix < window.Right; ix++)
                    PoolRows.KeepLarger(vector, x.Slice((iy * g.InWidth + ix) * g.InPixelPitch, g.Channels), target);
            }

            if (clamped) ClampKernel.Int8(target, target, clampMin, clampMax);
        }
    }

    /// <summary>The mean of raw values, (S ± ⌊n/2⌋)/n toward zero with the sign of S, clamped; 0 where n is 0 (TFLite reference).</summary>
    /// <inheritdoc cref="Max(in PoolGeometry, ReadOnlySpan{sbyte}, Span{sbyte}, int, int)"/>
    /// <param name="countPadding">Let n count all taps of the window instead of those on the tile.</param>
    public static void AverageFixed(in PoolGeometry g, ReadOnlySpan<sbyte> x, Span<sbyte> output, bool countPadding, int clampMin,
        int clampMax) =>
        AverageFixed(Simd.Active, g, x, output, countPadding, clampMin, clampMax);

    /// <summary>The same at a chosen level.</summary>
    /// <inheritdoc cref="AverageFixed(in PoolGeometry, ReadOnlySpan{sbyte}, Span{sbyte}, bool, int, int)"/>
    public static void AverageFixed(SimdLevel level, in PoolGeometry g, ReadOnlySpan<sbyte> x, Span<sbyte> output, bool countPadding,
        int clampMin, int clampMax)
    {
        Operand.RequireInt8(clampMin, clampMax);
        Average(level, g, x, output, countPadding, new FixedMean(clampMin, clampMax));
    }

    /// <summary>RoundHalfEven(float32(S)·scaleA/n/scaleOut) + zeroOut with S = Σ(x − zeroA) over the taps on the tile, each step rounded to
    /// float32, clamped; zeroOut where n is 0.</summary>
    /// <inheritdoc cref="AverageFixed(in PoolGeometry, ReadOnlySpan{sbyte}, Span{sbyte}, bool, int, int)"/>
    /// <param name="a">Zero point and scale of the input.</param>
    /// <param name="o">Zero point and scale of the result.</param>
    public static void AverageFloat(in PoolGeometry g, ReadOnlySpan<sbyte> x, Span<sbyte> output, bool countPadding, in QuantParameters a,
        in QuantParameters o, int clampMin, int clampMax) =>
        AverageFloat(Simd.Active, g, x, output, countPadding, a, o, clampMin, clampMax);

    /// <summary>The same at a chosen level.</summary>
    /// <inheritdoc cref="AverageFloat(in PoolGeometry, ReadOnlySpan{sbyte}, Span{sbyte}, bool, in QuantParameters, in QuantParameters, int, int)"/>
    public static void AverageFloat(SimdLevel level, in PoolGeometry g, ReadOnlySpan<sbyte> x, Span<sbyte> output, bool countPadding,
        in QuantParameters a, in QuantParameters o, int clampMin, int clampMax)
    {
        Operand.RequireInt8(clampMin, clampMax);
        Average(level, g, x, output, countPadding, new FloatMean(a, o, clampMin, clampMax));
    }

    private static void Average<TMean>(SimdLevel level, in PoolGeometry g, ReadOnlySpan<sbyte> x, Span<sbyte> output, bool countPadding,
        TMean mean)
        where TMean : struct, IMean
    {
        Simd.Require(level);
        g.Verify(x.Length, output.Length);
        bool vector = level != SimdLevel.Scalar;
        int[] sums = new int[g.Channels];
        for (int pixel = 0; pixel < g.OutRows * g.OutCols; pixel++)
        {
            var window = g.Window(pixel / g.OutCols, pixel % g.OutCols);
            Array.Clear(sums);
            for (int iy = window.Top; iy < window.Bottom; iy++)
            {
                for (int ix = window.Left; ix < window.Right; ix++)
                    PoolRows.Accumulate(vector, x.Slice((iy * g.InWidth + ix) * g.InPixelPitch, g.Channels), sums);
            }

            int taps = (window.Bottom - window.Top) * (window.Right - window.Left);
            int count = countPadding ? g.KernelHeight * g.KernelWidth : taps;
            var target = output.Slice(pixel * g.OutPixelPitch, g.Channels);
            for (int c = 0; c < target.Length; c++) target[c] = mean.Of(sums[c], taps, count);
        }
    }

    /// <summary>What becomes of the sum of a window.</summary>
    private interface IMean
    {
        sbyte Of(int sum, int taps, int count);
    }

    private readonly struct FixedMean(int clampMin, int clampMax) : IMean
    {
        public sbyte Of(int sum, int taps, int count)
        {
            if (count == 0) return (sbyte)FixedPoint.Bound(0, clampMin, clampMax);
            int mean = sum > 0 ? (sum + count / 2) / count : (sum - count / 2) / count;
            return (sbyte)FixedPoint.Bound(mean, clampMin, clampMax);
        }
    }

    private readonly struct FloatMean(QuantParameters a, QuantParameters o, int clampMin, int clampMax) : IMean
    {
        public sbyte Of(int sum, int taps, int count)
        {
            if (count == 0) return (sbyte)FixedPoint.Bound(o.Zero, clampMin, clampMax);
            float value = (sum - a.Zero * taps) * a.Scale / count / o.Scale;
            return FloatKernel.ToInt8(value, o.Zero, clampMin, clampMax);
        }
    }
}
