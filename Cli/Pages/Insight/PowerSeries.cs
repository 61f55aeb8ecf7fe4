using NpuSim.Cli.Drawings;
using NpuSim.Cli.Reports;
using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Pages.Insight;

/// <summary>Power over time by part, with so few windows that a page can hold them.</summary>
/// <param name="WindowCycles">Cycles of a window; the last may be shorter.</param>
/// <param name="Parts">Parts that take any.</param>
internal sealed record PowerSeries(long WindowCycles, IReadOnlyList<PartPower> Parts)
{
    private const int MostWindows = 1000;
    private const int Digits = 4;

    public static PowerSeries Of(PowerCurve curve)
    {
        var windows = new PowerWindows(curve, MostWindows);
        var parts = Enum.GetValues<EnergyPart>().Select(part => new PartPower(EnergyText.Name(part),
            [.. Enumerable.Range(0, windows.Count).Select(window => Math.Round(windows.Milliwatts(window, part), Digits))]));
        return new PowerSeries(windows.Cycles, [.. parts.Where(part => part.Milliwatts.Any(power => power > 0))]);
    }
}

/// <summary>Power of one part in each window, in mW.</summary>
internal sealed record PartPower(string Name, IReadOnlyList<double> Milliwatts);
