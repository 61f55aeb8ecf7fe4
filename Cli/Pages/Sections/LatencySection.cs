using NpuSim.Cli.Reports;

namespace NpuSim.Cli.Pages.Sections;

/// <summary>Where the time goes: NPU, transfer and host.</summary>
internal static class LatencySection
{
    private static readonly PageColumn[] Columns = [new("Part"), new("Time", true), new("Share", true), new("What counts")];

    public static void Write(Html html, PageRun run)
    {
        SectionText.Open(html, "latency", "Latency");
        var report = run.Report;
        PageTables.Write(html, "Parts of the latency; they add up to the whole", Columns,
        [
            Row("NPU and transfer", report.LatencyMs - report.Host.LatencyMs, report.LatencyMs, "everything but the host's work"),
            Row("Host", report.Host.LatencyMs, report.LatencyMs, "operators that stay on the processor, hand-over included"),
            Row("Whole", report.LatencyMs, report.LatencyMs, $"{Figures.Count(report.Cycles)} cycles"),
        ]);
        var bounds = report.Layers.GroupBy(layer => layer.Bound).Select(group => (Bound: group.Key, Layers: group.Count(), Cycles: group.Sum(layer => layer.Cycles)))
            .OrderByDescending(group => group.Cycles).ThenBy(group => group.Bound, StringComparer.Ordinal);
        PageTables.Write(html, "What binds the layers: the unit that would still need the most time if all others were free",
            [new("Bound by"), new("Layers", true), new("Cycles", true), new("Share", true)],
            bounds.Select(group => (IReadOnlyList<PageCell>)[group.Bound, Figures.Count(group.Layers), Figures.Count(group.Cycles), Share(group.Cycles, report.Cycles)]));
        html.Close();
    }

    private static PageCell[] Row(string name, double milliseconds, double whole, string note) =>
        [name, milliseconds == 0 ? "none" : Figures.Milliseconds(milliseconds), Share(milliseconds, whole), note];

    private static PageCell Share(double part, double whole) => new(Figures.Percent(part, whole), Share: whole > 0 ? part / whole : 0);
}
