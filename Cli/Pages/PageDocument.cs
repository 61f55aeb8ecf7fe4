using NpuSim.Cli.Pages.Sections;

namespace NpuSim.Cli.Pages;

/// <summary>Writes the porting report: one HTML file that needs nothing beside it. All words and tables are in the HTML; scripts add the charts.</summary>
internal static class PageDocument
{
    /// <summary>The whole page.</summary>
    /// <param name="runs">One run or more; several are compared first.</param>
    public static string Text(IReadOnlyList<PageRun> runs)
    {
        string? charts = PageAssets.Charts;
        string title = runs.Count == 1 ? $"{runs[0].Report.Model} on {runs[0].Report.Machine}" : FormattableString.Invariant($"{runs.Count} runs");
        var html = new Html();
        html.Raw("<!DOCTYPE html>\n").Open("html", ("lang", "en"), ("data-charts", charts is null ? "static" : "script"));
        Head(html, title, charts);
        html.Open("body");
        Top(html, title);
        html.Open("main", ("id", "main"));
        for (int run = 0; run < runs.Count; run++)
        {
            Run(html, runs[run], run, charts is not null);
        }

        html.Close();
        html.Raw("<script>").Raw(PageAssets.Script).Raw("</script>\n");
        if (charts is not null)
        {
            html.Raw("<script>").Raw(charts).Raw("</script>\n");
        }

        return html.Close().Close().ToString();
    }

    private static void Head(Html html, string title, string? charts)
    {
        string scripts = string.Join(' ', new[] { PageAssets.Script, charts }.OfType<string>().Select(PageAssets.PolicySource));
        html.Open("head").Raw("<meta charset=\"utf-8\">\n");
        // Charts style the tooltips they draw, so that styles cannot be named one by one; nothing may be loaded from anywhere.
        html.Raw($"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; img-src data:\">\n");
        html.Raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n");
        html.Element("title", $"{title}: porting report").Raw("<style>").Raw(PageAssets.Style).Raw("</style>\n").Close();
    }

    private static void Top(Html html, string title)
    {
        html.Element("a", "Skip to the report", ("class", "skip"), ("href", "#main"));
        html.Open("header").Open("h1").Name(title).Close();
        html.Element("p", $"Porting report, written by {CliApplication.Name} {CliApplication.Version}. Simulated, not measured on silicon.");
        html.Element("button", "Dark or light", ("type", "button"), ("id", "theme"), ("hidden", "")).Close();
    }

    private static void Run(Html html, PageRun run, int index, bool hasCharts)
    {
        html.Open("article", ("class", "run"), ("id", FormattableString.Invariant($"run{index}")));
        SummarySection.Write(html, run);
        LatencySection.Write(html, run);
        EnergySection.Write(html, run);
        CoverageSection.Write(html, run);
        FixSection.Write(html, run);
        LayerSection.Write(html, run);
        UtilisationSection.Write(html, run);
        TimelineSection.Write(html, run);
        MemorySection.Write(html, run);
        AccuracySection.Write(html, run);
        ProvenanceSection.Write(html, run);
        ValidationSection.Write(html);
        if (hasCharts)
        {
            html.Open("script", ("type", "application/json"), ("class", "data")).Raw(ChartData.Json(run)).Close();
        }

        html.Close();
    }
}
