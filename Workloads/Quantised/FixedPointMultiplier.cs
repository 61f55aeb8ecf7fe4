using NpuSim.Kernels;

namespace NpuSim.Workloads.Quantised;

/// <summary>A factor that is not negative as <c>Multiplier · 2^(Shift − 31)</c>, Multiplier in [2^30, 2^31) or 0.</summary>
/// <param name="Multiplier">Q0.31.</param>
/// <param name="Shift">Power of two, positive left.</param>
internal readonly record struct FixedPointMultiplier(int Multiplier, int Shift)
{
    private const double Limit = 2147483648.0;

    /// <summary>The nearest multiplier (<see cref="FixedPoint.FromReal"/>) to a factor that <see cref="CanHold"/> accepts.</summary>
    public static FixedPointMultiplier From(double factor)
    {
        var (multiplier, shift) = FixedPoint.FromReal(factor);
        return new FixedPointMultiplier(multiplier, shift);
    }

    /// <summary>True for factors in [0, 2^31), whose shifts the kernels take as they are.</summary>
    public static bool CanHold(double factor) => factor >= 0 && factor < Limit;
}
