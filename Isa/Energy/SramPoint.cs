namespace NpuSim.Isa.Energy;

/// <summary>What an SRAM macro with one port costs, as CACTI says or between what it says.</summary>
/// <param name="ReadPicojoules">One read of the whole width.</param>
/// <param name="WritePicojoules">One write of the whole width.</param>
/// <param name="LeakageMilliwatts">Leakage at 350 K.</param>
/// <param name="AreaMm2">Area in mm².</param>
public readonly record struct SramPoint(double ReadPicojoules, double WritePicojoules, double LeakageMilliwatts, double AreaMm2)
{
    /// <summary>Figure by figure: this times a over b.</summary>
    internal SramPoint Scaled(in SramPoint a, in SramPoint b) => new(
        ReadPicojoules * a.ReadPicojoules / b.ReadPicojoules, WritePicojoules * a.WritePicojoules / b.WritePicojoules,
        LeakageMilliwatts * a.LeakageMilliwatts / b.LeakageMilliwatts, AreaMm2 * a.AreaMm2 / b.AreaMm2);

    /// <summary>A point on the line through two others on logarithmic axes.</summary>
    /// <param name="low">At share 0.</param>
    /// <param name="high">At share 1.</param>
    /// <param name="share">Place on the line; outside 0 to 1 the line goes on.</param>
    internal static SramPoint Between(in SramPoint low, in SramPoint high, double share) => new(
        Between(low.ReadPicojoules, high.ReadPicojoules, share), Between(low.WritePicojoules, high.WritePicojoules, share),
        Between(low.LeakageMilliwatts, high.LeakageMilliwatts, share), Between(low.AreaMm2, high.AreaMm2, share));

    private static double Between(double low, double high, double share) => low * PortableMath.Power(high / low, share);
}
