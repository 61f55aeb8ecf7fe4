using System.Text.Json;
using NpuSim.Cli.Pages.Sections;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Pages;

/// <summary>What the charts of a run are drawn from: one JSON object, schema <c>npusim.page/1</c>. A column of layers is one array.</summary>
internal static class ChartData
{
    private const string Schema = "npusim.page/1";

    /// <summary>The object, safe inside a script element.</summary>
    public static string Json(PageRun run) => ScriptText.Json(json =>
    {
        var report = run.Report;
        json.WriteStartObject();
        json.WriteString("schema", Schema);
        json.WriteString("model", report.Model);
        json.WriteString("machine", report.Machine);
        json.WriteNumber("cycles", report.Cycles);
        json.WritePropertyName("latencyMs");
        ScriptText.Value(json, report.LatencyMs);
        WriteLayers(json, report.Layers);
        WriteEnergy(json, report.Energy);
        if (run.Machine is { } machine)
        {
            WriteRoof(json, machine);
        }

        json.WriteEndObject();
    });

    private static void WriteLayers(Utf8JsonWriter json, IReadOnlyList<LayerReport> layers)
    {
        json.WriteStartObject("layers");
        ScriptText.Texts(json, "name", layers.Select(layer => layer.Name));
        ScriptText.Texts(json, "operator", layers.Select(layer => layer.Operator));
        ScriptText.Texts(json, "engine", layers.Select(layer => layer.Engine));
        ScriptText.Texts(json, "bound", layers.Select(layer => layer.Bound));
        Column("cycles", layer => layer.Cycles);
        Column("stall", layer => layer.StallCycles);
        Column("macs", layer => layer.Macs);
        Column("use", layer => layer.Utilization);
        Column("bytes", layer => layer.DramReadBytes + layer.DramWriteBytes);
        Column("energyUj", layer => layer.EnergyUj);
        json.WriteEndObject();

        void Column(string name, Func<LayerReport, double> value) => ScriptText.Numbers(json, name, layers.Select(value));
    }

    private static void WriteEnergy(Utf8JsonWriter json, EnergyReport energy)
    {
        json.WriteStartArray("energy");
        foreach (var (name, microjoules) in EnergySection.Parts(energy).Where(part => part.Microjoules > 0))
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WritePropertyName("value");
            ScriptText.Value(json, microjoules);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteRoof(Utf8JsonWriter json, MachineSpec machine)
    {
        var roof = Roofline.Of(machine);
        json.WriteStartObject("roof");
        json.WritePropertyName("macsPerCycle");
        ScriptText.Value(json, roof.MacsPerCycle);
        json.WritePropertyName("bytesPerCycle");
        ScriptText.Value(json, roof.BytesPerCycle);
        json.WriteEndObject();
    }
}
