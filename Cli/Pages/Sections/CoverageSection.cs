using NpuSim.Cli.Reports;
using NpuSim.Simulator.Reports;
using NpuSim.Workloads.Compile;

namespace NpuSim.Cli.Pages.Sections;

/// <summary>Which operators the NPU does, and why the host does the others.</summary>
internal static class CoverageSection
{
    private static readonly PageColumn[] Columns = [new("Engine"), new("Layers", true), new("of all", true), new("MACs", true), new("of all", true), new("Cycles", true), new("of all", true)];

    private static readonly PageColumn[] HostColumns =
        [new("Name"), new("Operator"), new("Time", true), new("Constraint"), new("Found"), new("What the NPU would do instead")];

    public static void Write(Html html, PageRun run)
    {
        var report = run.Report;
        SectionText.Open(html, "coverage", "Operator coverage");
        long layers = report.Layers.Count, onHost = report.Layers.Count(layer => layer.Engine == "host");
        html.Element("p", FormattableString.Invariant($"{layers - onHost} of {layers} layers run on the NPU."));
        long[] macs = [.. report.Layers.Select((layer, index) => layer.Macs + (run.Insight?.HostMacs[index] ?? 0))];
        PageTables.Write(html, "Layers by the engine that does their arithmetic", Columns,
            report.Layers.Select((layer, index) => (Layer: layer, Macs: macs[index])).GroupBy(item => item.Layer.Engine)
                .OrderByDescending(group => group.Sum(item => item.Layer.Cycles))
                .Select(group => Row(group.Key, group.Count(), layers, group.Sum(item => item.Macs), macs.Sum(), group.Sum(item => item.Layer.Cycles), report.Cycles)));
        if (run.Insight is null && onHost > 0)
        {
            SectionText.Missing(html, "Multiply-accumulates of operators on the host are not in the result.");
        }

        Host(html, run);
        html.Close();
    }

    private static PageCell[] Row(string engine, long count, long layers, long macs, long allMacs, long cycles, long allCycles) =>
    [
        engine, Figures.Count(count), SectionText.Share(count, layers), Figures.Count(macs), SectionText.Share(macs, allMacs),
        Figures.Count(cycles), SectionText.Share(cycles, allCycles),
    ];

    private static void Host(Html html, PageRun run)
    {
        var details = run.Report.Host.Details;
        if (details.Count == 0)
        {
            html.Element("p", "Nothing runs on the host.");
            return;
        }

        PageTables.Write(html, "Operators on the host, the longest first", HostColumns,
            details.OrderByDescending(detail => detail.LatencyMs).Select(Row), isSortable: true);
    }

    private static PageCell[] Row(HostOperatorReport detail)
    {
        var (found, constraint) = HostRewrites.Split(detail.Reason);
        return
        [
            PageCell.Name(detail.Name), PageCell.Name(detail.Operator), new(Figures.Milliseconds(detail.LatencyMs), detail.LatencyMs), PageCell.Name(constraint),
            PageCell.Name(found.Length > 0 ? found : detail.Operator), HostRewrites.Of(detail.Operator),
        ];
    }
}
