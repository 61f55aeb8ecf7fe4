using System.Text.Json;
using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Reports;

/// <summary>The data-dependent energy of a run in its JSON.</summary>
internal static class DataEnergyJson
{
    /// <summary>Writes <c>dataDependent</c>.</summary>
    public static void Write(Utf8JsonWriter json, DataEnergyReport data)
    {
        json.WriteStartObject("dataDependent");
        json.WriteNumber("totalUj", data.TotalUj);
        json.WriteNumber("arrayUj", data.ArrayUj);
        json.WriteNumber("vectorUj", data.VectorUj);
        json.WriteNumber("sramUj", data.SramUj);
        json.WriteNumber("dramUj", data.DramUj);
        json.WriteNumber("networkUj", data.NetworkUj);
        json.WriteNumber("controlUj", data.ControlUj);
        json.WriteNumber("leakageUj", data.LeakageUj);
        json.WriteNumber("hostUj", data.HostUj);
        json.WriteNumber("lowUj", data.LowUj);
        json.WriteNumber("highUj", data.HighUj);
        Share(json, "zeroActivationShare", data.ZeroActivationShare);
        Share(json, "zeroWeightShare", data.ZeroWeightShare);
        json.WriteNumber("gatedMacs", data.GatedMacs);
        json.WriteStartObject("toggleRates");
        Share(json, "activations", data.ToggleRates.Activations);
        Share(json, "weights", data.ToggleRates.Weights);
        Share(json, "sums", data.ToggleRates.Sums);
        Share(json, "results", data.ToggleRates.Results);
        Share(json, "transfers", data.ToggleRates.Transfers);
        json.WriteEndObject();
        json.WriteStartArray("rows");
        foreach (string row in data.Rows)
        {
            json.WriteStringValue(row);
        }

        json.WriteEndArray();
        json.WriteString("source", JsonNamingPolicy.CamelCase.ConvertName(data.Source.ToString()));
        json.WriteEndObject();
    }

    private static void Share(Utf8JsonWriter json, string name, double? share)
    {
        if (share is { } known)
        {
            json.WriteNumber(name, known);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
