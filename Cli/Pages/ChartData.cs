using System.Text.Json;
using NpuSim.Cli.Pages.Insight;
using NpuSim.Cli.Pages.Sections;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Reports;
using NpuSim.Simulator.Reports.Utilisation;

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
        Number(json, "latencyMs", report.LatencyMs);
        WriteLayers(json, report.Layers, run.Insight);
        WriteEnergy(json, report.Energy);
        WriteTraffic(json, report.Traffic);
        if (run.Machine is { } machine)
        {
            WriteRoof(json, machine);
        }

        if (run.Insight?.Timeline is { } timeline)
        {
            WriteTimeline(json, timeline);
        }

        if (run.Insight?.Memories is { } memories)
        {
            WriteMemories(json, memories);
        }

        if (run.Insight?.Power is { } power)
        {
            WritePower(json, power);
        }

        json.WriteEndObject();
    });

    private static void WriteLayers(Utf8JsonWriter json, IReadOnlyList<LayerReport> layers, RunInsight? insight)
    {
        json.WriteStartObject("layers");
        ScriptText.Texts(json, "name", layers.Select(layer => layer.Name));
        ScriptText.Texts(json, "operator", layers.Select(layer => layer.Operator));
        ScriptText.Texts(json, "engine", layers.Select(layer => layer.Engine));
        ScriptText.Texts(json, "bound", layers.Select(layer => layer.Bound));
        Column("cycles", layer => layer.Cycles);
        Column("start", layer => layer.StartCycle);
        Column("end", layer => layer.EndCycle);
        Column("stall", layer => layer.StallCycles);
        Column("macs", layer => layer.Macs);
        Column("use", layer => layer.Utilization);
        Column("bytes", layer => layer.DramReadBytes + layer.DramWriteBytes);
        Column("energyUj", layer => layer.EnergyUj);
        json.WriteEndObject();
        if (insight is not null)
        {
            WriteLosses(json, insight.Losses);
        }

        void Column(string name, Func<LayerReport, double> value) => ScriptText.Numbers(json, name, layers.Select(value));
    }

    // A loss that no layer has is left out.
    private static void WriteLosses(Utf8JsonWriter json, IReadOnlyList<IReadOnlyList<double>> losses)
    {
        json.WriteStartArray("losses");
        foreach (var loss in Enum.GetValues<ArrayLoss>().Where(loss => losses.Any(layer => layer[(int)loss] > 0)))
        {
            json.WriteStartObject();
            json.WriteString("name", LossText.Name(loss));
            json.WriteNumber("index", (int)loss);
            ScriptText.Numbers(json, "cycles", losses.Select(layer => layer[(int)loss]));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    // Parts, in them components, in them actions; only parts where the result has no ledger.
    private static void WriteEnergy(Utf8JsonWriter json, EnergyReport energy)
    {
        json.WriteStartArray("energy");
        foreach (var (part, name, microjoules) in EnergySection.Parts(energy).Where(part => part.Microjoules > 0))
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            Number(json, "value", microjoules);
            WriteChildren(json, energy.Actions.Where(action => action.Part == part).GroupBy(action => action.Component), component =>
            {
                json.WriteString("name", component.Key);
                Number(json, "value", component.Sum(action => action.Microjoules.Value));
                WriteChildren(json, component.Where(action => action.Microjoules.Value > 0), action =>
                {
                    json.WriteString("name", action.Action);
                    Number(json, "value", action.Microjoules.Value);
                });
            });
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteChildren<T>(Utf8JsonWriter json, IEnumerable<T> children, Action<T> write)
    {
        json.WriteStartArray("children");
        foreach (var child in children)
        {
            json.WriteStartObject();
            write(child);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteTraffic(Utf8JsonWriter json, TrafficReport traffic)
    {
        json.WriteStartArray("traffic");
        foreach (var (from, to, bytes) in TrafficFlows.Of(traffic))
        {
            json.WriteStartObject();
            json.WriteString("source", from);
            json.WriteString("target", to);
            json.WriteNumber("value", bytes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteRoof(Utf8JsonWriter json, MachineSpec machine)
    {
        var roof = Roofline.Of(machine);
        json.WriteStartObject("roof");
        Number(json, "macsPerCycle", roof.MacsPerCycle);
        Number(json, "bytesPerCycle", roof.BytesPerCycle);
        json.WriteEndObject();
    }

    private static void WriteTimeline(Utf8JsonWriter json, EngineTimeline timeline)
    {
        json.WriteStartArray("timeline");
        foreach (var track in timeline.Tracks)
        {
            json.WriteStartObject();
            json.WriteString("name", track.Name);
            ScriptText.Numbers(json, "layers", track.Layers.Select(layer => (double)layer));
            ScriptText.Numbers(json, "gaps", track.Gaps.Select(gap => (double)gap));
            ScriptText.Numbers(json, "lengths", track.Lengths.Select(length => (double)length));
            ScriptText.Numbers(json, "busy", track.Busy.Select(busy => (double)busy));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteMemories(Utf8JsonWriter json, IReadOnlyList<MemoryUse> memories)
    {
        json.WriteStartArray("memories");
        foreach (var memory in memories)
        {
            json.WriteStartObject();
            json.WriteString("name", memory.Name);
            json.WriteNumber("capacity", memory.CapacityBytes);
            ScriptText.Numbers(json, "bytes", memory.Bytes.Select(bytes => (double)bytes));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WritePower(Utf8JsonWriter json, PowerSeries power)
    {
        json.WriteStartObject("power");
        json.WriteNumber("windowCycles", power.WindowCycles);
        json.WriteStartArray("parts");
        foreach (var part in power.Parts)
        {
            json.WriteStartObject();
            json.WriteString("name", part.Name);
            ScriptText.Numbers(json, "milliwatts", part.Milliwatts);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter json, string name, double value)
    {
        json.WritePropertyName(name);
        ScriptText.Value(json, value);
    }
}
