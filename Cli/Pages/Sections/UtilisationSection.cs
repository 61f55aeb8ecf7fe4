using NpuSim.Cli.Pages.Insight;
using NpuSim.Cli.Reports;
using NpuSim.Simulator.Reports.Utilisation;

namespace NpuSim.Cli.Pages.Sections;

/// <summary>Where the array's cycles go.</summary>
internal static class UtilisationSection
{
    public static void Write(Html html, PageRun run)
    {
        SectionText.Open(html, "utilisation", "Where utilisation is lost");
        if (run.Insight is not { } insight)
        {
            SectionText.Missing(html, "The result does not say it; npusim run --html, or --out and its report.json, does.");
            html.Close();
            return;
        }

        double total = insight.Losses.Sum(layer => layer.Sum());
        PageTables.Write(html, "Cycles of the array by what became of them; they add up to all cycles of the run",
            [new("What"), new("Cycles", true), new("Share", true), new("What counts")],
            Enum.GetValues<ArrayLoss>().Select(loss => (Loss: loss, Cycles: insight.Losses.Sum(layer => layer[(int)loss]))).Where(item => item.Cycles > 0)
                .Select(item => (IReadOnlyList<PageCell>)
                    [LossText.Name(item.Loss), Figures.Count((long)Math.Round(item.Cycles)), SectionText.Share(item.Cycles, total), LossText.Definition(item.Loss)]));
        html.Element("p", "In each layer: from the end of the layers before it to its own end, mean of all arrays. A part of a layer is in the chart of its time, above.", ("class", "note"));
        html.Close();
    }
}
