using System.Text.Json.Nodes;
using NpuSim.Cli;
using NpuSim.Tests.Workloads.Data;
using Xunit;

namespace NpuSim.Tests.Cli.Sweeps;

public sealed class SweepFileTests
{
    /// <summary>A change to a good sweep, and words of the message.</summary>
    public static TheoryData<string, string, string> Faults => new()
    {
        { SweepText.Parameters, "\"objektives\": [],", "objektives: unknown member, expected one of name, description, models" },
        { SweepText.Parameters, "\"mode\": \"fast\",", "mode: found \"fast\", expected one of estimate, timing, full" },
        { SweepText.Parameters, "\"seed\": -1,", "seed: found -1, expected an integer from 0 to 2147483647" },
        { SweepText.Parameters, "\"machine\": \"egde\",", "sweep.jsonc: machine: found 'egde' (did you mean 'edge'?)" },
        { SweepText.Parameters, "\"set\": [\"core.array.rows\"],", "set: found 'core.array.rows', expected key=value" },
        { SweepText.Parameters, "\"set\": [\"core.array.rows=16\"],", "core.array.rows is set a second time" },
        { SweepText.Parameters, "\"constraints\": [\"power.averageMW <= 100\"],", "column 1: power.averageMW is unknown (did you mean 'power.averageMw'?)" },
        { SweepText.Parameters, "\"constraints\": [\"latencyMs\"],", "column 10: found the end, expected an operator" },
        { SweepText.Parameters, "\"objectives\": [\"minimize latencyMs\"],", "found 'minimize' (did you mean 'minimise'?)" },
        { SweepText.Parameters, "\"objectives\": [\"minimise latncyMs\"],", "column 10: latncyMs is unknown (did you mean 'latencyMs'?)" },
        { SweepText.Parameters, "\"budget\": { \"points\": 4 },", "budget.points: found 4, expected 12 or more for the whole grid" },
        { SweepText.Parameters, "\"search\": { \"kind\": \"random\" },", "budget.points: missing" },
        { SweepText.Parameters, "\"search\": { \"kind\": \"random\" }, \"budget\": { \"points\": 13 },", "budget.points: found 13, expected at most 12" },
        { SweepText.Parameters, "\"search\": { \"population\": 8 },", "search: found members that a grid search does not read" },
        { SweepText.Parameters, "\"search\": { \"kind\": \"halving\", \"rungs\": [\"full\", \"timing\"] },", "search.rungs: found full, timing" },
        { "\"core.array.rows\": { \"values\": [8, 2000] }", "", "parameters.core.array.rows: core.array.rows: found 2000, expected an integer from 1 to 1024" },
        { "\"core.array.row\": { \"values\": [8] }", "", "core.array.row: unknown member" },
        { "\"core.array.rows\": { \"values\": [8, 8] }", "", "values: found 8 a second time" },
        { "\"core.array.rows\": { \"values\": [[8]] }", "", "values[0]: found [8], expected a number, a text, true, false or null" },
        { "\"core.array.rows\": { }", "", "found 0 kinds of values, expected one of values, range, powersOfTwo, together and expression" },
        { "\"core.array.rows\": { \"powersOfTwo\": { \"from\": 6, \"to\": 32 } }", "", "found 6 to 32, expected two powers of two" },
        { "\"core.array.rows\": { \"range\": { \"from\": 8, \"to\": 4, \"step\": 1 } }", "", "range: found 0 values from 8 to 4 by 1" },
        { "\"$a\": { \"together\": { \"cores\": [1, 2], \"core.array.rows\": [8] } }", "", "together.core.array.rows: found 1 values, expected 2" },
        { "\"cores\": { \"expression\": \"core.array.rws / 8\" }", "", "column 1: core.array.rws is unknown (did you mean 'core.array.rows'?)" },
        { "\"cores\": { \"expression\": \"core.array.kind\" }", "", "core.array.kind is not always a number" },
        { "\"$a\": { \"expression\": \"$b\" }, \"$b\": { \"expression\": \"$a\" }", "", "$a, $b follow from each other in a circle" },
        { "\"$a\": { \"values\": [1, 2] }", "", "parameters.$a: no expression, constraint or objective reads it" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_fault_is_told_with_its_place_and_what_is_expected(string parameters, string more, string message)
    {
        using var folder = new ScratchFolder();
        var result = CommandLine.Run("sweep", SweepText.Write(folder, SweepText.Of(parameters, more)));
        Assert.Equal(ExitCodes.BadInput, result.ExitCode);
        Assert.Contains("sweep.jsonc", result.Error, StringComparison.Ordinal);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.InRange(result.ErrorLines.Count, 1, 2);
    }

    [Fact]
    public void The_schema_names_every_member_that_a_file_may_have()
    {
        var schema = JsonNode.Parse(CommandLine.Run("schema", "sweep").Output)!;
        string refusal = CommandLine.Run("sweep", WriteUnknown(out var folder)).Error;
        folder.Dispose();
        string names = string.Join(", ", schema["properties"]!.AsObject().Select(pair => pair.Key));
        Assert.Contains($"expected one of {names}", refusal, StringComparison.Ordinal);
    }

    private static string WriteUnknown(out ScratchFolder folder)
    {
        folder = new ScratchFolder();
        return SweepText.Write(folder, """{ "nothing": 1 }""");
    }
}
