using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NpuSim.Kernels;

/// <summary><see cref="FixedPoint"/> on eight values at a time, bit for bit; AVX2.</summary>
internal static class FixedPointVector
{
    /// <summary>As <see cref="FixedPoint.SaturatingRoundingDoublingHighMultiply"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<int> HighMultiply(Vector256<int> a, Vector256<int> b)
    {
        var nudge = Vector256.Create(1L << 30);
        var even = Avx2.Multiply(a, b) + nudge;
        var odd = Avx2.Multiply(Odd(a), Odd(b)) + nudge;
        // Bits 31 … 62 of each product: to the low half of even lanes, to the high half of odd ones.
        var result = Avx2.Blend(Vector256.ShiftRightLogical(even, 31).AsInt32(), (odd << 1).AsInt32(), 0b1010_1010);
        var smallest = Vector256.Create(int.MinValue);
        return result ^ (Vector256.Equals(a, smallest) & Vector256.Equals(b, smallest));
    }

    /// <summary>As <see cref="FixedPoint.RoundingDivideByPowerOfTwo"/> for exponents in [0, 31].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<int> RoundingDivide(Vector256<int> x, Vector256<int> exponent)
    {
        var mask = Avx2.ShiftLeftLogicalVariable(Vector256<int>.One, exponent.AsUInt32()) - Vector256<int>.One;
        var threshold = Vector256.ShiftRightLogical(mask, 1) - Vector256.ShiftRightArithmetic(x, 31);
        var above = Vector256.GreaterThan(x & mask, threshold);
        return Avx2.ShiftRightArithmeticVariable(x, exponent.AsUInt32()) - above;
    }

    /// <summary>As <see cref="FixedPoint.MultiplyDouble"/> for shifts in [−31, 31].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<int> MultiplyDouble(Vector256<int> x, Vector256<int> multiplier, Vector256<int> shift)
    {
        var left = Vector256.Max(shift, Vector256<int>.Zero);
        var right = Vector256.Max(-shift, Vector256<int>.Zero);
        return RoundingDivide(HighMultiply(Avx2.ShiftLeftLogicalVariable(x, left.AsUInt32()), multiplier), right);
    }

    /// <summary>As <see cref="FixedPoint.MultiplySingle"/> for shifts in [−31, 31].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<int> MultiplySingle(Vector256<int> x, Vector256<int> multiplier, Vector256<int> shift)
    {
        var total = Vector256.Create(31) - shift;
        var even = RoundingShift(Avx2.Multiply(x, multiplier), total.AsUInt64() & Vector256.Create(0xFFFF_FFFFUL));
        var odd = RoundingShift(Avx2.Multiply(Odd(x), Odd(multiplier)), Vector256.ShiftRightLogical(total.AsUInt64(), 32));
        return Avx2.Blend(even.AsInt32(), (odd << 32).AsInt32(), 0b1010_1010);
    }

    /// <summary>⌊(x + 2^(total − 1)) / 2^total⌋; x itself where total is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<long> RoundingShift(Vector256<long> x, Vector256<ulong> total)
    {
        var nudge = Vector256.ShiftRightLogical(Avx2.ShiftLeftLogicalVariable(Vector256<long>.One, total), 1);
        // AVX2 has no arithmetic 64-bit shift: shift as unsigned with a bias that is taken off afterwards.
        var bias = Vector256.Create(long.MinValue);
        var shifted = Avx2.ShiftRightLogicalVariable((x + nudge) ^ bias, total);
        return shifted - Avx2.ShiftRightLogicalVariable(bias, total);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Odd(Vector256<int> x) => Vector256.ShiftRightLogical(x.AsInt64(), 32).AsInt32();
}
