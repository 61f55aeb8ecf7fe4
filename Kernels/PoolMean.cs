using System.Runtime.CompilerServices;

namespace NpuSim.Kernels;

/// <summary>What becomes of the sum of a window: for one channel, which is the definition, and for vectors.</summary>
internal interface IPoolMean
{
    /// <summary>Zero point and clamp of the result.</summary>
    RequantiseTarget Target { get; }

    /// <summary>The vector form gives the definition's results for windows of as many taps at most.</summary>
    bool HasVector(long taps);

    sbyte Of(int sum, int taps, int count);

    /// <summary>The mean before zero point and clamp; count is not 0.</summary>
    TVector Of<TLanes, TVector>(TVector sum, int taps, int count)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct;
}

/// <summary><see cref="PoolKernel.AverageFixed(in PoolGeometry, ReadOnlySpan{sbyte}, Span{sbyte}, bool, int, int)"/>.</summary>
/// <remarks>Below 2^24 a quotient in float32 reaches an integer only if it is one: so its integer part is that of the exact
/// quotient.</remarks>
internal readonly struct FixedMean(int clampMin, int clampMax) : IPoolMean
{
    public RequantiseTarget Target => new(0, clampMin, clampMax);

    public bool HasVector(long taps) => taps <= 1 << 16;

    public sbyte Of(int sum, int taps, int count)
    {
        if (count == 0) return (sbyte)FixedPoint.Bound(0, clampMin, clampMax);
        int mean = sum > 0 ? (sum + count / 2) / count : (sum - count / 2) / count;
        return (sbyte)FixedPoint.Bound(mean, clampMin, clampMax);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Of<TLanes, TVector>(TVector sum, int taps, int count)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        var sign = TLanes.Sign(sum);
        var half = TLanes.Subtract(TLanes.Xor(TLanes.Fill(count / 2), sign), sign);
        var divisor = TLanes.Fill(BitConverter.SingleToInt32Bits(count));
        return TLanes.Truncated(TLanes.DivideFloat(TLanes.ToFloat(TLanes.Add(sum, half)), divisor));
    }
}

/// <summary><see cref="PoolKernel.AverageFloat(in PoolGeometry, ReadOnlySpan{sbyte}, Span{sbyte}, bool, in QuantParameters, in QuantParameters, int, int)"/>.</summary>
internal readonly struct FloatMean(QuantParameters a, QuantParameters o, int clampMin, int clampMax) : IPoolMean
{
    public RequantiseTarget Target => new(o.Zero, clampMin, clampMax);

    public bool HasVector(long taps)
    {
        double largest = 255 * taps * Math.Abs((double)a.Scale);
        return taps <= 1 << 16 && Math.Abs(a.Zero) <= 128 && Math.Abs(o.Zero) <= 128 && o.Scale != 0 && largest < float.MaxValue
            && largest / Math.Abs(o.Scale) < 1 << 30;
    }

    public sbyte Of(int sum, int taps, int count)
    {
        if (count == 0) return (sbyte)FixedPoint.Bound(o.Zero, clampMin, clampMax);
        float value = (sum - a.Zero * taps) * a.Scale / count / o.Scale;
        return FloatKernel.ToInt8(value, o.Zero, clampMin, clampMax);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Of<TLanes, TVector>(TVector sum, int taps, int count)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        var centred = TLanes.ToFloat(TLanes.Subtract(sum, TLanes.Fill(a.Zero * taps)));
        var scaled = TLanes.MultiplyFloat(centred, TLanes.Fill(BitConverter.SingleToInt32Bits(a.Scale)));
        var mean = TLanes.DivideFloat(scaled, TLanes.Fill(BitConverter.SingleToInt32Bits(count)));
        return TLanes.Nearest(TLanes.DivideFloat(mean, TLanes.Fill(BitConverter.SingleToInt32Bits(o.Scale))));
    }
}
