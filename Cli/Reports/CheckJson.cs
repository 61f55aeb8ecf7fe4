using System.Text.Json;
using NpuSim.Isa.Instructions;
using NpuSim.Simulator.Checking;

namespace NpuSim.Cli.Reports;

/// <summary>The <c>check</c> object of the JSON report.</summary>
internal static class CheckJson
{
    public static void Write(Utf8JsonWriter json, CheckReport check)
    {
        json.WriteStartObject("check");
        json.WriteNumber("instructions", check.Instructions);
        json.WriteNumber("races", check.Races);
        json.WriteNumber("uninitialisedReads", check.UninitialisedReads);
        json.WriteNumber("deadlocks", check.Deadlocks);
        json.WriteStartArray("findings");
        foreach (var finding in check.Findings)
        {
            Write(json, finding);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, CheckFinding finding)
    {
        json.WriteStartObject();
        json.WriteString("kind", JsonNamingPolicy.CamelCase.ConvertName(finding.Kind.ToString()));
        json.WriteString("message", finding.Message);
        if (finding.Range is { } range)
        {
            json.WriteString("space", MemorySpaces.Name(range.Space));
            json.WriteString("firstByte", FormattableString.Invariant($"0x{range.First:x}"));
            json.WriteString("lastByte", FormattableString.Invariant($"0x{range.Last:x}"));
            json.WriteNumber("bytes", range.Bytes);
        }

        if (finding.Missing.Length > 0)
        {
            json.WriteString("missing", finding.Missing);
        }

        json.WriteStartArray("instructions");
        foreach (var instruction in finding.Instructions)
        {
            json.WriteStartObject();
            json.WriteNumber("core", instruction.Core);
            json.WriteString("engine", instruction.Unit);
            json.WriteNumber("index", instruction.Index);
            json.WriteString("mnemonic", instruction.Mnemonic);
            json.WriteString("text", instruction.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
