using System.Text.Json;
using NpuSim.Isa.Energy;
using NpuSim.Isa.Machine;
using Xunit;

namespace NpuSim.Tests.Cli;

/// <summary>The ledger of energy as users see it, on every machine.</summary>
public sealed class EnergyLinesTests
{
    private static readonly string[] Parts = ["array", "vector", "sram", "dram", "network", "control", "leakage", "host"];

    public static TheoryData<string> Presets => [.. MachineFile.PresetNames()];

    [Theory]
    [MemberData(nameof(Presets))]
    public void Nothing_that_a_machine_has_is_free_and_every_line_names_rows_that_exist(string preset)
    {
        var machine = MachineFile.Load(preset, []);
        using var json = JsonDocument.Parse(CommandLine.Run("run", "litenet-cnn", "--machine", preset, "--mode", "timing", "--json", "-").Output);
        var energy = json.RootElement.GetProperty("energy");
        Assert.All(Parts, part => Assert.True(energy.GetProperty($"{part}Uj").GetDouble() > 0, part));
        var actions = energy.GetProperty("actions").EnumerateArray().ToList();
        Assert.All(actions, action => Assert.True(action.GetProperty("pjEach").GetDouble() > 0 && action.GetProperty("count").GetDouble() > 0));
        Assert.All(Parts, part => Assert.Equal(
            energy.GetProperty($"{part}Uj").GetDouble(),
            actions.Where(action => action.GetProperty("part").GetString() == part).Sum(action => action.GetProperty("uj").GetDouble()), 1e-9));

        var components = actions.Select(action => action.GetProperty("component").GetString()).ToHashSet();
        Assert.All(MachineArea.Of(machine).Parts, part => Assert.Contains(part.Component, components));
        Assert.Equal(machine.Memory.Dram is not null, components.Contains("dram"));
        Assert.Equal(machine.Memory.Flash is not null, components.Contains("flash"));
        var known = EnergyTable.Load(machine.Energy.TechnologyNm).Rows().Concat(DramEnergy.Load().Rows()).Select(row => row.Name).ToHashSet(StringComparer.Ordinal);
        Assert.All(actions.SelectMany(action => action.GetProperty("rows").EnumerateArray()).Select(row => row.GetString()!), row => Assert.True(
            known.Contains(row) || row.StartsWith("machine ", StringComparison.Ordinal) || row.StartsWith("model ", StringComparison.Ordinal)
            || row.StartsWith("sram-", StringComparison.Ordinal), row));
    }

    [Fact]
    public void The_summary_gives_energy_with_its_band_and_the_three_largest_contributors()
    {
        string output = CommandLine.Run("run", "glyphnet", "--mode", "timing").Output.ReplaceLineEndings(" ");
        output = System.Text.RegularExpressions.Regex.Replace(output, " +", " ");
        Assert.Matches(@"energy \S+ µJ per inference \(between \S+ µJ and \S+ µJ\): .*; most in [^,]+ [\d.]+ %, [^,]+ [\d.]+ %(, at work [\d.]+ %)?, ", output);
    }

    [Fact]
    public void The_ledger_is_printed_where_asked_the_largest_first_with_what_is_assumed()
    {
        string[] lines = CommandLine.Run("run", "glyphnet", "--mode", "timing", "--quiet", "--explain", "energy").Output.Split('\n');
        Assert.Contains(lines, line => line.StartsWith("component", StringComparison.Ordinal) && line.TrimEnd().EndsWith("rows", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("int8 mac", StringComparison.Ordinal) && line.Contains("16nm int8Mac,", StringComparison.Ordinal));
        Assert.Contains("Assumed among these rows:", lines);
        Assert.Contains(lines, line => line.StartsWith("- 16nm idleMac: ", StringComparison.Ordinal));
        Assert.Equal(2, CommandLine.Run("run", "glyphnet", "--explain", "energy", "--json", "-").ExitCode);
        Assert.Contains("--explain: found 'power', expected energy", CommandLine.Run("run", "glyphnet", "--explain", "power").Error, StringComparison.Ordinal);
    }
}
