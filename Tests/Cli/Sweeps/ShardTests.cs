using NpuSim.Cli;
using NpuSim.Tests.Workloads.Data;
using Xunit;

namespace NpuSim.Tests.Cli.Sweeps;

public sealed class ShardTests
{
    private static readonly string[] Files = ["sweep.json", "results.jsonl", "answers.json", "results.csv", "sensitivity.csv", "pareto-1-2.svg"];

    [Theory]
    [InlineData("")]
    [InlineData("\"search\": { \"kind\": \"random\" }, \"budget\": { \"points\": 7 },")]
    [InlineData("\"search\": { \"kind\": \"latinHypercube\" }, \"budget\": { \"points\": 8 },")]
    public void Merged_shards_are_the_bytes_of_one_computer(string search)
    {
        using var folder = new ScratchFolder();
        string spec = SweepText.Write(folder, SweepText.Of(more: search + "\"constraints\": [\"latencyMs <= 0.09\"],"));
        Done("sweep", spec, "--out", folder.Path("whole"));
        foreach (string shard in (string[])["3/3", "1/3", "2/3"])
        {
            Done("sweep", spec, "--out", folder.Path("parts"), "--shard", shard);
        }

        Done("sweep", "merge", folder.Path("parts"));
        Assert.All(Files, file => Assert.Equal(
            File.ReadAllBytes(Path.Combine(folder.Path("whole"), file)), File.ReadAllBytes(Path.Combine(folder.Path("parts"), file))));
    }

    [Fact]
    public void Shards_that_are_missing_unfinished_or_of_another_sweep_are_not_merged()
    {
        using var folder = new ScratchFolder();
        string spec = SweepText.Write(folder, SweepText.Of()), parts = folder.Path("parts"), second = Path.Combine(parts, "shard-2-of-2");
        Done("sweep", spec, "--out", parts, "--shard", "1/2");
        Refused("shards of 2 are missing: 2", "sweep", "merge", parts);
        Done("sweep", spec, "--out", parts, "--shard", "2/2");

        string results = Path.Combine(second, "results.jsonl"), written = File.ReadAllText(results);
        File.Delete(results);
        Refused("shard 2/2 is not finished", "sweep", "merge", parts);
        File.WriteAllText(results, written[..(written.TrimEnd('\n').LastIndexOf('\n') + 1)]);
        Refused("shard 2/2 lacks 1 points", "sweep", "merge", parts);
        File.WriteAllText(results, written + written);
        Refused("which is not of shard 2/2, or twice", "sweep", "merge", parts);

        SweepText.Write(folder, SweepText.Of(more: "\"seed\": 9,"));
        Directory.Delete(second, recursive: true);
        Done("sweep", spec, "--out", parts, "--shard", "2/2");
        Refused("is of another sweep", "sweep", "merge", parts);
        Refused("found no shard", "sweep", "merge", folder.Path("nothing"));
    }

    [Theory]
    [InlineData("0/3")]
    [InlineData("4/3")]
    [InlineData("1")]
    [InlineData("a/b")]
    public void A_shard_is_one_of_its_number(string shard)
    {
        using var folder = new ScratchFolder();
        Refused("expected i/N such as 1/4, i from 1 to N", "sweep", SweepText.Write(folder, SweepText.Of()), "--out", folder.Path("out"), "--shard", shard);
    }

    [Fact]
    public void A_search_that_needs_all_results_says_why_it_has_no_shards()
    {
        using var folder = new ScratchFolder();
        string spec = SweepText.Write(folder, SweepText.Of(more: "\"search\": { \"kind\": \"nsga2\" }, \"budget\": { \"points\": 8 },"));
        Refused("a generation follows from the results of all designs before", "sweep", spec, "--out", folder.Path("out"), "--shard", "1/2");
    }

    private static void Done(params string[] arguments)
    {
        var result = CommandLine.Run(arguments);
        Assert.True(result.ExitCode == ExitCodes.Done, result.Error);
    }

    private static void Refused(string message, params string[] arguments)
    {
        var result = CommandLine.Run(arguments);
        Assert.Equal(ExitCodes.BadInput, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }
}
