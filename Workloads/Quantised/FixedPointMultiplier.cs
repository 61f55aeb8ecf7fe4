namespace NpuSim.Workloads.Quantised;

/// <summary>A positive real factor as <c>Multiplier · 2^(Shift − 31)</c> with Multiplier in [2^30, 2^31), or 0.</summary>
/// <param name="Multiplier">Q0.31.</param>
/// <param name="Shift">Power of two, positive left.</param>
public readonly record struct FixedPointMultiplier(int Multiplier, int Shift)
{
    private const int ExponentBias = 1022;

    /// <summary>Rounds <paramref name="value"/> to 31 bits, half away from zero, as TFLite's QuantizeMultiplier does; below about 2^−32 it is 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, infinite, not a number, or 2^31 and more.</exception>
    public static FixedPointMultiplier From(double value)
    {
        if (!(value >= 0 && value < 2147483648.0))
        {
            throw new ArgumentOutOfRangeException(nameof(value), value, "a factor lies in [0, 2^31)");
        }

        if (!double.IsNormal(value))
        {
            return default;
        }

        var bits = BitConverter.DoubleToInt64Bits(value);
        var shift = (int)((bits >> 52) & 0x7FF) - ExponentBias;
        var fraction = BitConverter.Int64BitsToDouble((bits & 0x000F_FFFF_FFFF_FFFF) | ((long)ExponentBias << 52));
        var multiplier = (long)Math.Round(fraction * 2147483648.0, MidpointRounding.AwayFromZero);
        if (multiplier == 1L << 31)
        {
            multiplier >>= 1;
            shift++;
        }

        return shift < -31 ? default : new FixedPointMultiplier((int)multiplier, shift);
    }

    /// <summary>True where <see cref="From"/> accepts the value.</summary>
    public static bool CanHold(double value) => value >= 0 && value < 2147483648.0;
}
