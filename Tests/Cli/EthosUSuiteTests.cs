using Xunit;

namespace NpuSim.Tests.Cli;

/// <summary>Ethos-U against Arm's figures in Tests/Reference.</summary>
public sealed class EthosUSuiteTests
{
    [Fact]
    public void Layers_and_networks_stay_within_their_bounds()
    {
        var result = CommandLine.Run("validate", "ethos-u", "--reference", Folder);
        Assert.True(result.ExitCode == 0, result.Error + result.Output);
        Assert.Contains("0 broken", result.Output, StringComparison.Ordinal);
        Assert.Contains("FVP counters", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_that_a_layer_table_cannot_say_gives_no_case_and_a_wrong_figure_breaks_its_bound()
    {
        string folder = Directory.CreateTempSubdirectory("npusim").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "ethos-u"));
        string[] lines = File.ReadAllLines(Path.Combine(Folder, "ethos-u", "vela312_layer_queries.csv"));
        string[] cells = lines.First(line => line.StartsWith("ic_resnet8_int8,ethos-u55-128,", StringComparison.Ordinal)).Split(',');
        string[] columns = lines[1].Split(',');
        string[] wrong = [.. cells], strided = [.. cells];
        wrong[Array.IndexOf(columns, "op_cycles_model")] = "100";
        strided[Array.IndexOf(columns, "stride_h")] = "2";
        File.WriteAllLines(
            Path.Combine(folder, "ethos-u", "vela312_layer_queries.csv"), [lines[0], lines[1], string.Join(',', wrong), string.Join(',', strided)]);
        var result = CommandLine.Run("validate", "ethos-u", "--reference", folder);
        Directory.Delete(folder, recursive: true);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("1 figure", result.Output, StringComparison.Ordinal);
        Assert.Contains("2 broken", result.Output, StringComparison.Ordinal);
    }

    private static string Folder => Path.Combine(RepositoryFolder.Path, "Tests", "Reference");
}
