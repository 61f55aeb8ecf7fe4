using System.Text.Json;
using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Reports;

/// <summary>The ledger of a run's energy in its JSON.</summary>
internal static class EnergyJson
{
    /// <summary>Writes <c>actions</c>, in the ledger's order.</summary>
    public static void WriteActions(Utf8JsonWriter json, IReadOnlyList<EnergyAction> actions)
    {
        json.WriteStartArray("actions");
        foreach (var action in actions)
        {
            json.WriteStartObject();
            json.WriteString("component", action.Component);
            json.WriteString("action", action.Action);
            json.WriteString("part", EnergyText.Name(action.Part));
            json.WriteNumber("count", action.Count);
            json.WriteString("unit", action.Unit);
            json.WriteNumber("pjEach", action.Picojoules.Value);
            json.WriteNumber("pjEachLow", action.Picojoules.Low);
            json.WriteNumber("pjEachHigh", action.Picojoules.High);
            json.WriteNumber("uj", action.Microjoules.Value);
            json.WriteStartArray("rows");
            foreach (string row in action.Rows)
            {
                json.WriteStringValue(row);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
