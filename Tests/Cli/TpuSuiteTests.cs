using System.Text.Json;
using NpuSim.Cli;
using NpuSim.Tests.Workloads.Data;
using Xunit;

namespace NpuSim.Tests.Cli;

/// <summary>The TPUv3 core against measured cycles, and how its workloads are named.</summary>
public sealed class TpuSuiteTests
{
    [Fact]
    public void The_mean_error_is_below_the_best_published()
    {
        var result = CommandLine.Run("validate", "tpu-v3", "--reference", Path.Combine(RepositoryFolder.Path, "Tests", "Reference"));
        Assert.True(result.ExitCode == ExitCodes.Done, result.Error + result.Output);
        Assert.Contains("1 held, 0 broken", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gemm_64x32x16")]
    [InlineData("conv_2x9x8x16x24x3x2x1")]
    [InlineData("layernorm_20x32")]
    [InlineData("softmax_20x32")]
    [InlineData("attention_2x40x8")]
    [InlineData("bert_128")]
    [InlineData("litenet-mlp")]
    public void Any_name_of_a_known_kind_is_simulated(string workload)
    {
        using var folder = new ScratchFolder();
        var result = Validate(folder, workload);
        using var json = JsonDocument.Parse(result.Output);
        var cycles = json.RootElement.GetProperty("suites")[0].GetProperty("cases")[0];
        Assert.Equal(workload, cycles.GetProperty("name").GetString());
        Assert.True(cycles.GetProperty("simulated").GetDouble() > 100);
    }

    [Theory]
    [InlineData("gemm_64x32")]
    [InlineData("conv_1x1")]
    [InlineData("bert_huge")]
    [InlineData("bert_100")]
    [InlineData("sort_64")]
    [InlineData("gemm_64x99999999999x2")]
    public void A_name_of_no_known_kind_is_refused_in_one_line(string workload)
    {
        using var folder = new ScratchFolder();
        var result = Validate(folder, workload);
        Assert.Equal(ExitCodes.BadInput, result.ExitCode);
        Assert.Contains("expected gemm_MxKxN", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public void Shares_of_the_array_add_up_and_the_bounds_of_tpu_v1_hold()
    {
        var result = CommandLine.Run("validate", "tpu-v1", "--reference", Path.Combine(RepositoryFolder.Path, "Tests", "Reference"), "--json", "-");
        Assert.True(result.ExitCode == ExitCodes.Done, result.Error + result.Output);
        using var json = JsonDocument.Parse(result.Output);
        var cases = json.RootElement.GetProperty("suites")[0].GetProperty("cases").EnumerateArray().ToList();
        string[] shares = ["array active %", "weight stall %", "weight shift %", "non-matrix %"];
        var networks = cases.Where(item => shares.Contains(item.GetProperty("quantity").GetString()))
            .GroupBy(item => (item.GetProperty("group").GetString(), item.GetProperty("name").GetString())).ToList();
        Assert.Equal(4, networks.Count);
        Assert.All(networks, network =>
        {
            double[] parts = [.. network.Select(item => item.GetProperty("simulated").GetDouble())];
            Assert.All(parts, part => Assert.InRange(part, 0, 100));
            Assert.Equal(100, parts.Sum(), 6);
        });
    }

    [Theory]
    [InlineData("A,2,1,0,0,1,8", true)]
    [InlineData("A,2,0,0,0,-1,8", false)]
    [InlineData("A,2,0,0,0,1,0", false)]
    public void Only_fully_connected_rows_are_read(string row, bool isSkipped)
    {
        using var folder = new ScratchFolder();
        Directory.CreateDirectory(folder.Path("silicon"));
        folder.Write(Path.Combine("silicon", "tpu_v1.csv"), $"app,fc_layers,conv_layers,vector_layers,pool_layers,weights_M_bytes,batch\n{row}\n");
        var result = CommandLine.Run("validate", "tpu-v1", "--reference", folder.Path(""), "--json", "-");
        if (isSkipped)
        {
            using var json = JsonDocument.Parse(result.Output);
            Assert.Equal(0, json.RootElement.GetProperty("suites")[0].GetProperty("cases").GetArrayLength());
        }
        else
        {
            Assert.Equal(ExitCodes.BadInput, result.ExitCode);
            Assert.Contains("line 2", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        }
    }

    private static CommandResult Validate(ScratchFolder folder, string workload)
    {
        Directory.CreateDirectory(folder.Path("tpuv3"));
        folder.Write(Path.Combine("tpuv3", "tpuv3_cycles.csv"), $"Workload,TPUv3\n{workload},1000\n");
        return CommandLine.Run("validate", "tpu-v3", "--reference", folder.Path(""), "--json", "-");
    }
}
