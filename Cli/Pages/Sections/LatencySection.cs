using NpuSim.Cli.Pages.Insight;
using NpuSim.Cli.Reports;
using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Pages.Sections;

/// <summary>Where the time goes: NPU, transfer and host.</summary>
internal static class LatencySection
{
    private static readonly PageColumn[] Columns = [new("Part"), new("Time", true), new("Share", true), new("What counts")];

    public static void Write(Html html, PageRun run)
    {
        SectionText.Open(html, "latency", "Latency");
        var report = run.Report;
        PageTables.Write(html, "Parts of the latency; they add up to the whole", Columns, run.Insight is { } insight ? Parts(report, insight) : Parts(report));
        var bounds = report.Layers.GroupBy(layer => layer.Bound).Select(group => (Bound: group.Key, Layers: group.Count(), Cycles: group.Sum(layer => layer.Cycles)))
            .OrderByDescending(group => group.Cycles).ThenBy(group => group.Bound, StringComparer.Ordinal);
        PageTables.Write(html, "What binds the layers: the unit that would still need the most time if all others were free",
            [new("Bound by"), new("Layers", true), new("Cycles", true), new("Share", true)],
            bounds.Select(group => (IReadOnlyList<PageCell>)
                [group.Bound, Figures.Count(group.Layers), Figures.Count(group.Cycles), SectionText.Share(group.Cycles, report.Cycles)]));
        html.Close();
    }

    private static IEnumerable<IReadOnlyList<PageCell>> Parts(SimulationReport report, RunInsight insight)
    {
        var parts = insight.Latency;
        yield return Row("NPU", parts.Compute, report, "an array or a vector unit works, the host does not");
        yield return Row("Transfer", parts.Transfer, report, "only transfers are under way: loading, storing, memory latency");
        yield return Row("Host", parts.Host, report, "the host works, hand-over included");
        yield return Row("Control", parts.Control, report, "none of these: instructions are fetched, dispatched or waited for");
        yield return Row("Whole", report.Cycles, report, "from the first instruction to the last result");
    }

    private static IEnumerable<IReadOnlyList<PageCell>> Parts(SimulationReport report)
    {
        long host = report.LatencyMs > 0 ? (long)Math.Round(report.Cycles * Math.Min(1, report.Host.LatencyMs / report.LatencyMs)) : 0;
        yield return Row("NPU and transfer", report.Cycles - host, report, "everything but the host's work; the result does not say more (npusim run --out keeps it)");
        yield return Row("Host", host, report, "the host works, hand-over included");
        yield return Row("Whole", report.Cycles, report, "from the first instruction to the last result");
    }

    private static PageCell[] Row(string name, long cycles, SimulationReport report, string note) =>
    [
        name, cycles == 0 ? "none" : Figures.Milliseconds(report.LatencyMs * cycles / Math.Max(1, report.Cycles)), SectionText.Share(cycles, report.Cycles),
        $"{note}; {Figures.Count(cycles)} cycles",
    ];
}
