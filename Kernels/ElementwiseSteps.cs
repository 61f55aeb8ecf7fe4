using System.Runtime.CompilerServices;

namespace NpuSim.Kernels;

/// <summary>A vector of bytes of each operand to a vector of bytes of the result. A struct that implements it holds what does not change
/// from step to step.</summary>
internal interface IElementwiseStep<TVector>
    where TVector : struct
{
    TVector Of(ref readonly byte a, ref readonly byte b);

    /// <summary>The same, or nothing certain, which is quicker.</summary>
    bool TryOf(ref readonly byte a, ref readonly byte b, out TVector result);
}

/// <summary>int32.</summary>
internal readonly struct Int32Step<TOperation, TLanes, TVector> : IElementwiseStep<TVector>
    where TOperation : struct, IElementwiseOperation
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryOf(ref readonly byte a, ref readonly byte b, out TVector result)
    {
        result = Of(in a, in b);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Of(ref readonly byte a, ref readonly byte b) =>
        TOperation.Int32<TLanes, TVector>(TLanes.LoadBytes(in a, 0), TLanes.LoadBytes(in b, 0));
}

/// <summary>float32.</summary>
internal readonly struct Float32Step<TOperation, TLanes, TVector> : IElementwiseStep<TVector>
    where TOperation : struct, IElementwiseOperation
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryOf(ref readonly byte a, ref readonly byte b, out TVector result)
    {
        result = Of(in a, in b);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Of(ref readonly byte a, ref readonly byte b) =>
        TOperation.Float32<TLanes, TVector>(TLanes.LoadBytes(in a, 0), TLanes.LoadBytes(in b, 0));
}

/// <summary>Minimum or maximum of int8.</summary>
internal readonly struct ExtremumStep<TOperation, TLanes, TVector> : IElementwiseStep<TVector>
    where TOperation : struct, IElementwiseOperation
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryOf(ref readonly byte a, ref readonly byte b, out TVector result)
    {
        result = Of(in a, in b);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Of(ref readonly byte a, ref readonly byte b) => typeof(TOperation) == typeof(MinimumOperation)
        ? TLanes.MinBytes(TLanes.LoadBytes(in a, 0), TLanes.LoadBytes(in b, 0))
        : TLanes.MaxBytes(TLanes.LoadBytes(in a, 0), TLanes.LoadBytes(in b, 0));
}

/// <summary>Sum or difference of int8 in float32 arithmetic, or product; parameters that keep every quotient in int32.</summary>
internal readonly struct FloatPairStep<TOperation, TLanes, TVector> : IElementwiseStep<TVector>
    where TOperation : struct, IElementwiseOperation
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    private readonly TVector zeroA, zeroB, scaleA, scaleB, scaleOut;
    private readonly RequantiseTail<TLanes, TVector> tail;

    private FloatPairStep(in ElementwiseQuantisation q)
    {
        (zeroA, zeroB) = (TLanes.Fill(q.A.Zero), TLanes.Fill(q.B.Zero));
        scaleA = TLanes.Fill(BitConverter.SingleToInt32Bits(q.A.Scale));
        scaleB = TLanes.Fill(BitConverter.SingleToInt32Bits(q.B.Scale));
        scaleOut = TLanes.Fill(BitConverter.SingleToInt32Bits(q.Out.Scale));
        tail = new RequantiseTail<TLanes, TVector>(new RequantiseTarget(q.Out.Zero, q.ClampMin, q.ClampMax), halve: false);
    }

    /// <summary>False where a quotient may leave int32, be no number, or a zero point is no int8.</summary>
    internal static bool TryPrepare(in ElementwiseQuantisation q, out FloatPairStep<TOperation, TLanes, TVector> step)
    {
        step = new(q);
        double a = 255 * Math.Abs((double)q.A.Scale), b = 255 * Math.Abs((double)q.B.Scale);
        double largest = typeof(TOperation) == typeof(MultiplyOperation) ? a * b : a + b;
        return ElementwiseSteps.AreInt8(q) && largest < float.MaxValue && q.Out.Scale != 0 && largest / Math.Abs(q.Out.Scale) < 1 << 30;
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
    private TVector Quarter(TVector a, TVector b)
    {
        var left = TLanes.MultiplyFloat(TLanes.ToFloat(TLanes.Subtract(a, zeroA)), scaleA);
        var right = TLanes.MultiplyFloat(TLanes.ToFloat(TLanes.Subtract(b, zeroB)), scaleB);
        return TLanes.Nearest(TLanes.DivideFloat(TOperation.Float32<TLanes, TVector>(left, right), scaleOut));
    }
}

/// <summary>Product of int8 in fixed point.</summary>
internal readonly struct FixedProductStep<TLanes, TVector> : IElementwiseStep<TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    private readonly TVector zeroA, zeroB, factor, oddFactor, count;
    private readonly RequantiseTail<TLanes, TVector> tail;

    private FixedProductStep(in ElementwiseQuantisation q, int factor, int count)
    {
        (zeroA, zeroB) = (TLanes.Fill(q.A.Zero), TLanes.Fill(q.B.Zero));
        (this.factor, oddFactor, this.count) = (TLanes.Fill(factor), TLanes.Odd(TLanes.Fill(factor)), TLanes.Fill(count));
        tail = new RequantiseTail<TLanes, TVector>(new RequantiseTarget(q.Out.Zero, q.ClampMin, q.ClampMax), halve: true);
    }

    /// <summary>False where <see cref="DoubleRounding"/> has no vector form, or a zero point is no int8.</summary>
    internal static bool TryPrepare(in ElementwiseQuantisation q, out FixedProductStep<TLanes, TVector> step)
    {
        bool regular = FixedPointFactor.TryPrepare(q.Out.Multiplier, q.Out.Shift, out int factor, out int count);
        step = new(q, factor, count);
        return regular && TLanes.HasFixedPoint && ElementwiseSteps.AreInt8(q);
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
        TLanes.Multiply(TLanes.Subtract(a, zeroA), TLanes.Subtract(b, zeroB)), factor, oddFactor, count);
}

/// <summary>What the steps ask of their parameters.</summary>
internal static class ElementwiseSteps
{
    /// <summary>All zero points are int8.</summary>
    internal static bool AreInt8(in ElementwiseQuantisation q) => IsInt8(q.A.Zero) && IsInt8(q.B.Zero) && IsInt8(q.Out.Zero);

    private static bool IsInt8(int value) => value is >= sbyte.MinValue and <= sbyte.MaxValue;
}
