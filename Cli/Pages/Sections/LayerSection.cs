using NpuSim.Cli.Reports;
using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Pages.Sections;

/// <summary>Every layer: time, use of the array, traffic, energy, bound.</summary>
internal static class LayerSection
{
    private const int NameWidth = 60;

    private static readonly PageColumn[] Columns =
    [
        new("Layer"), new("#", true), new("Operator"), new("Engine"), new("Cycles", true), new("Share", true), new("Array needs", true), new("Waits", true),
        new("MACs", true), new("Use", true), new("Memory", true), new("Energy", true), new("Bound by"),
    ];

    public static void Write(Html html, PageRun run)
    {
        var report = run.Report;
        SectionText.Open(html, "layers", "Layers");
        SectionText.Chart(html, run, "layers", "Time of each layer", "Cycles from the end of the layers before it to its own end; the layers add up to the run. Drag or use the slider to zoom.");
        if (run.Machine is not null)
        {
            SectionText.Chart(html, run, "roofline", "Roofline",
                "Each layer of the array: multiply-accumulates per byte of external memory, and per cycle. The line is what the machine could reach.");
        }

        html.Open("details", ("open", report.Layers.Count <= 100 ? "" : null)).Element("summary", FormattableString.Invariant($"Table of all {report.Layers.Count} layers"));
        PageTables.Write(html, "Layers; a click on a heading sorts", Columns, report.Layers.Select((layer, index) => Row(layer, index, report.Cycles)), isSortable: true);
        html.Close().Close();
    }

    private static PageCell[] Row(LayerReport layer, int index, long total) =>
    [
        PageCell.Name(Figures.Short(layer.Name, NameWidth)), new(Figures.Count(index + 1), index), PageCell.Name(layer.Operator), layer.Engine,
        new(Figures.Count(layer.Cycles), layer.Cycles), new(Figures.Percent(layer.Cycles, total), layer.Cycles, Share: total > 0 ? layer.Cycles / (double)total : 0),
        new(Figures.Count(layer.ComputeCycles), layer.ComputeCycles), new(Figures.Count(layer.StallCycles), layer.StallCycles),
        new(Figures.Count(layer.Macs), layer.Macs), new(Figures.Percent(layer.Utilization), layer.Utilization),
        new(Figures.Bytes(layer.DramReadBytes + layer.DramWriteBytes), layer.DramReadBytes + layer.DramWriteBytes),
        new(Figures.Microjoules(layer.EnergyUj), layer.EnergyUj), layer.Bound,
    ];
}
