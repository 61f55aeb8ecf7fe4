namespace NpuSim.Kernels;

/// <summary>An int8 sum or difference as 2^16·result = (a·left + b·right)·256·gain + offset, half the guard band included, for
/// <see cref="GuardedSumStep{TExact, TLanes, TVector}"/>.</summary>
/// <remarks>
/// left and right are int16 factors whose ratio is that of the operands' scales: the last convergent of its continued fraction that fits,
/// which is off by less than 2^−28 or so. So the sum is an exact int32 of no more than 24 significant bits, and only gain and offset are
/// rounded.
/// </remarks>
internal readonly record struct PairGuard(int Factors, float Gain, float Offset, int Bits)
{
    /// <summary>Tiles of fewer elements do not pay for the preparation.</summary>
    internal const int FewestElements = 512;

    private const int Samples = 64;
    private const int MostUncertain = 4;

    /// <summary>False where no band holds the error, or too many pairs would be in it.</summary>
    /// <param name="q">Quantisation of operands and result.</param>
    /// <param name="isFixed">Fixed point, else float32.</param>
    /// <param name="isDifference">a − b instead of a + b.</param>
    /// <param name="guard">The sum.</param>
    internal static bool TryPrepare(in ElementwiseQuantisation q, bool isFixed, bool isDifference, out PairGuard guard)
    {
        guard = default;
        double result = isFixed ? Real(q.Out) : 1.0 / q.Out.Scale;
        double left = result * (isFixed ? Math.ScaleB(Real(q.A), ElementwiseRescale.SumLeftShift) : q.A.Scale);
        double right = result * (isFixed ? Math.ScaleB(Real(q.B), ElementwiseRescale.SumLeftShift) : q.B.Scale);
        if (!(left > 0) || !(right > 0) || left + right > sbyte.MaxValue) return false;
        // In fixed point either operand is rounded by less than 1, the sum by half a step of its last shift; float32 rounds four times.
        double deviation = GuardBand.One * (isFixed ? 2 * result + Math.ScaleB(0.5, q.Out.Shift) : Math.ScaleB(left + right, -14));
        var (smaller, larger) = Ratio(Math.Min(left, right), Math.Max(left, right));
        float gain = (float)(GuardBand.One * Math.Max(left, right) / (256.0 * larger));
        var (leftFactor, rightFactor) = left < right ? (smaller, larger) : (larger, smaller);
        double slack = Off(left, leftFactor) + Off(right, rightFactor);
        double constant = GuardBand.One * (q.Out.Zero + 0.5 - q.A.Zero * left + q.B.Zero * (isDifference ? right : -right));
        // Beside these: offset and fused sum to 24 bits, of which the latter is at most 2^23.1, and the integer.
        if (!GuardBand.TryBits(deviation + slack + Math.ScaleB(Math.Abs(constant), -24) + 1.2, out int bits)) return false;
        double offset = constant + (1 << (bits - 1));
        if (IsOftenUncertain(GuardBand.One * left, GuardBand.One * (isDifference ? -right : right), offset, 1 << bits)) return false;
        guard = new((leftFactor & ushort.MaxValue) | (isDifference ? -rightFactor : rightFactor) << 16, gain, (float)offset, bits);
        return true;

        double Off(double scale, int factor) => 128 * Math.Abs(GuardBand.One * scale - 256.0 * factor * gain);
    }

    /// <summary>multiplier·2^(shift − 31).</summary>
    internal static double Real(in QuantParameters p) => Math.ScaleB(p.Multiplier, p.Shift - 31);

    /// <summary>The last convergent of smaller / larger whose terms are int16.</summary>
    private static (int Numerator, int Denominator) Ratio(double smaller, double larger)
    {
        var (numerator, denominator, earlierNumerator, earlierDenominator) = (0L, 1L, 1L, 0L);
        double rest = larger / smaller;
        while (rest < short.MaxValue)
        {
            long term = (long)rest;
            var next = (Numerator: term * numerator + earlierNumerator, Denominator: term * denominator + earlierDenominator);
            if (next.Denominator > short.MaxValue) break;
            (earlierNumerator, earlierDenominator, numerator, denominator) = (numerator, denominator, next.Numerator, next.Denominator);
            rest = 1 / (rest - term);
        }

        return ((int)numerator, (int)denominator);
    }

    /// <summary>Of some pairs that are spread over all, many are in the band: ties, where the scales have a simple ratio.</summary>
    private static bool IsOftenUncertain(double left, double right, double offset, int width)
    {
        int uncertain = 0;
        for (int i = 0; i < Samples; i++)
        {
            double value = (sbyte)(37 * i) * left + (sbyte)(101 * i + 13) * right + offset;
            if (value - Math.Floor(value / GuardBand.One) * GuardBand.One < width) uncertain++;
        }

        return uncertain >= MostUncertain;
    }
}
