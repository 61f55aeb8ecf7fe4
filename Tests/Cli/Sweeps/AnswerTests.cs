using System.Globalization;
using System.Text.Json.Nodes;
using CsvHelper;
using NpuSim.Cli;
using NpuSim.Tests.Workloads.Data;
using Xunit;

namespace NpuSim.Tests.Cli.Sweeps;

public sealed class AnswerTests
{
    private const string Grid = """
        "core.array.rows": { "powersOfTwo": { "from": 8, "to": 32 } },
        "core.vector.lanes": { "values": [16, 64] },
        "memory.dram.bandwidthMBps": { "values": [3200, 6400, 12800] }
        """;

    // Half of the machines need more power than that, whatever the tables of energy say.
    private static readonly Lazy<string> HalfPower = new(() =>
    {
        using var folder = new ScratchFolder();
        var (_, points) = Run(folder, SweepText.Of(Grid));
        double median = points.Where(point => !((string)point["set"]![0]!).EndsWith("=32", StringComparison.Ordinal))
            .Select(point => (double)point["metrics"]!["power.averageMw"]!).Order().ElementAt(6);
        return FormattableString.Invariant($"\"constraints\": [\"power.averageMw <= {median}\", \"core.array.rows <= 16\"],");
    });

    private static string Bounds => HalfPower.Value;

    [Fact]
    public void The_front_is_what_no_feasible_point_is_better_than()
    {
        using var folder = new ScratchFolder();
        var (answers, points) = Run(folder, SweepText.Of(Grid, Bounds));
        var feasible = points.Where(point => (string?)point["status"] == "ok").ToDictionary(point => (long)point["point"]!, Costs);
        long[] expected = [.. feasible.Where(own => !feasible.Any(other => other.Value.Zip(own.Value).All(pair => pair.First <= pair.Second) && !other.Value.SequenceEqual(own.Value)))
            .Select(pair => pair.Key).Order()];
        Assert.Equal(expected, answers["front"]!.AsArray().Select(point => (long)point!["point"]!).Order());
        Assert.Equal(feasible.Count, (int)answers["feasible"]!);
        Assert.Contains((long)answers["knee"]!["point"]!, expected);
        Assert.InRange((double)answers["hypervolume"]!["share"]!, 0.01, 1);
        Assert.Equal(feasible.Values.Min(costs => costs[0]), (double)answers["best"]![0]!["objectives"]!["latencyMs"]!);
        Assert.Equal(points.Count(point => (int)(point["reasons"]?.AsArray().Count ?? 0) > 0), points.Count - feasible.Count);
    }

    [Fact]
    public void A_constraint_says_what_the_best_would_be_without_it()
    {
        using var folder = new ScratchFolder();
        var (answers, points) = Run(folder, SweepText.Of(Grid, Bounds));
        var power = answers["constraints"]![0]!;
        double without = points.Where(point => point["objectives"] is not null).Min(point => Costs(point)[0]);
        Assert.Equal(without, (double)power["bestWithoutIt"]![0]!["objectives"]!["latencyMs"]!);
        var rows = answers["constraints"]![1]!;
        Assert.Equal((6, 6, 6), ((int)rows["broken"]!, (int)rows["brokenAlone"]!, (int)rows["notRun"]!));
        Assert.Contains(answers["next"]!.AsArray(), step => (string?)step!["kind"] == "relax" && (string?)step["subject"] == "core.array.rows <= 16");
    }

    [Fact]
    public void The_variance_of_a_whole_grid_is_shared_out_and_a_parameter_that_does_nothing_has_none()
    {
        using var folder = new ScratchFolder();
        const string Idle = ", \"memory.dram.writeLatencyCycles\": { \"values\": [60, 61] }, \"host.picojoulesPerOperation\": { \"values\": [50, 200] }";
        var (answers, _) = Run(folder, SweepText.Of(Grid + Idle));
        var latency = answers["sensitivity"]![0]!;
        Assert.Equal("variance", (string?)latency["method"]);
        double Share(string parameter) => (double)latency["effects"]!.AsArray().Single(effect => (string?)effect!["parameter"] == parameter && effect["with"] is null)!["share"]!;
        double sum = latency["effects"]!.AsArray().Sum(effect => (double)effect!["share"]!);
        Assert.InRange(sum, 0.95, 1.001);
        Assert.Equal((double)latency["explained"]!, sum, 2);
        Assert.True(Share("memory.dram.bandwidthMBps") > 0.1);
        Assert.Equal(0, Share("host.picojoulesPerOperation"));
        Assert.Contains(answers["next"]!.AsArray(), step => (string?)step!["kind"] == "fix" && (string?)step["subject"] == "host.picojoulesPerOperation");
    }

    [Fact]
    public void A_regression_on_half_of_the_grid_finds_the_same_order_of_parameters()
    {
        using var folder = new ScratchFolder();
        const string More = ", \"core.weight.sizeKiB\": { \"values\": [8, 16, 32] }";
        string sample = "\"search\": { \"kind\": \"latinHypercube\" }, \"budget\": { \"points\": 27 },";
        var (whole, _) = Run(folder, SweepText.Of(Grid + More), "whole");
        var (half, _) = Run(folder, SweepText.Of(Grid + More, sample), "half");
        string First(JsonNode answers) => (string)answers["sensitivity"]![0]!["effects"]![0]!["parameter"]!;
        Assert.Equal("regression", (string?)half["sensitivity"]![0]!["method"]);
        Assert.Equal(First(whole), First(half));
        Assert.InRange((double)half["sensitivity"]![0]!["explained"]!, 0.8, 1);
    }

    [Fact]
    public void The_table_of_points_holds_what_the_lines_hold()
    {
        using var folder = new ScratchFolder();
        var (answers, points) = Run(folder, SweepText.Of(Grid, Bounds));
        using var csv = new CsvReader(new StringReader(File.ReadAllText(Path.Combine(folder.Path("out"), "results.csv"))), CultureInfo.InvariantCulture);
        Assert.True(csv.Read() && csv.ReadHeader());
        int onFront = 0;
        foreach (var point in points)
        {
            Assert.True(csv.Read());
            Assert.Equal((long)point["point"]!, csv.GetField<long>("point"));
            Assert.Equal($"core.array.rows={csv["core.array.rows"]}", (string?)point["set"]![0]);
            Assert.Equal(point["metrics"]?["energy.totalUj"]?.ToJsonString() ?? "", csv["energy.totalUj"]);
            onFront += csv.GetField<int>("front");
        }

        Assert.False(csv.Read());
        Assert.Equal(answers["front"]!.AsArray().Count, onFront);
    }

    [Fact]
    public void Where_nothing_is_feasible_the_nearest_point_is_named()
    {
        using var folder = new ScratchFolder();
        var (answers, points) = Run(folder, SweepText.Of(Grid, "\"constraints\": [\"latencyMs <= 0.001\"],"));
        var nearest = points.MinBy(point => (double)point["violation"]!)!;
        var step = answers["next"]!.AsArray()[0]!;
        Assert.Equal("repair", (string?)step["kind"]);
        Assert.Contains($"point {nearest["point"]} comes nearest", (string?)step["text"], StringComparison.Ordinal);
        Assert.Empty(answers["front"]!.AsArray());
    }

    [Fact]
    public void Answers_go_to_standard_output_where_asked_for()
    {
        using var folder = new ScratchFolder();
        string spec = SweepText.Write(folder, SweepText.Of(Grid));
        var json = CommandLine.Run("sweep", spec, "--json", "-");
        Assert.Equal(18, (int)JsonNode.Parse(json.Output)!["points"]!);
        Assert.StartsWith("point,mode,status,front,core.array.rows,", CommandLine.Run("sweep", spec, "--csv", "-").Output, StringComparison.Ordinal);
        Assert.Contains("what decides latencyMs", CommandLine.Run("sweep", spec, "--csv", folder.Path("points.csv")).Output, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.BadInput, CommandLine.Run("sweep", spec, "--json", "-", "--csv", "-").ExitCode);
    }

    private static (JsonNode Answers, List<JsonNode> Points) Run(ScratchFolder folder, string text, string name = "out")
    {
        var result = CommandLine.Run("sweep", SweepText.Write(folder, text), "--out", folder.Path(name));
        Assert.True(result.ExitCode == ExitCodes.Done, result.Error);
        return (
            JsonNode.Parse(File.ReadAllText(Path.Combine(folder.Path(name), "answers.json")))!,
            [.. File.ReadLines(Path.Combine(folder.Path(name), "results.jsonl")).Select(line => JsonNode.Parse(line)!)]);
    }

    private static double[] Costs(JsonNode point) => [.. point["objectives"]!.AsObject().Select(pair => (double)pair.Value!)];
}
