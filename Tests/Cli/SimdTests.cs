using System.Text.Json;
using System.Text.Json.Nodes;
using NpuSim.Kernels;
using Xunit;

namespace NpuSim.Tests.Cli;

/// <summary>Tests that change the level of this process' kernels, hence run alone.</summary>
[CollectionDefinition(nameof(SimdTests), DisableParallelization = true)]
public sealed class SimdTestsRunAlone;

[Collection(nameof(SimdTests))]
public sealed class SimdTests : IDisposable
{
    private readonly SimdLevel _before = Simd.Active;

    public void Dispose() => Simd.Active = _before;

    [Theory]
    [InlineData("run", "glyphnet", "--threads", "2")]
    [InlineData("evaluate", "glyphnet", "--samples", "8")]
    public void Every_level_of_this_host_gives_the_same_results_and_says_its_name(params string[] command)
    {
        var levels = Simd.Supported.ToDictionary(level => level, level => CommandLine.Run([.. command, "--json", "-", "--simd", NameOf(level)]));
        var trees = levels.ToDictionary(pair => pair.Key, pair => JsonNode.Parse(pair.Value.Output)!.AsObject());
        Assert.All(trees, pair => Assert.Equal(NameOf(pair.Key), pair.Value["simulation"]!["simdLevel"]!.GetValue<string>()));
        Assert.All(trees.Values, tree => Assert.True(tree.Remove("simulation")));
        Assert.Single(trees.Values.Select(tree => tree.ToJsonString()).Distinct(StringComparer.Ordinal));
        Assert.True(trees[SimdLevel.Scalar]["cycles"]!.GetValue<long>() > 0);
    }

    [Fact]
    public void The_level_holds_for_one_command()
    {
        Assert.Equal(0, CommandLine.Run("run", "glyphnet", "--quiet", "--simd", "scalar").ExitCode);
        Assert.Equal(_before, Simd.Active);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("evaluate")]
    [InlineData("bench")]
    public void A_level_that_is_unknown_or_that_the_processor_lacks_is_refused(string command)
    {
        string[] model = command == "bench" ? [] : ["glyphnet"];
        var unknown = CommandLine.Run([command, .. model, "--simd", "vector1024"]);
        Assert.Equal(2, unknown.ExitCode);
        Assert.Contains("--simd: found 'vector1024', expected scalar or vector128", unknown.Error, StringComparison.Ordinal);
        foreach (var level in Enum.GetValues<SimdLevel>().Except(Simd.Supported))
        {
            var lacking = CommandLine.Run([command, .. model, "--simd", NameOf(level)]);
            Assert.Equal(2, lacking.ExitCode);
            Assert.Contains($"--simd: found '{NameOf(level)}', which this processor cannot run", lacking.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Bench_still_takes_the_level_by_its_former_name()
    {
        var result = CommandLine.Run("bench", "--kernel", "look-up", "--level", "scalar", "--quick", "--json", "-");
        using var json = JsonDocument.Parse(result.Output);
        Assert.All(json.RootElement.GetProperty("kernels").EnumerateArray(), row => Assert.Equal("scalar", row.GetProperty("level").GetString()));
    }

    private static string NameOf(SimdLevel level) => level == SimdLevel.AvxVnni ? "avx-vnni" : level.ToString().ToLowerInvariant();
}
