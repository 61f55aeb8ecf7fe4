using NpuSim.Isa.Timing;
using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Reports;

/// <summary>Writes the layers of a run as CSV: one row per layer, the same keys as in JSON.</summary>
internal static class LayerCsv
{
    private static readonly string[] Heads =
    [
        "name", "operator", "engine", "cycles", "startCycle", "endCycle", "computeCycles", "stallCycles", "macs", "utilization",
        "dramReadBytes", "dramWriteBytes", "sramReadBytes", "sramWriteBytes", "energyUj", "bound",
        "zeroShare", "dataEnergyUj",
    ];

    private static readonly string[] ScaleSimHeads =
        ["sramIfmapReads", "sramFilterReads", "sramOfmapWrites", "overallUtilization", "mappingEfficiency", "computeUtilization"];

    public static void Write(Stream stream, IReadOnlyList<LayerReport> layers)
    {
        bool hasScaleSim = layers.Any(layer => layer.ScaleSim is not null);
        using var csv = new CsvSheet(stream, hasScaleSim ? [.. Heads, .. ScaleSimHeads] : Heads);
        foreach (var layer in layers)
        {
            WriteRow(csv, layer);
            if (hasScaleSim)
            {
                WriteScaleSim(csv, layer.ScaleSim);
            }

            csv.EndRow();
        }
    }

    private static void WriteRow(CsvSheet csv, LayerReport layer) =>
        csv.Put(layer.Name).Put(layer.Operator).Put(layer.Engine).Put(layer.Cycles).Put(layer.StartCycle).Put(layer.EndCycle).Put(layer.ComputeCycles)
            .Put(layer.StallCycles).Put(layer.Macs).Put(layer.Utilization).Put(layer.DramReadBytes).Put(layer.DramWriteBytes).Put(layer.SramReadBytes)
            .Put(layer.SramWriteBytes).Put(layer.EnergyUj).Put(layer.Bound).Put(layer.ZeroShare).Put(layer.DataEnergyUj);

    // Empty for layers that are not the array's.
    private static void WriteScaleSim(CsvSheet csv, ScaleSimCost? cost) =>
        csv.Put(cost?.IfmapReads).Put(cost?.FilterReads).Put(cost?.OfmapWrites)
            .Put(cost?.OverallUtilization).Put(cost?.MappingEfficiency).Put(cost?.ComputeUtilization);
}
