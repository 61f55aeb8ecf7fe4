namespace NpuSim.Kernels;

/// <summary>Fixed-point scaling of int32 values, as the integer dialects of quantised networks define it.</summary>
/// <remarks>A real multiplier is stored as Multiplier·2^(Shift − 31) with Multiplier in [2^30, 2^31); Shift is positive to the left.
/// Every function is defined for every argument: shifts outside [−31, 31] are taken as the nearest bound, sums and left shifts
/// wrap.</remarks>
public static class FixedPoint
{
    private const int FractionBits = 31;

    /// <summary>⌊(a·b + 2^30) / 2^31⌋: the high half of the doubled product, ties up; −2^31 times −2^31 gives 2^31 − 1.</summary>
    /// <remarks>Equal to the usual form with a sign-dependent nudge and truncating division (gemmlowp, Arm VQRDMULH).</remarks>
    public static int SaturatingRoundingDoublingHighMultiply(int a, int b) =>
        a == int.MinValue && b == int.MinValue ? int.MaxValue : (int)(((long)a * b + (1L << 30)) >> FractionBits);

    /// <summary>x / 2^exponent rounded to the nearest integer, ties away from zero. Exponents outside [0, 31] count as the bound.</summary>
    public static int RoundingDivideByPowerOfTwo(int x, int exponent)
    {
        exponent = Math.Clamp(exponent, 0, 31);
        int mask = (int)((1L << exponent) - 1);
        int threshold = (mask >> 1) + (x < 0 ? 1 : 0);
        return (x >> exponent) + ((x & mask) > threshold ? 1 : 0);
    }

    /// <summary>x·multiplier·2^(shift − 31), rounded twice: a left shift that wraps, the doubling high multiply, then a rounding right
    /// shift with ties away from zero. Dialect <c>tflite-reference</c>.</summary>
    public static int MultiplyDouble(int x, int multiplier, int shift)
    {
        int left = Math.Clamp(shift, 0, 31);
        int right = -Math.Clamp(shift, -31, 0);
        return RoundingDivideByPowerOfTwo(SaturatingRoundingDoublingHighMultiply(x << left, multiplier), right);
    }

    /// <summary>⌊(x·multiplier + 2^(30 − shift)) / 2^(31 − shift)⌋: one rounding of the whole product, ties up; the low 32 bits of the
    /// quotient. Dialect <c>tflite-ruy</c>. At shift 31 nothing is rounded.</summary>
    public static int MultiplySingle(int x, int multiplier, int shift)
    {
        int total = FractionBits - Math.Clamp(shift, -31, 31);
        long nudge = total == 0 ? 0 : 1L << (total - 1);
        return (int)(((long)x * multiplier + nudge) >> total);
    }

    /// <summary>The multiplier and shift nearest to a real factor: mantissa·2^31 rounded half away from zero. A factor below 2^−32
    /// gives (0, 0).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not finite.</exception>
    public static (int Multiplier, int Shift) FromReal(double factor)
    {
        if (!double.IsFinite(factor)) throw new ArgumentOutOfRangeException(nameof(factor), factor, "a scale factor must be finite");
        if (factor == 0) return (0, 0);
        int shift = Math.ILogB(factor) + 1;
        // Two exact steps, since 2^(31 − shift) alone may overflow for a tiny factor.
        double mantissa = Math.ScaleB(Math.ScaleB(factor, -shift), FractionBits);
        long multiplier = (long)Math.Round(mantissa, MidpointRounding.AwayFromZero);
        if (Math.Abs(multiplier) == 1L << FractionBits)
        {
            multiplier /= 2;
            shift++;
        }

        return shift < -31 ? (0, 0) : ((int)multiplier, shift);
    }

    /// <summary>The nearest integer, ties to even; values beyond int32 saturate and NaN gives 0.</summary>
    public static int RoundHalfEven(float value)
    {
        if (float.IsNaN(value)) return 0;
        float rounded = MathF.Round(value, MidpointRounding.ToEven);
        if (rounded >= 2147483648f) return int.MaxValue;
        return rounded <= -2147483648f ? int.MinValue : (int)rounded;
    }

    /// <summary>min(max(value, low), high), also where low exceeds high.</summary>
    internal static int Bound(int value, int low, int high) => Math.Min(Math.Max(value, low), high);
}
