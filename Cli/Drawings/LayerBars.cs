using NpuSim.Cli.Plots;
using NpuSim.Cli.Reports;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Drawings;

/// <summary>Bars of layers: cycles by what they went into, energy; and their roofline.</summary>
internal static class LayerBars
{
    private static readonly (string Bound, string Colour)[] Bounds =
    [
        ("array", ChartColours.Blue), ("vector", ChartColours.Green), ("dram", ChartColours.Red), ("dma", ChartColours.Yellow), ("sram", ChartColours.Cyan),
        ("host", ChartColours.Purple), ("control", ChartColours.Grey),
    ];

    /// <summary>Cycles of each layer's share of the run, by what they went into; without a trace only working and waiting are
    /// known.</summary>
    public static string Cycles(SimulationReport report, RunTrace? trace)
    {
        string title = $"Cycles by layer: {report.Model} on {report.Machine}";
        const string Note = "a layer's share of the run, from the end of the layers before it to its own end";
        if (trace is null)
        {
            return new StackedBars(
                title, Note, [("its engine works", ChartColours.Blue), ("it waits", ChartColours.Grey)],
                [.. report.Layers.Select(layer => new StackedBar(layer.Name, [layer.Cycles - layer.StallCycles, layer.StallCycles]))], LinearAxis.Label, Count).ToSvg();
        }

        var cycles = trace.LayerCycles(report);
        return new StackedBars(
            title, Note,
            [
                ("its engine works", ChartColours.Blue), ("waits, data move", ChartColours.Red), ("waits, another engine or the host works", ChartColours.Yellow),
                ("waits, nothing works", ChartColours.Grey),
            ],
            [.. report.Layers.Select((layer, index) => new StackedBar(
                layer.Name, [cycles[index].Working, cycles[index].Transfers, cycles[index].Others, cycles[index].Idle]))],
            LinearAxis.Label, Count).ToSvg();
    }

    private static string Joules(double joules) => LinearAxis.Quantity(joules, "J");

    private static string Count(double cycles) => Figures.Count((long)cycles);

    /// <summary>Energy of each layer by part, where that is known.</summary>
    public static string Energy(SimulationReport report)
    {
        string title = $"Energy by layer: {report.Model} on {report.Machine}";
        const string Note = "with its share of what lasts as long as the run (leakage, clocks)";
        var parts = Enum.GetValues<EnergyPart>()
            .Where(part => report.Layers.Any(layer => layer.EnergyUjByPart.Count > 0 && layer.EnergyUjByPart[(int)part] > 0)).ToList();
        bool isSplit = parts.Count > 0 && report.Layers.All(layer => layer.EnergyUjByPart.Count > 0);
        return new StackedBars(
            title, Note, isSplit ? [.. parts.Select(part => (EnergyText.Name(part), PartColour(part)))] : [("energy", ChartColours.Blue)],
            [.. report.Layers.Select(layer => new StackedBar(
                layer.Name, isSplit ? [.. parts.Select(part => layer.EnergyUjByPart[(int)part] * 1e-6)] : [layer.EnergyUj * 1e-6]))],
            Joules, Joules).ToSvg();
    }

    /// <summary>Colour of a part of the energy, the same in every picture.</summary>
    public static string PartColour(EnergyPart part) => ChartColours.Series[(int)part];

    /// <summary>Layers under the roof of their machine; null where none has both multiply-accumulates and traffic.</summary>
    public static string? Roofline(SimulationReport report, MachineSpec machine)
    {
        var roof = Pages.Roofline.Of(machine);
        var present = Bounds.Where(bound => report.Layers.Any(layer => layer.Bound == bound.Bound && layer.Macs > 0)).ToList();
        var points = report.Layers.Where(layer => layer is { Macs: > 0, Cycles: > 0 } && layer.DramReadBytes + layer.DramWriteBytes > 0).Select(layer => new RooflinePoint(
            layer.Name, (double)layer.Macs / (layer.DramReadBytes + layer.DramWriteBytes), (double)layer.Macs / layer.Cycles,
            (double)layer.Cycles / report.Cycles, present.FindIndex(bound => bound.Bound == layer.Bound)));
        string note = $"roof: {Figures.Three(roof.MacsPerCycle)} MACs, {Figures.Three(roof.BytesPerCycle)} bytes per cycle; area of a dot: share of the cycles";
        return new RooflinePlot(
            $"Roofline: {report.Model} on {report.Machine}", note, roof.MacsPerCycle, roof.BytesPerCycle,
            [.. present.Select(bound => ($"bound by {bound.Bound}", bound.Colour))], [.. points.Where(point => point.Group >= 0)]).ToSvg();
    }
}
