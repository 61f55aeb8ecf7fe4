using NpuSim.Cli.Reports;

namespace NpuSim.Cli.Pages.Sections;

/// <summary>The verdict and the figures that it rests on.</summary>
internal static class SummarySection
{
    public static void Write(Html html, PageRun run)
    {
        var report = run.Report;
        var verdicts = run.Targets.Judge(report);
        SectionText.Open(html, "summary", "Verdict");
        html.Open("p", ("class", "verdict")).Name(report.Model).Text(" on ").Name(report.Machine).Text($": {Sentence(verdicts, run)}").Close();
        if (run.InputNote.Length > 0)
        {
            html.Open("p", ("class", "note")).Name(run.InputNote).Close();
        }

        if (verdicts.Count > 0)
        {
            PageTables.Write(html, "Targets", [new("Quantity"), new("Found", true), new("Target", true), new("Found / target", true), new("Verdict")],
                verdicts.Select(verdict => (IReadOnlyList<PageCell>)
                    [verdict.Quantity, verdict.Found, verdict.Target, Figures.Percent(verdict.Share), verdict.IsMet ? "✓ met" : "✗ missed"]));
        }

        Tiles(html, run);
        html.Close();
    }

    private static string Sentence(IReadOnlyList<TargetVerdict> verdicts, PageRun run)
    {
        var report = run.Report;
        string figures = $"{Figures.Milliseconds(report.LatencyMs)} and {Figures.Microjoules(report.Energy.TotalUj)} for one inference";
        if (verdicts.Count == 0)
        {
            return $"{figures}. No targets were given (--target-ms, --target-mw, --target-kib), so there is no verdict.";
        }

        var missed = verdicts.Where(verdict => !verdict.IsMet).ToList();
        return missed.Count == 0
            ? $"{figures}. {(verdicts.Count == 1 ? "The target is" : "All targets are")} met."
            : $"{figures}. Missed: {string.Join(", ", missed.Select(verdict => $"{verdict.Quantity} {verdict.Found} instead of {verdict.Target}"))}.";
    }

    private static void Tiles(Html html, PageRun run)
    {
        var report = run.Report;
        html.Open("dl", ("class", "tiles"));
        Tile(html, "Latency", Figures.Milliseconds(report.LatencyMs), $"{Figures.Three(report.LatencyMs > 0 ? 1000 / report.LatencyMs : 0)} inferences/s");
        Tile(html, "Energy", Figures.Microjoules(report.Energy.TotalUj), Band(run));
        Tile(html, "Power", $"{Figures.Three(report.Power.AverageMw)} mW", report.Power.PeakMw is { } peak ? $"average; peak {Figures.Three(peak)} mW" : "average");
        Tile(html, "Array use", Figures.Percent(report.Utilization), $"{Figures.Count(report.Macs)} MACs");
        Tile(html, "Shared memory", Figures.Bytes(PageTargets.SharedBytes(report.Memory)), $"weights {Figures.Bytes(report.Memory.WeightBytesStored)}");
        Tile(html, "On the host", $"{Figures.Count(report.Host.Operators)} operators",
            report.Host.Operators == 0 ? "all layers run on the NPU" : $"{Figures.Milliseconds(report.Host.LatencyMs)}, {Figures.Percent(report.Host.LatencyMs, report.LatencyMs)}");
        html.Close();
    }

    private static string Band(PageRun run) =>
        $"between {Figures.Microjoules(run.Report.Energy.LowUj)} and {Figures.Microjoules(run.Report.Energy.HighUj)}";

    private static void Tile(Html html, string name, string value, string note)
    {
        html.Open("div").Element("dt", name).Open("dd").Element("b", value).Element("small", note).Close().Close();
    }
}
