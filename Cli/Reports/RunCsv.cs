using System.Text.Json;
using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Reports;

/// <summary>What a run counted beside its layers, as CSV: whose the engines' cycles were, the ledger of energy, bytes by memory. Names are
/// those of the JSON.</summary>
internal static class RunCsv
{
    /// <summary>One row per engine and owner of cycles, those without a cycle included.</summary>
    public static void WriteEngines(Stream stream, IReadOnlyList<EngineReport> engines)
    {
        using var csv = new CsvSheet(stream, "core", "engine", "index", "owner", "cycles");
        foreach (var engine in engines)
        {
            foreach (var owner in Enum.GetValues<CycleOwner>())
            {
                csv.Put(engine.Core).Put(Camel(engine.Engine.ToString())).Put(engine.Index).Put(Camel(owner.ToString())).Put(engine.Cycles[(int)owner]).EndRow();
            }
        }
    }

    /// <summary>One row per action of the ledger.</summary>
    public static void WriteEnergy(Stream stream, IReadOnlyList<EnergyAction> actions)
    {
        using var csv = new CsvSheet(
            stream, "component", "action", "part", "count", "unit", "pjEach", "pjEachLow", "pjEachHigh", "uj", "ujLow", "ujHigh", "rows");
        foreach (var action in actions)
        {
            var (each, all) = (action.Picojoules, action.Microjoules);
            csv.Put(action.Component).Put(action.Action).Put(EnergyText.Name(action.Part)).Put(action.Count).Put(action.Unit)
                .Put(each.Value).Put(each.Low).Put(each.High).Put(all.Value).Put(all.Low).Put(all.High).Put(string.Join("; ", action.Rows)).EndRow();
        }
    }

    /// <summary>One row per memory: bytes read and written, and the most that was in use, where that is known.</summary>
    public static void WriteTraffic(Stream stream, TrafficReport traffic, MemoryReport memory)
    {
        using var csv = new CsvSheet(stream, "memory", "readBytes", "writeBytes", "peakBytes");
        csv.Put("external").Put(traffic.DramReadBytes).Put(traffic.DramWriteBytes).Put(memory.DramPeakBytes).EndRow();
        foreach (var (name, bytes) in traffic.Buffers)
        {
            long? peak = memory.SramPeakBytes.TryGetValue(name, out long most) ? most : null;
            csv.Put(name).Put(bytes.ReadBytes).Put(bytes.WriteBytes).Put(peak).EndRow();
        }
    }

    private static string Camel(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);
}
