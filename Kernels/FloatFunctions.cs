namespace NpuSim.Kernels;

/// <summary>Elementary functions that give the same bits on every host: built from +, −, ·, / and √ alone, nothing fused.</summary>
/// <remarks>The host's own Math.Exp and its like come from its C library and differ between hosts, so no byte that reaches an output may
/// depend on them. The double functions are accurate to a few units in the last place unless they say otherwise; rounded to float32 they
/// are within 0.51 units.</remarks>
public static class FloatFunctions
{
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;
    private const double Log2E = 1.44269504088896340736;

    /// <summary>exp(x) in float32 arithmetic, as the vector unit computes it: at most 2 units in the last place off for results that are
    /// normal; +∞ above 88.73, 0 below −87.34, NaN for NaN.</summary>
    /// <remarks>n = round(x·log2 e), r = x − n·ln 2 in two parts, Taylor polynomial of degree 7, times 2^n in two exact steps.</remarks>
    public static float Exp(float x)
    {
        if (float.IsNaN(x)) return float.NaN;
        if (x < ExpFloat.Smallest) return 0f;
        float bounded = x < ExpFloat.Largest ? x : ExpFloat.Largest;
        float shifted = bounded * ExpFloat.Log2E + ExpFloat.RoundingMagic;
        float n = shifted - ExpFloat.RoundingMagic;
        float r = bounded - n * ExpFloat.Ln2High - n * ExpFloat.Ln2Low;
        float p = ExpFloat.C7;
        p = p * r + ExpFloat.C6;
        p = p * r + ExpFloat.C5;
        p = p * r + ExpFloat.C4;
        p = p * r + ExpFloat.C3;
        p = p * r + ExpFloat.C2;
        p = p * (r * r) + r + 1f;
        int exponent = BitConverter.SingleToInt32Bits(shifted) - BitConverter.SingleToInt32Bits(ExpFloat.RoundingMagic);
        int half = exponent >> 1;
        return p * PowerOfTwo(half) * PowerOfTwo(exponent - half);
    }

    /// <summary>exp(x); +∞ above 709.78, 0 below −745.</summary>
    public static double Exp(double x)
    {
        if (double.IsNaN(x)) return double.NaN;
        if (x > 710) return double.PositiveInfinity;
        if (x < -746) return 0;
        double n = Math.Round(x * Log2E, MidpointRounding.ToEven);
        double r = x - n * Ln2High - n * Ln2Low;
        double sum = 1;
        for (int i = 14; i >= 1; i--) sum = 1 + sum * r / i;
        int exponent = (int)n;
        int half = exponent >> 1;
        return sum * PowerOfTwo64(half) * PowerOfTwo64(exponent - half);
    }

    /// <summary>exp(x) − 1 without cancellation near 0.</summary>
    public static double ExpMinusOne(double x)
    {
        if (Math.Abs(x) > 0.5) return Exp(x) - 1;
        double sum = 1;
        for (int i = 16; i >= 2; i--) sum = 1 + sum * x / i;
        return sum * x;
    }

    /// <summary>The natural logarithm; −∞ for 0, NaN below.</summary>
    public static double Log(double x)
    {
        if (double.IsNaN(x) || x < 0) return double.NaN;
        if (x == 0) return double.NegativeInfinity;
        if (double.IsPositiveInfinity(x)) return x;
        int exponent = Math.ILogB(x);
        double mantissa = Math.ScaleB(x, -exponent);
        if (mantissa > 1.4142135623730951)
        {
            mantissa *= 0.5;
            exponent++;
        }

        return exponent * Ln2High + (LogNearOne((mantissa - 1) / (mantissa + 1)) + exponent * Ln2Low);
    }

    /// <summary>log(1 + x) without cancellation near 0; NaN below −1.</summary>
    public static double LogOnePlus(double x) => Math.Abs(x) < 0.4 ? LogNearOne(x / (2 + x)) : Log(1 + x);

    /// <summary>x^y = exp(y·log x) for x ≥ 0; for x &lt; 0 only integer y has a value, else NaN. Relative error grows with |y·log
    /// x|·2^−53.</summary>
    public static double Power(double x, double y)
    {
        if (y == 0) return 1;
        if (y == 1) return x;
        if (y == 2) return x * x;
        if (x == 0) return y > 0 ? 0 : double.PositiveInfinity;
        if (x > 0) return Exp(y * Log(x));
        if (Math.Floor(y) != y) return double.NaN;
        double magnitude = Exp(y * Log(-x));
        return Math.Floor(y / 2) * 2 == y ? magnitude : -magnitude;
    }

    /// <summary>1/(1 + exp(−x)).</summary>
    public static double Sigmoid(double x)
    {
        if (x >= 0) return 1 / (1 + Exp(-x));
        double e = Exp(x);
        return e / (1 + e);
    }

    /// <summary>The hyperbolic tangent.</summary>
    public static double Tanh(double x)
    {
        if (double.IsNaN(x)) return double.NaN;
        double magnitude = Math.Abs(x);
        if (magnitude > 22) return Math.Sign(x);
        double e = ExpMinusOne(2 * magnitude);
        double result = e / (e + 2);
        return x < 0 ? -result : result;
    }

    /// <summary>log(1 + exp(x)).</summary>
    public static double Softplus(double x) => Math.Max(x, 0) + LogOnePlus(Exp(-Math.Abs(x)));

    /// <summary>The error function; absolute error below 3·10^−16.</summary>
    /// <remarks>Below 2.5 a power series of positive terms, above a continued fraction of the complement.</remarks>
    public static double Erf(double x)
    {
        if (double.IsNaN(x)) return double.NaN;
        double magnitude = Math.Abs(x);
        double result = magnitude switch
        {
            < 2.5 => ErfSeries(magnitude),
            < 6 => 1 - ErfComplement(magnitude),
            double.NaN or >= 6 => 1,
        };
        return x < 0 ? -result : result;
    }

    /// <summary>x·Φ(x) = x/2·(1 + erf(x/√2)); absolute error below |x|·10^−15.</summary>
    public static double Gelu(double x) => x * 0.5 * (1 + Erf(x * 0.70710678118654752440));

    /// <summary>The approximation x/2·(1 + tanh(√(2/π)·(x + 0.044715·x³))).</summary>
    public static double GeluTanh(double x) => x * 0.5 * (1 + Tanh(0.79788456080286535588 * (x + 0.044715 * x * x * x)));

    /// <summary>The sine; error below 10^−15 for |x| below 10^6, NaN above 10^9.</summary>
    public static double Sine(double x) => Trigonometric(x, 0);

    /// <summary>The cosine; error below 10^−15 for |x| below 10^6, NaN above 10^9.</summary>
    public static double Cosine(double x) => Trigonometric(x, 1);

    /// <summary>2·artanh(s) for |s| ≤ 0.25, the logarithm of (1 + s)/(1 − s).</summary>
    private static double LogNearOne(double s)
    {
        double square = s * s;
        double sum = 0;
        for (int i = 23; i >= 3; i -= 2) sum = (sum + 1.0 / i) * square;
        return 2 * s + 2 * s * sum;
    }

    private static double ErfSeries(double x)
    {
        double square = x * x;
        double term = x;
        double sum = x;
        for (int n = 1; term > sum * 1e-17; n++)
        {
            term *= 2 * square / (2 * n + 1);
            sum += term;
        }

        return 1.12837916709551257390 * Exp(-square) * sum;
    }

    private static double ErfComplement(double x)
    {
        const int Levels = 60;
        double fraction = x;
        for (int i = Levels; i >= 1; i--) fraction = x + i * 0.5 / fraction;
        return Exp(-x * x) / (fraction * 1.77245385090551602730);
    }

    private static double Trigonometric(double x, int quarterTurns)
    {
        if (!(Math.Abs(x) <= 1e9)) return double.NaN;
        // π/2 in three parts; the first two have 33 bits, so that their products with n are exact.
        double n = Math.Round(x * 0.63661977236758134308, MidpointRounding.ToEven);
        double r = x - n * 1.57079632673412561417 - n * 6.07710050630396597660e-11 - n * 2.02226624879595063154e-21;
        int quadrant = (int)(((long)n + quarterTurns) & 3);
        double value = (quadrant & 1) == 0 ? SineSeries(r) : CosineSeries(r);
        return (quadrant & 2) == 0 ? value : -value;
    }

    private static double SineSeries(double r)
    {
        double square = r * r;
        double sum = 1;
        for (int i = 18; i >= 2; i -= 2) sum = 1 - sum * square / (i * (i + 1));
        return sum * r;
    }

    private static double CosineSeries(double r)
    {
        double square = r * r;
        double sum = 1;
        for (int i = 18; i >= 2; i -= 2) sum = 1 - sum * square / (i * (i - 1));
        return sum;
    }

    private static float PowerOfTwo(int exponent) => BitConverter.Int32BitsToSingle((exponent + 127) << 23);

    private static double PowerOfTwo64(int exponent) => BitConverter.Int64BitsToDouble((exponent + 1023L) << 52);
}

/// <summary>Constants of the float32 exponential, shared by its scalar and vector forms.</summary>
internal static class ExpFloat
{
    /// <summary>Below it the result is 0: the logarithm of the smallest normal float32.</summary>
    internal const float Smallest = -87.33654f;

    /// <summary>Above it the result is +∞.</summary>
    internal const float Largest = 89f;

    internal const float Log2E = 1.44269504f;

    /// <summary>1.5·2^23: adding it leaves the nearest integer, ties to even, in the low bits.</summary>
    internal const float RoundingMagic = 12582912f;

    /// <summary>ln 2 cut to 9 bits, so that its product with an exponent is exact.</summary>
    internal const float Ln2High = 0.693359375f;

    /// <summary>ln 2 minus <see cref="Ln2High"/>.</summary>
    internal const float Ln2Low = -2.12194440e-4f;

    internal const float C2 = 1f / 2;
    internal const float C3 = 1f / 6;
    internal const float C4 = 1f / 24;
    internal const float C5 = 1f / 120;
    internal const float C6 = 1f / 720;
    internal const float C7 = 1f / 5040;
}
