using System.Text.Json.Nodes;
using NpuSim.Cli;
using NpuSim.Cli.Sweeps.Answers;
using NpuSim.Tests.Workloads.Data;
using Xunit;

namespace NpuSim.Tests.Cli.Sweeps;

public sealed class SearchTests
{
    private const string Space = """
        "core.array.rows": { "powersOfTwo": { "from": 4, "to": 128 } },
        "core.array.columns": { "powersOfTwo": { "from": 4, "to": 128 } },
        "core.weight.sizeKiB": { "values": [8, 16, 32, 64] },
        "memory.dram.bandwidthMBps": { "range": { "from": 1600, "to": 12800, "step": 1600 } }
        """;

    private const int SpaceSize = 6 * 6 * 4 * 8;

    [Theory]
    [InlineData("random", 30)]
    [InlineData("latinHypercube", 48)]
    [InlineData("nsga2", 40)]
    public void A_search_evaluates_as_many_different_points_as_its_budget_and_the_same_again(string kind, int budget)
    {
        using var folder = new ScratchFolder();
        string text = SweepText.Of(Space, Search(kind, budget, seed: 5), "\"autoencoder\"");
        long[] points = [.. Run(folder, text, "one", "1").Select(point => (long)point["point"]!)];
        Assert.Equal(budget, points.Distinct().Count());
        Assert.All(points, point => Assert.InRange(point, 0, SpaceSize - 1));
        Run(folder, text, "two", "3");
        Assert.Equal(File.ReadAllBytes(Path.Combine(folder.Path("one"), "results.jsonl")), File.ReadAllBytes(Path.Combine(folder.Path("two"), "results.jsonl")));
        long[] others = [.. Run(folder, SweepText.Of(Space, Search(kind, budget, seed: 6), "\"autoencoder\""), "other", "1").Select(point => (long)point["point"]!)];
        Assert.NotEqual(points, others);
    }

    [Fact]
    public void A_latin_hypercube_takes_each_value_of_a_parameter_equally_often()
    {
        using var folder = new ScratchFolder();
        const string Wide = """
            "core.array.rows": { "powersOfTwo": { "from": 4, "to": 32 } },
            "memory.dram.bandwidthMBps": { "range": { "from": 100, "to": 1200, "step": 100 } },
            "memory.dram.readLatencyCycles": { "range": { "from": 10, "to": 240, "step": 10 } }
            """;
        var points = Run(folder, SweepText.Of(Wide, Search("latinHypercube", 24, seed: 3), "\"autoencoder\""), "out", "2");
        Assert.All(points.GroupBy(point => (string)point["set"]![2]!), group => Assert.InRange(group.Count(), 1, 2));
        Assert.All(points.GroupBy(point => (string)point["set"]![0]!), group => Assert.InRange(group.Count(), 5, 7));
    }

    [Fact]
    public void An_evolution_that_is_cut_off_goes_on_as_if_it_had_not_been()
    {
        using var folder = new ScratchFolder();
        string text = SweepText.Of(Space, Search("nsga2", 40, seed: 5), "\"autoencoder\""), log = Path.Combine(folder.Path("out"), "points.jsonl");
        Run(folder, text, "out", "2");
        byte[] whole = File.ReadAllBytes(Path.Combine(folder.Path("out"), "results.jsonl")), written = File.ReadAllBytes(log);
        File.WriteAllBytes(log, written[..(written.Length / 2)]);
        Run(folder, text, "out", "2");
        Assert.Equal(whole, File.ReadAllBytes(Path.Combine(folder.Path("out"), "results.jsonl")));
    }

    [Fact]
    public void Halving_takes_the_best_of_the_quick_mode_to_the_slow_one()
    {
        using var folder = new ScratchFolder();
        string search = "\"mode\": \"full\", \"search\": { \"kind\": \"halving\", \"rungs\": [\"timing\", \"full\"], \"keep\": 0.25 },";
        var points = Run(folder, SweepText.Of(SweepText.Parameters, search, "\"autoencoder\""), "out", "2");
        var quick = points.Where(point => (string?)point["mode"] == "timing").ToDictionary(point => (long)point["point"]!, Costs);
        var slow = points.Where(point => (string?)point["mode"] == "full").ToDictionary(point => (long)point["point"]!, Costs);
        Assert.Equal((12, 3), (quick.Count, slow.Count));

        // Nobody that was left out is better in everything than one that went on.
        Assert.DoesNotContain(quick.Where(pair => !slow.ContainsKey(pair.Key)), left => slow.Keys.Any(kept => left.Value.Zip(quick[kept]).All(pair => pair.First < pair.Second)));
    }

    [Fact]
    public void Halving_begins_with_the_estimate()
    {
        using var folder = new ScratchFolder();
        var points = Run(folder, SweepText.Of(SweepText.Parameters, "\"search\": { \"kind\": \"halving\" },", "\"autoencoder\""), "out", "2");
        Assert.Equal(12, points.Count(point => (string?)point["mode"] == "estimate"));
        Assert.Equal(3, points.Count(point => (string?)point["mode"] == "timing"));
    }

    /// <summary>A tenth of the grid's evaluations against the whole grid, whose front is the true one.</summary>
    [Fact]
    public void Evolution_finds_the_front_with_a_tenth_of_the_evaluations()
    {
        using var folder = new ScratchFolder();
        var grid = Run(folder, SweepText.Of(Space, "", "\"ds-cnn\""), "grid", "2");
        double[][] all = [.. grid.Where(point => (string?)point["status"] == "ok").Select(Costs)];
        double[] best = [.. Enumerable.Range(0, 2).Select(index => all.Min(row => row[index]))], worst = [.. Enumerable.Range(0, 2).Select(index => all.Max(row => row[index]))];
        double Volume(IEnumerable<double[]> costs) => Hypervolume.Of([.. costs.Select(row => row.Select((cost, index) => (cost - best[index]) / (worst[index] - best[index])).ToArray())], [1, 1]);
        double whole = Volume(all);
        int[] seeds = [1, 2, 3, 4, 5];
        double[] shares = [.. seeds.Select(seed => Volume(Run(folder, SweepText.Of(Space, Search("nsga2", SpaceSize / 10, seed), "\"ds-cnn\""), $"seed{seed}", "2")
            .Where(point => (string?)point["status"] == "ok").Select(Costs)) / whole)];
        Assert.All(shares, share => Assert.InRange(share, 0.95, 1));
    }

    private static string Search(string kind, int budget, int seed) => FormattableString.Invariant(
        $"\"seed\": {seed}, \"search\": {{ \"kind\": \"{kind}\" }}, \"budget\": {{ \"points\": {budget} }},");

    private static List<JsonNode> Run(ScratchFolder folder, string text, string name, string threads)
    {
        var result = CommandLine.Run("sweep", SweepText.Write(folder, text), "--out", folder.Path(name), "--threads", threads, "--quiet");
        Assert.True(result.ExitCode == ExitCodes.Done, result.Error);
        return [.. File.ReadLines(Path.Combine(folder.Path(name), "results.jsonl")).Select(line => JsonNode.Parse(line)!)];
    }

    private static double[] Costs(JsonNode point) => [.. point["objectives"]!.AsObject().Select(pair => (double)pair.Value!)];
}
