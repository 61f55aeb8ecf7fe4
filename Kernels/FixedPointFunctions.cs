using System.Numerics;

namespace NpuSim.Kernels;

/// <summary>Exponential, reciprocal, logistic and hyperbolic tangent in fixed point, as gemmlowp defines them and TFLite uses
/// them.</summary>
/// <remarks>Qm.n is an int32 with m integer and n fraction bits, m + n = 31. All sums wrap.</remarks>
public static class FixedPointFunctions
{
    private const int One = int.MaxValue;

    /// <summary>exp(−2^i) in Q0.31 for i = −2 … 4.</summary>
    private static ReadOnlySpan<int> ExpOfPowers => [1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242];

    /// <summary>exp(x) in Q0.31 for x ≤ 0 in Q5.26; x = 0 gives 2^31 − 1.</summary>
    public static int ExpOnNegativeQ26(int x) => ExpOnNegative(x, 5);

    /// <summary>exp(x) in Q0.31 for x ≤ 0 with the given integer bits (1 … 5): a Taylor polynomial on the last quarter, then one
    /// multiplication for each set bit above it (barrel shifter).</summary>
    public static int ExpOnNegative(int x, int integerBits)
    {
        if (x == 0) return One;
        int fractionBits = 31 - integerBits;
        int quarter = 1 << (fractionBits - 2);
        int fraction = (x & (quarter - 1)) - quarter;
        int result = ExpOnLastQuarter(fraction << integerBits);
        int remainder = fraction - x;
        for (int i = 0; i < integerBits + 2; i++)
        {
            if ((remainder & (1 << (fractionBits - 2 + i))) != 0) result = Product(result, ExpOfPowers[i]);
        }

        return result;
    }

    /// <summary>1/(1 + x) in Q0.31 for x in [0, 1) in Q0.31, by three Newton-Raphson steps.</summary>
    public static int ReciprocalOverOnePlus(int x) => ShiftLeftSaturating(Newton(x), 1);

    /// <summary>(1 − x)/(1 + x) in Q0.31 for x in [0, 1) in Q0.31, by three Newton-Raphson steps.</summary>
    public static int OneMinusOverOnePlus(int x) => ShiftLeftSaturating(Newton(x) - (1 << 29), 2);

    /// <summary>The reciprocal of a Q12.19 sum: the mantissa of 1/sum in Q0.31, and the number of integer bits of the sum above
    /// 1.</summary>
    /// <remarks>1/sum = mantissa · 2^(−bitsOverUnit − 31). Sums that are not positive give a defined but meaningless value.</remarks>
    public static int GetReciprocal(int sumQ12, out int bitsOverUnit)
    {
        int headroom = BitOperations.LeadingZeroCount((uint)sumQ12);
        bitsOverUnit = 12 - headroom;
        return ReciprocalOverOnePlus((int)(((uint)sumQ12 << (headroom & 31)) - (1u << 31)));
    }

    /// <summary>1/(1 + exp(−x)) in Q0.31 for x in Q4.27.</summary>
    public static int LogisticQ27(int x)
    {
        if (x == 0) return 1 << 30;
        int positive = ReciprocalOverOnePlus(ExpOnNegative(x > 0 ? -x : x, 4));
        return x > 0 ? positive : One - positive;
    }

    /// <summary>tanh(x) in Q0.31 for x in Q4.27.</summary>
    public static int TanhQ27(int x)
    {
        if (x == 0) return 0;
        // exp(−2|x|): doubling a Q4.27 value is reading it as Q5.26.
        int magnitude = OneMinusOverOnePlus(ExpOnNegative(x < 0 ? x : -x, 5));
        return x < 0 ? -magnitude : magnitude;
    }

    /// <summary>The int8 logistic of TFLite's reference kernel; the output has scale 1/256 and zero point −128.</summary>
    /// <param name="input">Quantised value.</param>
    /// <param name="inputZero">Zero point of the input.</param>
    /// <param name="inputScale">Scale of the input.</param>
    public static sbyte LogisticInt8(sbyte input, int inputZero, float inputScale)
    {
        var (multiplier, shift, radius) = InputToQ27(inputScale);
        int centred = input - inputZero;
        if (centred <= -radius) return sbyte.MinValue;
        if (centred >= radius) return sbyte.MaxValue;
        int value = LogisticQ27(FixedPoint.MultiplyDouble(centred, multiplier, shift));
        return (sbyte)FixedPoint.Bound(FixedPoint.RoundingDivideByPowerOfTwo(value, 23) - 128, -128, 127);
    }

    /// <summary>The int8 hyperbolic tangent of TFLite's reference kernel; the output has scale 1/128 and zero point 0.</summary>
    /// <inheritdoc cref="LogisticInt8"/>
    public static sbyte TanhInt8(sbyte input, int inputZero, float inputScale)
    {
        var (multiplier, shift, radius) = InputToQ27(inputScale);
        int centred = input - inputZero;
        if (centred <= -radius) return sbyte.MinValue;
        if (centred >= radius) return sbyte.MaxValue;
        int value = TanhQ27(FixedPoint.MultiplyDouble(centred, multiplier, shift));
        return (sbyte)FixedPoint.Bound(FixedPoint.RoundingDivideByPowerOfTwo(value, 24), -128, 127);
    }

    /// <summary>The factor from an int8 scale to Q4.27, and the largest centred input that stays below 15 in it.</summary>
    private static (int Multiplier, int Shift, int Radius) InputToQ27(float inputScale)
    {
        var (multiplier, shift) = FixedPoint.FromReal((double)inputScale * (1 << 27));
        double largest = Math.Floor(Math.ScaleB(15.0 * (1 << 27), -shift));
        return (multiplier, shift, (int)Math.Min(largest, int.MaxValue));
    }

    /// <summary>exp(x) in Q0.31 for x in [−1/4, 0) in Q0.31: Taylor polynomial of degree 4 around −1/8.</summary>
    private static int ExpOnLastQuarter(int x)
    {
        const int ExpOfMinusEighth = 1895147668;
        const int OneThird = 715827883;
        int d = x + (1 << 28);
        int d2 = Product(d, d);
        int d3 = Product(d2, d);
        int d4 = Product(d2, d2);
        int higher = RoundingDivideByTwo(Product(FixedPoint.RoundingDivideByPowerOfTwo(d4, 2) + d3, OneThird) + d2);
        return ExpOfMinusEighth + Product(ExpOfMinusEighth, d + higher);
    }

    /// <summary>2/(1 + x) in Q2.29 for x in [0, 1) in Q0.31: Newton-Raphson from 48/17 − 32/17·(1 + x)/2.</summary>
    private static int Newton(int x)
    {
        const int FortyEightOver17 = 1515870810;
        const int MinusThirtyTwoOver17 = -1010580540;
        long sum = (long)x + One;
        int halfDenominator = (int)((sum + (sum >= 0 ? 1 : -1)) / 2);
        int estimate = FortyEightOver17 + Product(halfDenominator, MinusThirtyTwoOver17);
        for (int i = 0; i < 3; i++)
        {
            int error = (1 << 29) - Product(halfDenominator, estimate);
            // A product of two Q2.29 values is Q4.27; back to Q2.29 it saturates.
            estimate += ShiftLeftSaturating(Product(estimate, error), 2);
        }

        return estimate;
    }

    private static int Product(int a, int b) => FixedPoint.SaturatingRoundingDoublingHighMultiply(a, b);

    private static int RoundingDivideByTwo(int x) => FixedPoint.RoundingDivideByPowerOfTwo(x, 1);

    private static int ShiftLeftSaturating(int x, int bits)
    {
        int threshold = (1 << (31 - bits)) - 1;
        if (x > threshold) return int.MaxValue;
        return x < -threshold ? int.MinValue : x << bits;
    }
}
