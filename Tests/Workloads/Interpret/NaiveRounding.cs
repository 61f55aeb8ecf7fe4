using System.Numerics;

namespace NpuSim.Tests.Workloads.Interpret;

/// <summary>Roundings of the dialects, written from their definitions in exact arithmetic.</summary>
internal static class NaiveRounding
{
    /// <summary>Q and shift with factor ≈ Q·2^(shift − 31), by repeated doubling and halving.</summary>
    public static (long Q, int Shift) Multiplier(double factor)
    {
        var shift = 0;
        while (factor >= 1)
        {
            factor /= 2;
            shift++;
        }

        while (factor < 0.5)
        {
            factor *= 2;
            shift--;
        }

        var q = (long)Math.Floor(factor * 2147483648.0 + 0.5);
        return q == 1L << 31 ? (1L << 30, shift + 1) : (q, shift);
    }

    /// <summary>Rounding doubling high multiply, then a right shift with ties away from zero.</summary>
    public static int Double(int x, double factor)
    {
        var (q, shift) = Multiplier(factor);
        var product = (BigInteger)((long)x << Math.Max(shift, 0)) * q;
        var nudge = product.Sign >= 0 ? BigInteger.One << 30 : 1 - (BigInteger.One << 30);
        var high = BigInteger.Divide(product + nudge, BigInteger.One << 31);
        var divisor = BigInteger.One << Math.Max(-shift, 0);
        var magnitude = (BigInteger.Abs(high) * 2 + divisor) / (divisor * 2);
        return (int)(high.Sign < 0 ? -magnitude : magnitude);
    }

    /// <summary>⌊product + ½⌋ of the exact product.</summary>
    public static int Single(int x, double factor)
    {
        var (q, shift) = Multiplier(factor);
        var divisor = BigInteger.One << (31 - shift);
        var doubled = 2 * (BigInteger)x * q + divisor;
        var quotient = BigInteger.DivRem(doubled, 2 * divisor, out var remainder);
        return (int)(remainder.Sign < 0 ? quotient - 1 : quotient);
    }

    /// <summary>Half to even of the float32 product.</summary>
    public static int Float(int x, float scale)
    {
        var product = (double)((float)x * scale);
        var floor = Math.Floor(product);
        var rest = product - floor;
        return (int)(rest > 0.5 || rest == 0.5 && floor % 2 != 0 ? floor + 1 : floor);
    }

    public static sbyte Int8(int value) => (sbyte)Math.Max(-128, Math.Min(127, value));
}
