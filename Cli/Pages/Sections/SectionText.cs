using NpuSim.Cli.Reports;

namespace NpuSim.Cli.Pages.Sections;

/// <summary>What the sections of a page share.</summary>
internal static class SectionText
{
    /// <summary>Opens a section with its heading.</summary>
    public static void Open(Html html, string name, string heading)
    {
        html.Open("section", ("class", name)).Element("h2", heading);
    }

    /// <summary>The place of a chart: a figure that a script fills, or that holds a drawing, with a description for those who do not see it.</summary>
    /// <param name="html">The page.</param>
    /// <param name="run">The run, whose drawing stands there where the page has no scripts for charts; null where there is no run.</param>
    /// <param name="chart">Which chart; a module of the script has the same name.</param>
    /// <param name="title">What it shows.</param>
    /// <param name="text">How to read it.</param>
    public static void Chart(Html html, PageRun? run, string chart, string title, string text)
    {
        string? drawing = run?.Drawings?.GetValueOrDefault(chart);
        if (run?.Drawings is not null && drawing is null)
        {
            return;
        }

        if (drawing is not null)
        {
            // A drawing has its own title and legend.
            html.Open("figure", ("class", $"chart {chart}")).Open("div", ("class", "canvas"), ("tabindex", "0")).Raw(drawing).Close().Close();
            return;
        }

        html.Open("figure", ("class", $"chart {chart}")).Element("h3", title);
        html.Open("div", ("class", "canvas"), ("data-chart", chart), ("role", "img"), ("aria-label", $"{title}. {text}")).Close();
        html.Element("figcaption", text).Close();
    }

    /// <summary>A share as per cent and as a bar.</summary>
    public static PageCell Share(double part, double whole) => new(Figures.Percent(part, whole), Share: whole > 0 ? part / whole : 0);

    /// <summary>Says what is missing and why.</summary>
    public static void Missing(Html html, string text) => html.Element("p", text, ("class", "note"));
}
