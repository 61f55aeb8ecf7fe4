namespace NpuSim.Cli.Pages;

/// <summary>What every page has around its contents: head with policy and styles, title, scripts.</summary>
internal static class PageFrame
{
    /// <summary>A whole page.</summary>
    /// <param name="title">Of the page, from a model or a file.</param>
    /// <param name="kind">What the page is, in a word or two.</param>
    /// <param name="write">Writes the contents; told whether scripts draw charts.</param>
    public static string Text(string title, string kind, Action<Html, bool> write)
    {
        string? charts = PageAssets.Charts;
        var html = new Html();
        html.Raw("<!DOCTYPE html>\n").Open("html", ("lang", "en"), ("data-charts", charts is null ? "static" : "script"));
        Head(html, $"{title}: {kind}", charts);
        html.Open("body");
        Top(html, title, kind, charts is not null);
        html.Open("main", ("id", "main"));
        write(html, charts is not null);
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
        html.Element("title", title).Raw("<style>").Raw(PageAssets.Style).Raw("</style>\n").Close();
    }

    private static void Top(Html html, string title, string kind, bool hasCharts)
    {
        html.Element("a", "Skip to the contents", ("class", "skip"), ("href", "#main"));
        html.Open("header").Open("h1").Name(title).Close();
        html.Element("p", $"{char.ToUpperInvariant(kind[0])}{kind[1..]}, written by {CliApplication.Name} {CliApplication.Version}. Simulated, not measured on silicon.");
        if (!hasCharts)
        {
            html.Element("p", $"This {CliApplication.Name} was built without Node.js, so charts are drawings without zoom or tooltips; all figures are in the tables.", ("class", "note"));
        }

        html.Element("button", "Dark or light", ("type", "button"), ("id", "theme"), ("hidden", "")).Close();
    }
}
