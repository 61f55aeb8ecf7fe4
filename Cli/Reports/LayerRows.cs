using System.Globalization;
using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Reports;

/// <summary>The per-layer table.</summary>
internal static class LayerRows
{
    private const int NameWidth = 36;

    private static readonly TableColumnSpec[] Columns =
    [
        new("layer"), new("operator"), new("engine"), new("cycles", Numbers: true), new("share", Numbers: true), new("compute", Numbers: true),
        new("stall", Numbers: true), new("MACs", Numbers: true), new("use", Numbers: true),
        new("memory", Numbers: true), new("energy", Numbers: true), new("bound"),
    ];

    /// <summary>Prints the layers in order, or those that take most of the time.</summary>
    /// <param name="session">Where to.</param>
    /// <param name="report">The run.</param>
    /// <param name="limit">How many at most; null for all.</param>
    public static void Print(Session session, SimulationReport report, int? limit)
    {
        var layers = report.Layers;
        var shown = limit is { } most && layers.Count > most
            ? [.. layers.OrderByDescending(layer => layer.Cycles).ThenBy(layer => layer.Name, StringComparer.Ordinal).Take(most)]
            : layers;
        if (shown.Count > 0)
        {
            session.Output.WriteLine();
            Tables.Print(session, Columns, [.. shown.Select(layer => Row(layer, report.Cycles))]);
        }

        if (shown.Count < layers.Count)
        {
            session.Output.WriteLine(FormattableString.Invariant($"{shown.Count} of {layers.Count} layers, those that take longest first"));
        }
    }

    private static string[] Row(LayerReport layer, long total) =>
    [
        Figures.Short(layer.Name, NameWidth), layer.Operator, layer.Engine, Figures.Count(layer.Cycles), Figures.Percent(layer.Cycles, total),
        Figures.Count(layer.ComputeCycles), Figures.Count(layer.StallCycles), Figures.Count(layer.Macs), Figures.Percent(layer.Utilization),
        Figures.Bytes(layer.DramReadBytes + layer.DramWriteBytes), Figures.Microjoules(layer.EnergyUj), layer.Bound,
    ];
}
