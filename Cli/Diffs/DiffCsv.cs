using System.Text.Json;
using NpuSim.Cli.Reports;

namespace NpuSim.Cli.Diffs;

/// <summary>Writes the changes of layers as CSV, those that changed most first.</summary>
internal static class DiffCsv
{
    public static void Write(Stream stream, RunDiff diff)
    {
        using var csv = new CsvSheet(
            stream, "name", "operator", "match", "cyclesBefore", "cyclesAfter", "change", "busyChange", "waitChange", "dramBytesBefore", "dramBytesAfter",
            "energyUjBefore", "energyUjAfter", "boundBefore", "boundAfter");
        foreach (var layer in diff.Layers)
        {
            var (before, after) = (layer.Before, layer.After);
            csv.Put(layer.Name).Put(layer.Operator).Put(JsonNamingPolicy.CamelCase.ConvertName(layer.Match.ToString()))
                .Put(before?.Cycles).Put(after?.Cycles).Put(layer.Cycles).Put(layer.BusyCycles).Put(layer.WaitCycles)
                .Put(before?.DramReadBytes + before?.DramWriteBytes).Put(after?.DramReadBytes + after?.DramWriteBytes)
                .Put(before?.EnergyUj).Put(after?.EnergyUj).Put(before?.Bound ?? "").Put(after?.Bound ?? "").EndRow();
        }
    }
}
