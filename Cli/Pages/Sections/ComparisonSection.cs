using NpuSim.Cli.Reports;

namespace NpuSim.Cli.Pages.Sections;

/// <summary>Several runs side by side.</summary>
internal static class ComparisonSection
{
    private static readonly PageColumn[] Columns =
    [
        new("Run"), new("Machine"), new("Latency", true), new("to the first", true), new("Energy", true), new("to the first", true), new("Power", true),
        new("Array use", true), new("Shared memory", true), new("On the host", true), new("Targets"),
    ];

    public static void Write(Html html, IReadOnlyList<PageRun> runs)
    {
        SectionText.Open(html, "comparison", "The runs side by side");
        PageTables.Write(html, "Runs; a click on a heading sorts", Columns, runs.Select(run => Row(run, runs[0])), isSortable: true);
        html.Open("nav", ("aria-label", "Runs")).Open("ul");
        for (int run = 0; run < runs.Count; run++)
        {
            html.Open("li").Open("a", ("href", FormattableString.Invariant($"#run{run}"))).Name($"{runs[run].Report.Model} on {runs[run].Report.Machine}").Close().Close();
        }

        html.Close().Close().Close();
    }

    private static PageCell[] Row(PageRun run, PageRun first)
    {
        var (report, before) = (run.Report, first.Report);
        var verdicts = run.Targets.Judge(report);
        int missed = verdicts.Count(verdict => !verdict.IsMet);
        return
        [
            PageCell.Name(report.Model), PageCell.Name(report.Machine), new(Figures.Milliseconds(report.LatencyMs), report.LatencyMs),
            Ratio(report.LatencyMs, before.LatencyMs), new(Figures.Microjoules(report.Energy.TotalUj), report.Energy.TotalUj),
            Ratio(report.Energy.TotalUj, before.Energy.TotalUj), new($"{Figures.Three(report.Power.AverageMw)} mW", report.Power.AverageMw),
            new(Figures.Percent(report.Utilization), report.Utilization),
            new(Figures.Bytes(PageTargets.SharedBytes(report.Memory)), PageTargets.SharedBytes(report.Memory)),
            new(Figures.Count(report.Host.Operators), report.Host.Operators),
            verdicts.Count == 0 ? "none given" : missed == 0 ? "✓ met" : FormattableString.Invariant($"✗ {missed} missed"),
        ];
    }

    private static PageCell Ratio(double value, double first) =>
        first > 0 ? new($"{Figures.Three(value / first)}×", value / first) : new("");
}
