using System.Runtime.CompilerServices;

namespace NpuSim.Kernels;

/// <summary>One way to scale an accumulator: for one value, which is the definition, and for a vector of regular columns, which gives the
/// same bytes.</summary>
internal interface IRequantiseRounding
{
    /// <summary>The vector form needs <see cref="ILanes{TVector}.HasFixedPoint"/>.</summary>
    static abstract bool IsFixedPoint { get; }

    /// <summary>Positive and negative values are rounded differently, as <see cref="RequantiseGuarded{TRounding, TLanes, TVector}"/>
    /// says.</summary>
    static abstract bool RoundsTwice { get; }

    /// <summary>The column's parameters as the vector form wants them; false where it does not give the definition's result.</summary>
    static abstract bool TryPrepare(int multiplier, int shift, out int factor, out int count);

    static abstract sbyte Scale(int value, int multiplier, int shift, in RequantiseTarget target);

    /// <summary>Scaled values before the zero point. In fixed point w, where the result is ⌊(w + 1) / 2⌋.</summary>
    static abstract TVector Scale<TLanes, TVector>(TVector value, TVector factor, TVector oddFactor, TVector count)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct;
}

/// <summary><see cref="FixedPoint.MultiplyDouble"/>.</summary>
/// <remarks>
/// With multiplier m in [2^30, 2^31) and right shift e ≥ 1: y = ⌊(x·m + 2^30) / 2^31⌋ = ⌊(x·f + 2^31) / 2^32⌋ + x, where f = 2m − 2^32 is
/// the factor, an int32. The rounding shift takes ties away from zero: ⌊(y + 2^(e−1) − s) / 2^e⌋ with s = 1 for negative y, else 0; that is
/// ⌊(w + 1) / 2⌋ with w = ⌊(y − s) / 2^(e−1)⌋, and neither y − s nor w + 1 overflows. The sign of x serves for that of y: they differ only
/// at y = 0, where either s gives 0.
/// </remarks>
internal readonly struct DoubleRounding : IRequantiseRounding
{
    public static bool IsFixedPoint => true;

    public static bool RoundsTwice => true;

    public static bool TryPrepare(int multiplier, int shift, out int factor, out int count) =>
        FixedPointFactor.TryPrepare(multiplier, shift, out factor, out count);

    public static sbyte Scale(int value, int multiplier, int shift, in RequantiseTarget target) =>
        (sbyte)FixedPoint.Bound(FixedPoint.MultiplyDouble(value, multiplier, shift) + target.Zero, target.ClampMin, target.ClampMax);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Scale<TLanes, TVector>(TVector value, TVector factor, TVector oddFactor, TVector count)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        var signed = TLanes.Add(value, TLanes.Sign(value));
        return TLanes.ShiftRight(TLanes.Add(TLanes.RoundedHighProduct(value, factor, oddFactor), signed), count);
    }
}

/// <summary><see cref="FixedPoint.MultiplySingle"/>.</summary>
/// <remarks>As <see cref="DoubleRounding"/> without the first rounding and the sign: w = ⌊(⌊x·f / 2^32⌋ + x) / 2^(e−1)⌋.</remarks>
internal readonly struct SingleRounding : IRequantiseRounding
{
    public static bool IsFixedPoint => true;

    public static bool RoundsTwice => false;

    public static bool TryPrepare(int multiplier, int shift, out int factor, out int count) =>
        FixedPointFactor.TryPrepare(multiplier, shift, out factor, out count);

    public static sbyte Scale(int value, int multiplier, int shift, in RequantiseTarget target) =>
        (sbyte)FixedPoint.Bound(FixedPoint.MultiplySingle(value, multiplier, shift) + target.Zero, target.ClampMin, target.ClampMax);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Scale<TLanes, TVector>(TVector value, TVector factor, TVector oddFactor, TVector count)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct =>
        TLanes.ShiftRight(TLanes.Add(TLanes.HighProduct(value, factor, oddFactor), value), count);
}

/// <summary>float32 scale, half to even.</summary>
/// <remarks>A scale below 1 keeps every product in int32; so it can be rounded before it is bounded.</remarks>
internal readonly struct FloatRounding : IRequantiseRounding
{
    public static bool IsFixedPoint => false;

    public static bool RoundsTwice => false;

    public static bool TryPrepare(int multiplier, int shift, out int factor, out int count)
    {
        (factor, count) = (multiplier, 0);
        return MathF.Abs(BitConverter.Int32BitsToSingle(multiplier)) < 1;
    }

    public static sbyte Scale(int value, int multiplier, int shift, in RequantiseTarget target) =>
        FloatKernel.ToInt8(value * BitConverter.Int32BitsToSingle(multiplier), target.Zero, target.ClampMin, target.ClampMax);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Scale<TLanes, TVector>(TVector value, TVector factor, TVector oddFactor, TVector count)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct =>
        TLanes.Nearest(TLanes.MultiplyFloat(TLanes.ToFloat(value), factor));
}

/// <summary>A fixed-point multiplier as the vector forms want it.</summary>
internal static class FixedPointFactor
{
    /// <summary>Factor 2·multiplier − 2^32 and count −shift − 1; false where the multiplier is neither 0 nor in [2^30, 2^31), or the shift
    /// is positive or 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool TryPrepare(int multiplier, int shift, out int factor, out int count)
    {
        // Whatever is multiplied, only its sign is left by a shift of 31, and both signs round to 0.
        (factor, count) = multiplier == 0 ? (int.MinValue, 31) : (2 * multiplier, Math.Clamp(-shift - 1, 0, 30));
        return multiplier == 0 || (multiplier >= 1 << 30 && shift <= -1);
    }
}
