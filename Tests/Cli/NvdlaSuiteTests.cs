using Xunit;

namespace NpuSim.Tests.Cli;

/// <summary>NVDLA's small configurations against the RTL's figures in Tests/Reference.</summary>
public sealed class NvdlaSuiteTests
{
    [Fact]
    public void Cycles_and_bytes_of_every_layer_stay_within_their_bounds()
    {
        var result = CommandLine.Run("validate", "nvdla", "--reference", Folder);
        Assert.True(result.ExitCode == 0, result.Error + result.Output);
        Assert.Contains("8 held, 0 broken", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_table_of_the_same_columns_is_read_and_a_wrong_figure_breaks_its_bound()
    {
        string folder = Directory.CreateTempSubdirectory("npusim").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "nvdla-rtl"));
        string[] lines = File.ReadAllLines(Path.Combine(Folder, "nvdla-rtl", "nvdla_nv_small_cycles.csv"));
        string row = lines.First(line => line.StartsWith("conv", StringComparison.Ordinal) || line.StartsWith("c3_8x8x16_k16_l32_g1,", StringComparison.Ordinal));
        string[] cells = row.Split(',');
        cells[^2] = "417"; // one beat more than there are
        File.WriteAllLines(Path.Combine(folder, "nvdla-rtl", "nvdla_nv_small_cycles.csv"), [lines[0], lines[1], string.Join(',', cells)]);
        var result = CommandLine.Run("validate", "nvdla", "--reference", folder);
        Directory.Delete(folder, recursive: true);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("1 broken", result.Output, StringComparison.Ordinal);
    }

    private static string Folder => Path.Combine(RepositoryFolder.Path, "Tests", "Reference");
}
