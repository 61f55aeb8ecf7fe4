using System.Text.Json.Nodes;
using NpuSim.Cli;
using NpuSim.Tests.Workloads.Data;
using Xunit;

namespace NpuSim.Tests.Cli.Sweeps;

public sealed class SweepRunTests
{
    private const string Results = "results.jsonl";

    [Fact]
    public void Results_are_the_same_bytes_for_any_number_of_threads_and_after_a_torn_line()
    {
        using var folder = new ScratchFolder();
        string spec = SweepText.Write(folder, SweepText.Of());
        Done("sweep", spec, "--out", folder.Path("one"), "--threads", "1");
        Done("sweep", spec, "--out", folder.Path("three"), "--threads", "3");
        byte[] whole = File.ReadAllBytes(Path.Combine(folder.Path("one"), Results));
        Assert.Equal(whole, File.ReadAllBytes(Path.Combine(folder.Path("three"), Results)));

        string log = Path.Combine(folder.Path("three"), "points.jsonl");
        byte[] written = File.ReadAllBytes(log);
        File.WriteAllBytes(log, written[..(written.Length * 2 / 3)]);
        File.Delete(Path.Combine(folder.Path("three"), Results));
        Done("sweep", spec, "--out", folder.Path("three"));
        Assert.Equal(whole, File.ReadAllBytes(Path.Combine(folder.Path("three"), Results)));
    }

    [Fact]
    public void A_finished_sweep_evaluates_nothing_again_and_another_spec_is_refused()
    {
        using var folder = new ScratchFolder();
        string spec = SweepText.Write(folder, SweepText.Of()), kept = folder.Path("out");
        Assert.Contains("12 evaluated now", Done("sweep", spec, "--out", kept).Error, StringComparison.Ordinal);
        Assert.Contains("12 of 12 points, 0 evaluated now", Done("sweep", spec, "--out", kept).Error, StringComparison.Ordinal);
        SweepText.Write(folder, SweepText.Of(more: "\"seed\": 2,"));
        var refused = CommandLine.Run("sweep", spec, "--out", kept);
        Assert.Equal(ExitCodes.BadInput, refused.ExitCode);
        Assert.Contains("holds the points of another sweep: seed changed", refused.Error, StringComparison.Ordinal);
        SweepText.Write(folder, SweepText.Of(more: "\"budget\": { \"seconds\": 1000 },"));
        Done("sweep", spec, "--out", kept);
    }

    [Fact]
    public void A_point_is_replayed_alone_and_by_the_command_that_it_prints()
    {
        using var folder = new ScratchFolder();
        string spec = SweepText.Write(folder, SweepText.Of(
            SweepText.Parameters + ", \"core.accumulator.sizeKiB\": { \"expression\": \"max(4, core.weight.sizeKiB / 2)\" }",
            "\"constraints\": [\"power.peakMw >= power.averageMw\"],"));
        Done("sweep", spec, "--out", folder.Path("out"));
        string line = File.ReadAllLines(Path.Combine(folder.Path("out"), Results))[7];
        Assert.Equal(line + "\n", Done("sweep", spec, "--replay", "7").Output);

        string[] words = Done("sweep", spec, "--point", "7").Output.Trim().Split(' ');
        Assert.Equal("npusim", words[0]);
        var run = JsonNode.Parse(Done([.. words[1..], "--json", "-"]).Output)!;
        var metrics = JsonNode.Parse(line)!["metrics"]!.AsObject();
        Assert.All(metrics, metric => Assert.Equal(metric.Value!.GetValue<double>(), At(run, metric.Key).GetValue<double>()));
        Assert.InRange(metrics.Count, 50, 200);
        Assert.Contains(metrics, metric => metric.Key == "power.peakMw");
    }

    [Fact]
    public void Points_that_share_a_program_or_a_run_have_the_lines_that_they_have_alone()
    {
        using var folder = new ScratchFolder();
        // What differs in speed or voltage alone lies far apart by number, and is evaluated together.
        string spec = SweepText.Write(folder, SweepText.Of("""
            "clockMHz": { "values": [100, 400, 800] },
            "energy.voltage": { "values": [0.7, 0.8] },
            "core.array.rows": { "values": [8, 16] },
            "core.sequencer.queueDepth": { "values": [2, 8] }
            """));
        Done("sweep", spec, "--out", folder.Path("out"), "--threads", "2");
        string[] lines = File.ReadAllLines(Path.Combine(folder.Path("out"), Results));
        Assert.Equal(24, lines.Length);
        for (int point = 0; point < lines.Length; point += 5)
        {
            Assert.Equal(lines[point] + "\n", Done("sweep", spec, "--replay", $"{point}").Output);
        }

        double Figure(int point, string name) => JsonNode.Parse(lines[point])!["metrics"]![name]!.GetValue<double>();
        Assert.Equal(Figure(0, "cycles"), Figure(4, "cycles"));
        Assert.True(Figure(0, "energy.totalUj") < Figure(4, "energy.totalUj"));
        Assert.NotEqual(Figure(0, "latencyMs"), Figure(8, "latencyMs"));
    }

    [Fact]
    public void Peak_power_is_that_of_a_run_where_an_objective_names_it_and_left_out_elsewhere()
    {
        using var folder = new ScratchFolder();
        const string parameters = "\"core.array.rows\": { \"values\": [16] }";
        JsonNode? Peak(string figure)
        {
            Done("sweep", SweepText.Write(folder, SweepText.Of(parameters, $"\"objectives\": [\"minimise {figure}\"],", "\"litenet-mlp\"")), "--out", folder.Path(figure));
            return JsonNode.Parse(File.ReadAllLines(Path.Combine(folder.Path(figure), Results))[0])!["metrics"]!["power.peakMw"];
        }

        Assert.Null(Peak("latencyMs"));
        var run = JsonNode.Parse(CommandLine.Run("run", "litenet-mlp", "--mode", "timing", "--set", "core.array.rows=16", "--json", "-").Output)!;
        Assert.Equal(run["power"]!["peakMw"]!.GetValue<double>(), Peak("power.peakMw")!.GetValue<double>());
    }

    [Fact]
    public void Points_that_cannot_be_say_why_and_do_not_stop_the_others()
    {
        using var folder = new ScratchFolder();
        string parameters = """
            "core.weight.sizeKiB": { "values": [2, 16] },
            "memory.dram.sizeMiB": { "values": [1, 512] },
            "core.array.rows": { "values": [16, 32] }
            """;
        string spec = SweepText.Write(folder, SweepText.Of(
            parameters, "\"constraints\": [\"core.array.rows <= 16\", \"latencyMs <= 0.1\"],", "\"mobilenet-v1\""));
        Done("sweep", spec, "--out", folder.Path("out"));
        var points = File.ReadAllLines(Path.Combine(folder.Path("out"), Results)).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(8, points.Count);
        string Reason(int point) => (string)points[point]["reasons"]![0]!["text"]!;
        Assert.Contains("core.weight.sizeKiB: found 2, expected at least 4", Reason(0), StringComparison.Ordinal);
        Assert.Contains("memory.dram.sizeMiB is 1", Reason(4), StringComparison.Ordinal);
        Assert.Equal("core.array.rows <= 16", Reason(5));
        Assert.Null(points[5]["metrics"]);
        Assert.Equal("latencyMs <= 0.1", Reason(6));
        Assert.Equal(0.1, points[6]["reasons"]![0]!["bound"]!.GetValue<double>());
        Assert.True(points[6]["metrics"]!["latencyMs"]!.GetValue<double>() > 0.1);
    }

    [Fact]
    public void An_interrupted_sweep_keeps_what_has_finished()
    {
        using var folder = new ScratchFolder();
        string spec = SweepText.Write(folder, SweepText.Of());
        var stopped = CommandLine.Run(new CancellationToken(canceled: true), "sweep", spec, "--out", folder.Path("out"));
        Assert.Equal(ExitCodes.Interrupted, stopped.ExitCode);
        Assert.Contains("the same command goes on from there", stopped.Error, StringComparison.Ordinal);
        Done("sweep", spec, "--out", folder.Path("out"));
    }

    [Fact]
    public void Several_models_run_one_after_the_other_and_each_can_be_bounded()
    {
        using var folder = new ScratchFolder();
        string spec = SweepText.Write(folder, SweepText.Of(
            "\"core.array.rows\": { \"values\": [16, 32] }", "\"constraints\": [\"models.ds-cnn.latencyMs <= latencyMs\"],", "\"resnet8\", \"ds-cnn\""));
        Done("sweep", spec, "--out", folder.Path("out"));
        var point = JsonNode.Parse(File.ReadAllLines(Path.Combine(folder.Path("out"), Results))[0])!;
        double sum = point["models"]!.AsObject().Sum(model => model.Value!["cycles"]!.GetValue<double>());
        Assert.Equal("ok", (string?)point["status"]);
        Assert.Equal(sum, point["metrics"]!["cycles"]!.GetValue<double>());
    }

    private static CommandResult Done(params string[] arguments)
    {
        var result = CommandLine.Run(arguments);
        Assert.True(result.ExitCode == ExitCodes.Done, result.Error);
        return result;
    }

    private static JsonNode At(JsonNode run, string path) => path.Split('.').Aggregate(run, (node, name) => node[name]!);
}
