using System.Text.Json;
using NpuSim.Cli.Reports;
using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Diffs;

/// <summary>Writes what changed as one JSON object, schema <c>npusim.diff/1</c>. Every <c>change</c> is after minus before.</summary>
internal static class DiffJson
{
    private const string Schema = "npusim.diff/1";

    public static void Write(Stream stream, RunDiff diff)
    {
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("schema", Schema);
            WriteRun(json, "before", diff.Before);
            WriteRun(json, "after", diff.After);
            json.WriteBoolean("sameModel", diff.IsSameModel);
            json.WriteBoolean("sameMachine", diff.IsSameMachine);
            WriteFigures(json, diff);
            WriteLayers(json, diff);
            WriteOwners(json, diff);
            WriteEnergy(json, diff);
            json.WriteEndObject();
        }

        stream.Write("\n"u8);
    }

    private static void WriteRun(Utf8JsonWriter json, string name, SimulationReport report)
    {
        json.WriteStartObject(name);
        json.WriteString("model", report.Model);
        json.WriteString("machine", report.Machine);
        json.WriteString("modelHash", report.ModelHash);
        json.WriteString("machineHash", report.MachineHash);
        json.WriteEndObject();
    }

    private static void WriteFigures(Utf8JsonWriter json, RunDiff diff)
    {
        json.WriteStartObject("figures");
        foreach (var figure in DiffFigure.Of(diff))
        {
            json.WriteStartObject(figure.Key);
            json.WriteNumber("before", figure.Before);
            json.WriteNumber("after", figure.After);
            json.WriteNumber("change", figure.After - figure.Before);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteLayers(Utf8JsonWriter json, RunDiff diff)
    {
        json.WriteStartArray("layers");
        foreach (var layer in diff.Layers)
        {
            json.WriteStartObject();
            json.WriteString("name", layer.Name);
            json.WriteString("operator", layer.Operator);
            json.WriteString("match", JsonNamingPolicy.CamelCase.ConvertName(layer.Match.ToString()));
            json.WriteNumber("change", layer.Cycles);
            json.WriteNumber("busyChange", layer.BusyCycles);
            json.WriteNumber("waitChange", layer.WaitCycles);
            json.WriteNumber("dramBytesChange", layer.DramBytes);
            json.WriteNumber("energyUjChange", layer.EnergyUj);
            WriteSide(json, "before", layer.Before);
            WriteSide(json, "after", layer.After);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteSide(Utf8JsonWriter json, string name, LayerReport? layer)
    {
        if (layer is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteString("name", layer.Name);
        json.WriteString("engine", layer.Engine);
        json.WriteNumber("cycles", layer.Cycles);
        json.WriteNumber("computeCycles", layer.ComputeCycles);
        json.WriteNumber("stallCycles", layer.StallCycles);
        json.WriteNumber("dramReadBytes", layer.DramReadBytes);
        json.WriteNumber("dramWriteBytes", layer.DramWriteBytes);
        json.WriteNumber("energyUj", layer.EnergyUj);
        json.WriteString("bound", layer.Bound);
        json.WriteEndObject();
    }

    private static void WriteOwners(Utf8JsonWriter json, RunDiff diff)
    {
        json.WriteStartArray("owners");
        foreach (var row in diff.Owners)
        {
            json.WriteStartObject();
            json.WriteString("engine", JsonNamingPolicy.CamelCase.ConvertName(row.Engine.ToString()));
            json.WriteString("owner", JsonNamingPolicy.CamelCase.ConvertName(row.Owner.ToString()));
            json.WriteNumber("before", row.Before);
            json.WriteNumber("after", row.After);
            json.WriteNumber("change", row.Change);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteEnergy(Utf8JsonWriter json, RunDiff diff)
    {
        json.WriteStartArray("energy");
        foreach (var part in diff.Energy)
        {
            json.WriteStartObject();
            json.WriteString("part", EnergyText.Name(part.Part));
            json.WriteNumber("beforeUj", part.Before);
            json.WriteNumber("afterUj", part.After);
            json.WriteNumber("changeUj", part.Change);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
