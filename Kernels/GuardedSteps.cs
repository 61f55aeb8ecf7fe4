using System.Runtime.CompilerServices;

namespace NpuSim.Kernels;

/// <summary>Sum or difference of int8 in float32, exact where <see cref="GuardBand{TLanes, TVector}"/> says so; else by
/// <typeparamref name="TExact"/>.</summary>
internal readonly struct GuardedSumStep<TExact, TLanes, TVector> : IElementwiseStep<TVector>, IVectorArithmetic<TVector>
    where TExact : struct, IElementwiseStep<TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    private readonly TExact exact;
    private readonly TVector factors, gain, offset;
    private readonly GuardBand<TLanes, TVector> band;

    internal GuardedSumStep(in TExact exact, in PairGuard guard, in ElementwiseQuantisation q)
    {
        this.exact = exact;
        factors = TLanes.Fill(guard.Factors);
        gain = TLanes.Fill(BitConverter.SingleToInt32Bits(guard.Gain));
        offset = TLanes.Fill(BitConverter.SingleToInt32Bits(guard.Offset));
        band = new(guard.Bits, q.ClampMin, q.ClampMax);
    }

    public static int Operands => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Of(ref readonly byte a, ref readonly byte b) => exact.Of(in a, in b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryOf(ref readonly byte a, ref readonly byte b, out TVector result) =>
        TryOf(TLanes.LoadBytes(in a, 0), TLanes.LoadBytes(in b, 0), default, default, out result);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryOf(TVector a, TVector b, TVector c, TVector d, out TVector result)
    {
        // As bytes 0 a 0 b, a pair is two int16 values, 256·a and 256·b.
        var zero = default(TVector);
        TVector lower = TLanes.LowerBytes(a, b), upper = TLanes.UpperBytes(a, b);
        TVector v0 = Scale(TLanes.LowerBytes(zero, lower)), v1 = Scale(TLanes.UpperBytes(zero, lower));
        TVector v2 = Scale(TLanes.LowerBytes(zero, upper)), v3 = Scale(TLanes.UpperBytes(zero, upper));
        result = band.Bound(TLanes.HighBytesOfBytes(v0, v1, v2, v3));
        return band.IsCertain(v0, v1, v2, v3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TVector Scale(TVector pairs) =>
        TLanes.Nearest(TLanes.MultiplyAddFloat(TLanes.ToFloat(TLanes.MultiplyAddShorts(pairs, factors)), gain, offset));
}

/// <summary>Product of int8, likewise.</summary>
/// <remarks>The product of the centred operands is exact, of 17 bits. 2^16 times the result, at most 257 before the zero point, is off by 1
/// for the slope, and by less than 1.2 for the fused sum and the integer; float32 rounds four times.</remarks>
internal readonly struct GuardedProductStep<TExact, TLanes, TVector> : IElementwiseStep<TVector>, IVectorArithmetic<TVector>
    where TExact : struct, IElementwiseStep<TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    private const int LargestShift = 15;
    private const double Error = 2.3, FloatError = 4.1;

    private readonly TExact exact;
    private readonly TVector zeroA, zeroB, slope, offset, raised;
    private readonly RequantiseGuarded<TLanes, TVector> scale;

    private GuardedProductStep(in TExact exact, in ElementwiseQuantisation q, double factor, int bits, int less)
    {
        this.exact = exact;
        (zeroA, zeroB) = (TLanes.Fill((short)q.A.Zero), TLanes.Fill((short)q.B.Zero));
        slope = TLanes.Fill(BitConverter.SingleToInt32Bits((float)(GuardBand.One * factor)));
        float constant = GuardBand.One * q.Out.Zero + GuardBand.One / 2 + (1 << (bits - 1));
        offset = TLanes.Fill(BitConverter.SingleToInt32Bits(constant - less / 2));
        raised = TLanes.Fill(BitConverter.SingleToInt32Bits(constant + less / 2));
        scale = new(bits, new RequantiseTarget(q.Out.Zero, q.ClampMin, q.ClampMax), isSigned: less > 0);
    }

    /// <summary>False where no band holds the error.</summary>
    internal static bool TryPrepare(in TExact exact, in ElementwiseQuantisation q, bool isFixed,
        out GuardedProductStep<TExact, TLanes, TVector> step)
    {
        step = default;
        if (!TLanes.HasGuardBand || (isFixed && (q.Out.Multiplier == 0 || q.Out.Shift is > -1 or < -LargestShift))) return false;
        double factor = isFixed ? PairGuard.Real(q.Out) : (double)q.A.Scale * q.B.Scale / q.Out.Scale;
        bool possible = GuardBand.TryBits(isFixed ? Error : Error + FloatError, out int bits) && Math.Abs(factor) < sbyte.MaxValue;
        step = new(exact, q, factor, bits, isFixed ? GuardBand.One >> -q.Out.Shift : 0);
        return possible;
    }

    public static int Operands => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Of(ref readonly byte a, ref readonly byte b) => exact.Of(in a, in b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryOf(ref readonly byte a, ref readonly byte b, out TVector result)
    {
        nuint half = 2 * (nuint)TLanes.Count;
        return TryOf(TLanes.LoadShorts(in a, 0), TLanes.LoadShorts(in b, 0), TLanes.LoadShorts(in a, half), TLanes.LoadShorts(in b, half),
            out result);
    }

    /// <summary>Operands are int16; c and d are the second half.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryOf(TVector a, TVector b, TVector c, TVector d, out TVector result)
    {
        (a, b) = (TLanes.SubtractShorts(a, zeroA), TLanes.SubtractShorts(b, zeroB));
        (c, d) = (TLanes.SubtractShorts(c, zeroA), TLanes.SubtractShorts(d, zeroB));
        TVector low = TLanes.MultiplyShorts(a, b), high = TLanes.HighProductShorts(a, b);
        TVector lowC = TLanes.MultiplyShorts(c, d), highC = TLanes.HighProductShorts(c, d);
        TVector v0 = Scale(TLanes.LowerShorts(low, high)), v1 = Scale(TLanes.UpperShorts(low, high));
        TVector v2 = Scale(TLanes.LowerShorts(lowC, highC)), v3 = Scale(TLanes.UpperShorts(lowC, highC));
        result = scale.Band.Bound(TLanes.HighBytesOfShorts(v0, v1, v2, v3));
        return scale.Band.IsCertain(v0, v1, v2, v3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TVector Scale(TVector product) => scale.Scale(product, slope, offset, raised, default);
}
