using System.Text.Json;
using NpuSim.Isa.Energy;

namespace NpuSim.Cli.Reports;

/// <summary>The area of a run's machine in its JSON.</summary>
internal static class AreaJson
{
    /// <summary>Writes <c>area</c>.</summary>
    public static void Write(Utf8JsonWriter json, MachineArea area)
    {
        var total = area.TotalMm2;
        json.WriteStartObject("area");
        json.WriteNumber("totalMm2", total.Value);
        json.WriteNumber("lowMm2", total.Low);
        json.WriteNumber("highMm2", total.High);
        json.WriteStartArray("parts");
        foreach (var part in area.Parts)
        {
            json.WriteStartObject();
            json.WriteString("component", part.Component);
            json.WriteNumber("mm2", part.Mm2.Value);
            json.WriteNumber("lowMm2", part.Mm2.Low);
            json.WriteNumber("highMm2", part.Mm2.High);
            Texts(json, "rows", part.Rows);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        Texts(json, "notIncluded", area.NotIncluded);
        json.WriteEndObject();
    }

    private static void Texts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
