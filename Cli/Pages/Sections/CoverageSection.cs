using NpuSim.Cli.Reports;

namespace NpuSim.Cli.Pages.Sections;

/// <summary>Which operators the NPU does, and why the host does the others.</summary>
internal static class CoverageSection
{
    private static readonly PageColumn[] Columns = [new("Engine"), new("Layers", true), new("of all", true), new("MACs", true), new("Time", true), new("of all", true)];

    public static void Write(Html html, PageRun run)
    {
        var report = run.Report;
        SectionText.Open(html, "coverage", "Operator coverage");
        long layers = report.Layers.Count, onHost = report.Layers.Count(layer => layer.Engine == "host");
        html.Element("p", FormattableString.Invariant($"{layers - onHost} of {layers} layers run on the NPU."));
        PageTables.Write(html, "Layers by the engine that does their arithmetic", Columns,
            report.Layers.GroupBy(layer => layer.Engine).OrderByDescending(group => group.Sum(layer => layer.Cycles)).Select(group =>
            {
                long cycles = group.Sum(layer => layer.Cycles);
                return (IReadOnlyList<PageCell>)
                [
                    group.Key, Figures.Count(group.Count()), Share(group.Count(), layers), Figures.Count(group.Sum(layer => layer.Macs)),
                    Figures.Count(cycles), Share(cycles, report.Cycles),
                ];
            }));
        Host(html, run);
        html.Close();
    }

    private static void Host(Html html, PageRun run)
    {
        var details = run.Report.Host.Details;
        if (details.Count == 0)
        {
            html.Element("p", "Nothing runs on the host.");
            return;
        }

        PageTables.Write(html, "Operators on the host, the longest first", [new("Name"), new("Operator"), new("Time", true), new("Why")],
            details.OrderByDescending(detail => detail.LatencyMs).Select(detail => (IReadOnlyList<PageCell>)
                [PageCell.Name(detail.Name), PageCell.Name(detail.Operator), new(Figures.Milliseconds(detail.LatencyMs), detail.LatencyMs), PageCell.Name(detail.Reason)]),
            isSortable: true);
    }

    private static PageCell Share(double part, double whole) => new(Figures.Percent(part, whole), Share: whole > 0 ? part / whole : 0);
}
