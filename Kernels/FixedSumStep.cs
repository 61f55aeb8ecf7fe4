using System.Runtime.CompilerServices;

namespace NpuSim.Kernels;

/// <summary>Sum or difference of int8 in fixed point.</summary>
internal readonly struct FixedSumStep<TOperation, TLeft, TRight, TLanes, TVector> : IElementwiseStep<TVector>
    where TOperation : struct, IElementwiseOperation
    where TLeft : struct, IWidening<TLeft, TVector>
    where TRight : struct, IWidening<TRight, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    private readonly TLeft left;
    private readonly TRight right;
    private readonly TVector factor, oddFactor, count;
    private readonly RequantiseTail<TLanes, TVector> tail;

    private FixedSumStep(in ElementwiseQuantisation q, int factor, int count)
    {
        (left, right) = (TLeft.Of(q.A), TRight.Of(q.B));
        (this.factor, oddFactor, this.count) = (TLanes.Fill(factor), TLanes.Odd(TLanes.Fill(factor)), TLanes.Fill(count));
        tail = new RequantiseTail<TLanes, TVector>(new RequantiseTarget(q.Out.Zero, q.ClampMin, q.ClampMax), halve: true);
    }

    /// <summary>False where a part has no vector form.</summary>
    internal static bool TryPrepare(in ElementwiseQuantisation q, out FixedSumStep<TOperation, TLeft, TRight, TLanes, TVector> step)
    {
        bool regular = FixedPointFactor.TryPrepare(q.Out.Multiplier, q.Out.Shift, out int factor, out int count);
        step = new(q, factor, count);
        return regular && TLanes.HasFixedPoint && ElementwiseSteps.AreInt8(q) && TLeft.Takes(q.A) && TRight.Takes(q.B);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryOf(ref readonly byte a, ref readonly byte b, out TVector result)
    {
        result = Of(in a, in b);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Of(ref readonly byte a, ref readonly byte b) => tail.Finish(
        Quarter(TLanes.LoadInt8(in a, 0), TLanes.LoadInt8(in b, 0)),
        Quarter(TLanes.LoadInt8(in a, (nuint)TLanes.Count), TLanes.LoadInt8(in b, (nuint)TLanes.Count)),
        Quarter(TLanes.LoadInt8(in a, 2 * (nuint)TLanes.Count), TLanes.LoadInt8(in b, 2 * (nuint)TLanes.Count)),
        Quarter(TLanes.LoadInt8(in a, 3 * (nuint)TLanes.Count), TLanes.LoadInt8(in b, 3 * (nuint)TLanes.Count)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TVector Quarter(TVector a, TVector b) => DoubleRounding.Scale<TLanes, TVector>(
        TOperation.Int32<TLanes, TVector>(left.Widen(a), right.Widen(b)), factor, oddFactor, count);
}

/// <summary>An operand of a fixed-point sum, as <see cref="ElementwiseRescale.Widen"/>, for some parameters.</summary>
internal interface IWidening<TSelf, TVector>
    where TSelf : struct
    where TVector : struct
{
    /// <summary>These parameters are among those; the zero point must be an int8 besides.</summary>
    static abstract bool Takes(in QuantParameters p);

    static abstract TSelf Of(in QuantParameters p);

    TVector Widen(TVector value);
}

/// <summary>Multiplier 2^30 and shift 0, which the larger scale of a sum has: (q − zero)·2^19, nothing is rounded.</summary>
internal readonly struct ExactWidening<TLanes, TVector> : IWidening<ExactWidening<TLanes, TVector>, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    private readonly TVector zero;

    private ExactWidening(in QuantParameters p) => zero = TLanes.Fill(p.Zero);

    public static bool Takes(in QuantParameters p) => p is { Multiplier: 1 << 30, Shift: 0 };

    public static ExactWidening<TLanes, TVector> Of(in QuantParameters p) => new(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Widen(TVector value) => TLanes.ShiftLeft(TLanes.Subtract(value, zero), ElementwiseRescale.SumLeftShift - 1);
}

/// <summary>Multiplier in [2^30, 2^31) and shift in [−18, −1].</summary>
/// <remarks>
/// d = q − zero has nine bits; with multiplier m = 2^11·high + low and right shift e, the first rounding is
/// t = ⌊(d·2^20·m + 2^30) / 2^31⌋ = d·high + ⌊(d·low + 2^10) / 2^11⌋, of at most 28 bits, and the second
/// ⌊(t + 2^(e−1) − [t &lt; 0]) / 2^e⌋. t has the sign of d, as m ≥ 2^30.
/// </remarks>
internal readonly struct RoundedWidening<TLanes, TVector> : IWidening<RoundedWidening<TLanes, TVector>, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    private const int LowBits = 31 - ElementwiseRescale.SumLeftShift;
    private const int LargestShift = 18;
    private readonly TVector zero, high, low, half, count;

    private RoundedWidening(in QuantParameters p)
    {
        int shift = Math.Clamp(-p.Shift, 1, LargestShift);
        (zero, high, low) = (TLanes.Fill(p.Zero), TLanes.Fill(p.Multiplier >> LowBits), TLanes.Fill(p.Multiplier & ((1 << LowBits) - 1)));
        (half, count) = (TLanes.Fill((1 << (LowBits - 1)) + (1 << (LowBits + shift - 1))), TLanes.Fill(shift));
    }

    public static bool Takes(in QuantParameters p) => p.Multiplier >= 1 << 30 && p.Shift is < 0 and >= -LargestShift;

    public static RoundedWidening<TLanes, TVector> Of(in QuantParameters p) => new(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Widen(TVector value)
    {
        var d = TLanes.Subtract(value, zero);
        var fraction = TLanes.ShiftRight(TLanes.Add(TLanes.Multiply(d, low), half), LowBits);
        var rounded = TLanes.Add(TLanes.Multiply(d, high), fraction);
        return TLanes.ShiftRight(TLanes.Add(rounded, TLanes.Sign(d)), count);
    }
}
