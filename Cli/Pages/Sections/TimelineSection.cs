using NpuSim.Cli.Reports;

namespace NpuSim.Cli.Pages.Sections;

/// <summary>When each engine works.</summary>
internal static class TimelineSection
{
    public static void Write(Html html, PageRun run)
    {
        SectionText.Open(html, "timeline", "Engines over time");
        if (run.Insight?.Timeline is not { } timeline)
        {
            SectionText.Missing(html, "Not in this result: rows of a layer table are simulated one by one, and a result of --json keeps no timeline (--html and --out do).");
            html.Close();
            return;
        }

        string joined = timeline.Tolerance == 0 ? "" : $" Work that is no more than {Figures.Count(timeline.Tolerance)} cycles apart is drawn as one; npusim run --trace has every instruction.";
        SectionText.Chart(html, run, "timeline", "Engine timeline", $"A bar is work of one engine for one layer; neighbouring layers have different colours. Zoom with the wheel, the slider or + and −.{joined}");
        PageTables.Write(html, "Work of the engines", [new("Engine"), new("Works", true), new("of the run", true)],
            timeline.Tracks.Select(track => (IReadOnlyList<PageCell>)
                [track.Name, $"{Figures.Count(track.Busy.Sum())} cycles", SectionText.Share(track.Busy.Sum(), run.Report.Cycles)]));
        html.Close();
    }
}
