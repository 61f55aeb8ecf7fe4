using Xunit;

namespace NpuSim.Tests.Cli;

/// <summary>Ratios between two operating points against the figures of two chips in Tests/Reference.</summary>
public sealed class DvfsSuiteTests
{
    private static readonly string Figures = Path.Combine("energy", "dvfs_silicon_pairs.csv");

    [Fact]
    public void Energy_and_throughput_change_between_two_points_as_on_silicon()
    {
        var result = CommandLine.Run("validate", "dvfs", "--reference", Folder);
        Assert.True(result.ExitCode == 0, result.Error + result.Output);
        Assert.Contains("4 held, 0 broken", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_figure_breaks_its_bound_and_a_wrong_voltage_is_refused()
    {
        string folder = Directory.CreateTempSubdirectory("npusim").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "energy"));
        string row = File.ReadLines(Path.Combine(Folder, Figures)).First(line => line.StartsWith("GAP9 NE16,KWS,", StringComparison.Ordinal));
        int Validate(string changed)
        {
            File.WriteAllLines(Path.Combine(folder, Figures), ["chip,benchmark,V1,MHz1,inf_s_1,uJ_1,V2,MHz2,inf_s_2,uJ_2", changed]);
            return CommandLine.Run("validate", "dvfs", "--reference", folder).ExitCode;
        }

        Assert.Equal([0, 1, 2], new[] { Validate(row), Validate(row.Replace("26.659", "30.659", StringComparison.Ordinal)), Validate(row.Replace(",0.65,", ",6.5,", StringComparison.Ordinal)) });
        Directory.Delete(folder, recursive: true);
    }

    private static string Folder => Path.Combine(RepositoryFolder.Path, "Tests", "Reference");
}
