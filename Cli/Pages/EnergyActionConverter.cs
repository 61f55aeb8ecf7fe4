using System.Text.Json;
using System.Text.Json.Serialization;
using NpuSim.Cli.Reports;
using NpuSim.Isa.Energy;
using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Pages;

/// <summary>Reads a line of the ledger as <see cref="EnergyJson"/> writes it.</summary>
internal sealed class EnergyActionConverter : JsonConverter<EnergyAction>
{
    public override EnergyAction Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var line = JsonSerializer.Deserialize<Line>(ref reader, options) ?? throw new JsonException("found null, expected a counted action");
        var part = Enum.GetValues<EnergyPart>().Where(part => EnergyText.Name(part) == line.Part).ToList();
        return part.Count == 1
            ? new EnergyAction(line.Component, line.Action, part[0], line.Count, line.Unit, new EnergyBand(line.PjEach, line.PjEachLow, line.PjEachHigh), line.Rows) { DataShare = line.DataShare }
            : throw new JsonException($"found part {line.Part}, expected {string.Join(", ", Enum.GetValues<EnergyPart>().Select(EnergyText.Name))}");
    }

    public override void Write(Utf8JsonWriter writer, EnergyAction value, JsonSerializerOptions options) =>
        throw new NotSupportedException("a result is written by ReportJson");

    private sealed record Line(
        string Component, string Action, string Part, double Count, string Unit, double PjEach, double PjEachLow, double PjEachHigh, IReadOnlyList<string> Rows,
        double DataShare = 1);
}
