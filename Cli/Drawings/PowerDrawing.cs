using NpuSim.Cli.Plots;
using NpuSim.Cli.Reports;
using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Drawings;

/// <summary>Power over the time of a run, by part.</summary>
internal static class PowerDrawing
{
    private const int MostWindows = 1000;

    public static string Svg(SimulationReport report, PowerCurve curve)
    {
        var windows = new PowerWindows(curve, MostWindows);
        var parts = Enum.GetValues<EnergyPart>()
            .Where(part => Enumerable.Range(0, windows.Count).Any(window => windows.Milliwatts(window, part) > 0)).ToList();
        var series = parts.Select(part => new TimeSeries(EnergyText.Name(part), LayerBars.PartColour(part),
            [.. Enumerable.Range(0, windows.Count).Select(window => (curve.Microseconds(windows.Start(window)), windows.Milliwatts(window, part) * 1e-3))])).ToList();
        string note = $"means of {Figures.Count(windows.Cycles)} cycles; on average {Figures.Three(report.Power.AverageMw)} mW";
        note += report.Power.PeakMw is { } peak && report.Power.PeakWindowCycles is { } cycles
            ? $", at the highest {Figures.Three(peak)} mW over {Figures.Count(cycles)} cycles" : "";
        return new TimePanels(
            $"Power over time: {report.Model} on {report.Machine}", note, curve.Microseconds(curve.Cycles), [.. series.Select(one => (one.Name, one.Colour))],
            [new TimePanel("power", series, null, watts => LinearAxis.Quantity(watts, "W"))])
        {
            High = 320,
        }.ToSvg();
    }
}
