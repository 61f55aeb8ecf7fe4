using NpuSim.Cli.Pages.Sections;

namespace NpuSim.Cli.Pages;

/// <summary>Writes the porting report: one HTML file that needs nothing beside it. All words and tables are in the HTML; scripts add the charts.</summary>
internal static class PageDocument
{
    /// <summary>The whole page.</summary>
    /// <param name="runs">One run or more; several are compared first.</param>
    public static string Text(IReadOnlyList<PageRun> runs)
    {
        string title = runs.Count == 1 ? $"{runs[0].Report.Model} on {runs[0].Report.Machine}" : FormattableString.Invariant($"{runs.Count} runs");
        return PageFrame.Text(title, "porting report", (html, hasCharts) =>
        {
            if (runs.Count > 1)
            {
                ComparisonSection.Write(html, runs);
            }

            for (int run = 0; run < runs.Count; run++)
            {
                Run(html, runs[run].Drawn(), run, hasCharts, runs.Count > 1);
            }

            ValidationSection.Write(html);
        });
    }

    private static void Run(Html html, PageRun run, int index, bool hasCharts, bool isOneOfMany)
    {
        html.Open("article", ("class", "run"), ("id", FormattableString.Invariant($"run{index}")));
        if (isOneOfMany)
        {
            html.Open("h2", ("class", "title")).Name($"{run.Report.Model} on {run.Report.Machine}").Close();
        }

        SummarySection.Write(html, run);
        LatencySection.Write(html, run);
        EnergySection.Write(html, run);
        AreaSection.Write(html, run);
        CoverageSection.Write(html, run);
        FixSection.Write(html, run);
        LayerSection.Write(html, run);
        UtilisationSection.Write(html, run);
        TimelineSection.Write(html, run);
        MemorySection.Write(html, run);
        AccuracySection.Write(html, run);
        ProvenanceSection.Write(html, run);
        if (hasCharts)
        {
            html.Open("script", ("type", "application/json"), ("class", "data")).Raw(ChartData.Json(run)).Close();
        }

        html.Close();
    }
}
