namespace NpuSim.Isa.Energy;

/// <summary>Exponential, logarithm and power from +, −, · and / alone: the host's own come from its C library and differ in the last
/// bits between hosts, and a report must not.</summary>
public static class PortableMath
{
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;

    /// <summary>e^x for |x| up to 700; relative error below 10^−14.</summary>
    public static double Exp(double x)
    {
        double n = Math.Round(x / (Ln2High + Ln2Low), MidpointRounding.ToEven);
        double r = x - n * Ln2High - n * Ln2Low;
        double sum = 1;
        for (int i = 18; i >= 1; i--)
            sum = 1 + sum * r / i;
        return Math.ScaleB(sum, (int)n);
    }

    /// <summary>ln x for normal x above 0; absolute error below 10^−14 of the larger of 1 and |ln x|.</summary>
    public static double Log(double x)
    {
        int exponent = Math.ILogB(x);
        double mantissa = Math.ScaleB(x, -exponent);
        if (mantissa > 1.4142135623730951)
        {
            mantissa /= 2;
            exponent++;
        }

        double s = (mantissa - 1) / (mantissa + 1), square = s * s, sum = 0;
        for (int i = 27; i >= 1; i -= 2)
            sum = sum * square + 1.0 / i;
        return exponent * Ln2High + (2 * s * sum + exponent * Ln2Low);
    }

    /// <summary>x^y for x above 0.</summary>
    public static double Power(double x, double y) => Exp(y * Log(x));
}
