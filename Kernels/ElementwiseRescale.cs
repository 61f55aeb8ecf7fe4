using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NpuSim.Kernels;

/// <summary>The steps before and after an int8 operation, for one value and for eight.</summary>
internal static class ElementwiseRescale
{
    /// <summary>Left shift of both operands of a fixed-point sum, so that rescaling loses nothing.</summary>
    internal const int SumLeftShift = 20;

    internal static int Widen(int value, in QuantParameters p) =>
        FixedPoint.MultiplyDouble((value - p.Zero) << SumLeftShift, p.Multiplier, p.Shift);

    internal static int Fixed(int value, in ElementwiseQuantisation q) =>
        FixedPoint.Bound(FixedPoint.MultiplyDouble(value, q.Out.Multiplier, q.Out.Shift) + q.Out.Zero, q.ClampMin, q.ClampMax);

    internal static int Float(float value, in ElementwiseQuantisation q) =>
        FloatKernel.ToInt8(value / q.Out.Scale, q.Out.Zero, q.ClampMin, q.ClampMax);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<int> Widen(Vector256<int> value, in QuantParameters p) =>
        MultiplyDouble((value - Vector256.Create(p.Zero)) << SumLeftShift, p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<int> Fixed(Vector256<int> value, in ElementwiseQuantisation q) =>
        Int8Vector.Bound(MultiplyDouble(value, q.Out) + Vector256.Create(q.Out.Zero), Vector256.Create(q.ClampMin),
            Vector256.Create(q.ClampMax));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<int> Float(Vector256<float> value, in ElementwiseQuantisation q)
    {
        var low = Vector256.Create((float)(q.ClampMin - q.Out.Zero));
        var high = Vector256.Create((float)(q.ClampMax - q.Out.Zero));
        return Int8Vector.Round(value / Vector256.Create(q.Out.Scale), low, high) + Vector256.Create(q.Out.Zero);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<float> ToFloat(Vector256<int> value, in QuantParameters p) =>
        Int8Vector.ToFloat(value, Vector256.Create(p.Zero), Vector256.Create(p.Scale));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> MultiplyDouble(Vector256<int> value, in QuantParameters p) =>
        FixedPointVector.MultiplyDouble(value, Vector256.Create(p.Multiplier), Vector256.Create(Math.Clamp(p.Shift, -31, 31)));
}
