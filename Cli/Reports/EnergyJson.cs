using System.Text.Json;
using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Reports;

/// <summary>The ledger of a run's energy in its JSON, and what main memory did.</summary>
internal static class EnergyJson
{
    /// <summary>Writes <c>dram</c>; commands only where there is a device that was given some.</summary>
    public static void WriteDram(Utf8JsonWriter json, DramReport dram)
    {
        json.WriteStartObject("dram");
        json.WriteNumber("openedRows", dram.OpenedRows);
        if (dram.Commands is { } commands)
        {
            json.WriteStartObject("commands");
            json.WriteNumber("activates", commands.Activates);
            json.WriteNumber("reads", commands.Reads);
            json.WriteNumber("writes", commands.Writes);
            json.WriteNumber("precharges", commands.Precharges);
            json.WriteNumber("refreshes", commands.Refreshes);
            json.WriteNumber("turnarounds", commands.Turnarounds);
            json.WriteNumber("waitingWrites", commands.WaitingWrites);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

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
            json.WriteNumber("dataShare", action.DataShare);
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
