using System.Buffers;
using System.Runtime.Intrinsics;

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
        if (level == SimdLevel.Vector512 && g.Channels >= PoolVector<Lanes512, Vector512<int>>.Channels)
            PoolVector<Lanes512, Vector512<int>>.Max(g, x, output, clampMin, clampMax);
        else if (level > SimdLevel.Vector128 && g.Channels >= PoolVector<Lanes256, Vector256<int>>.Channels)
            PoolVector<Lanes256, Vector256<int>>.Max(g, x, output, clampMin, clampMax);
        else if (level != SimdLevel.Scalar && g.Channels >= PoolVector<Lanes128, Vector128<int>>.Channels)
            PoolVector<Lanes128, Vector128<int>>.Max(g, x, output, clampMin, clampMax);
        else
            ScalarMax(g, x, output, clampMin, clampMax);
    }

    private static void ScalarMax(in PoolGeometry g, ReadOnlySpan<sbyte> x, Span<sbyte> output, int clampMin, int clampMax)
    {
        for (int pixel = 0; pixel < g.OutRows * g.OutCols; pixel++)
        {
            var taps = new PoolTaps(g, g.RowWindow(pixel / g.OutCols), g.ColumnWindow(pixel % g.OutCols));
            var target = output.Slice(pixel * g.OutPixelPitch, g.Channels);
            target.Fill(sbyte.MinValue);
            for (int tap = 0; tap < taps.Count; tap++)
            {
                var source = x.Slice(taps.First + tap / taps.Columns * taps.RowPitch + tap % taps.Columns * taps.PixelPitch, g.Channels);
                for (int c = 0; c < target.Length; c++) target[c] = Math.Max(target[c], source[c]);
            }

            ClampKernel.Int8(target, target, clampMin, clampMax);
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
        where TMean : struct, IPoolMean
    {
        Simd.Require(level);
        g.Verify(x.Length, output.Length);
        if (!mean.HasVector((long)g.KernelHeight * g.KernelWidth)) level = SimdLevel.Scalar;
        if (level == SimdLevel.Vector512 && g.Channels >= PoolVector<Lanes512, Vector512<int>>.Channels)
            PoolVector<Lanes512, Vector512<int>>.Average(g, x, output, countPadding, mean);
        else if (level > SimdLevel.Vector128 && g.Channels >= PoolVector<Lanes256, Vector256<int>>.Channels)
            PoolVector<Lanes256, Vector256<int>>.Average(g, x, output, countPadding, mean);
        else if (level != SimdLevel.Scalar && g.Channels >= PoolVector<Lanes128, Vector128<int>>.Channels)
            PoolVector<Lanes128, Vector128<int>>.Average(g, x, output, countPadding, mean);
        else
            ScalarAverage(g, x, output, countPadding, mean);
    }

    private static void ScalarAverage<TMean>(in PoolGeometry g, ReadOnlySpan<sbyte> x, Span<sbyte> output, bool countPadding, TMean mean)
        where TMean : struct, IPoolMean
    {
        int[] pooled = ArrayPool<int>.Shared.Rent(g.Channels);
        var sums = pooled.AsSpan(0, g.Channels);
        for (int pixel = 0; pixel < g.OutRows * g.OutCols; pixel++)
        {
            var taps = new PoolTaps(g, g.RowWindow(pixel / g.OutCols), g.ColumnWindow(pixel % g.OutCols));
            sums.Clear();
            for (int tap = 0; tap < taps.Count; tap++)
            {
                var source = x.Slice(taps.First + tap / taps.Columns * taps.RowPitch + tap % taps.Columns * taps.PixelPitch, g.Channels);
                for (int c = 0; c < sums.Length; c++) sums[c] += source[c];
            }

            int count = countPadding ? g.KernelHeight * g.KernelWidth : taps.Count;
            var target = output.Slice(pixel * g.OutPixelPitch, g.Channels);
            for (int c = 0; c < target.Length; c++) target[c] = mean.Of(sums[c], taps.Count, count);
        }

        ArrayPool<int>.Shared.Return(pooled);
    }
}
