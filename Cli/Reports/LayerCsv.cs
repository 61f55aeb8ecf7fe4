using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
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
    ];

    private static readonly string[] ScaleSimHeads =
        ["sramIfmapReads", "sramFilterReads", "sramOfmapWrites", "overallUtilization", "mappingEfficiency", "computeUtilization"];

    public static void Write(Stream stream, IReadOnlyList<LayerReport> layers)
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        using var csv = new CsvWriter(writer, new CsvConfiguration(CultureInfo.InvariantCulture) { NewLine = "\n" });
        bool hasScaleSim = layers.Any(layer => layer.ScaleSim is not null);
        foreach (string head in hasScaleSim ? Heads.Concat(ScaleSimHeads) : Heads)
        {
            csv.WriteField(head);
        }

        csv.NextRecord();
        foreach (var layer in layers)
        {
            WriteRow(csv, layer);
            if (hasScaleSim)
            {
                WriteScaleSim(csv, layer.ScaleSim);
            }

            csv.NextRecord();
        }
    }

    private static void WriteRow(CsvWriter csv, LayerReport layer)
    {
        csv.WriteField(Guarded(layer.Name));
        csv.WriteField(Guarded(layer.Operator));
        csv.WriteField(layer.Engine);
        csv.WriteField(layer.Cycles);
        csv.WriteField(layer.StartCycle);
        csv.WriteField(layer.EndCycle);
        csv.WriteField(layer.ComputeCycles);
        csv.WriteField(layer.StallCycles);
        csv.WriteField(layer.Macs);
        csv.WriteField(layer.Utilization);
        csv.WriteField(layer.DramReadBytes);
        csv.WriteField(layer.DramWriteBytes);
        csv.WriteField(layer.SramReadBytes);
        csv.WriteField(layer.SramWriteBytes);
        csv.WriteField(layer.EnergyUj);
        csv.WriteField(layer.Bound);
    }

    // Empty for layers that are not the array's.
    private static void WriteScaleSim(CsvWriter csv, ScaleSimCost? cost)
    {
        csv.WriteField(cost?.IfmapReads);
        csv.WriteField(cost?.FilterReads);
        csv.WriteField(cost?.OfmapWrites);
        csv.WriteField(cost?.OverallUtilization);
        csv.WriteField(cost?.MappingEfficiency);
        csv.WriteField(cost?.ComputeUtilization);
    }

    // A spreadsheet takes a cell that begins so for a formula; a model's author must not get code to run there.
    private static string Guarded(string text) => text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? $"'{text}" : text;
}
