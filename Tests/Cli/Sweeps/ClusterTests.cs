using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NpuSim.Cli;
using NpuSim.Tests.Workloads.Data;
using Xunit;

namespace NpuSim.Tests.Cli.Sweeps;

public sealed class ClusterTests
{
    private const int Shards = 3;

    private const string Parameters = """
        "core.array.rows": { "powersOfTwo": { "from": 8, "to": 64 } },
        "core.array.columns": { "powersOfTwo": { "from": 8, "to": 64 } },
        "memory.dram.bandwidthMBps": { "range": { "from": 800, "to": 24000, "step": 800 } }
        """;

    [SlurmFact]
    [Trait("Category", "Slow")]
    [Trait("Category", "Slurm")]
    public void A_job_array_of_which_one_task_is_killed_and_run_again_gives_the_bytes_of_one_computer()
    {
        using var folder = new ScratchFolder();
        string spec = SweepText.Write(folder, SweepText.Of(Parameters, models: "\"ds-cnn\"")), parts = folder.Path("parts"), whole = folder.Path("whole");
        string second = Path.Combine(parts, $"shard-2-of-{Shards}"), log = Path.Combine(second, "points.jsonl"), array = Path.Combine(parts, "slurm", "array.sh");
        using var cluster = new SlurmCluster(folder.Path("slurm"));
        var (exit, output) = cluster.Run(NpusimProcess.Command[0], [.. NpusimProcess.Command.Skip(1), "sweep", spec, "--out", parts, "--slurm", $"{Shards}", "--submit"]);
        Assert.True(exit == ExitCodes.Done, output);
        string job = Regex.Match(output, @"array (\d+)").Groups[1].Value, merge = Regex.Match(output, @"and (\d+) to merge").Groups[1].Value;

        SlurmCluster.WaitFor(() => File.Exists(log) && new FileInfo(log).Length > 10_000, "the second shard");
        Assert.Equal(0, cluster.Run("scancel", "--full", "--signal=KILL", $"{job}_2").ExitCode);
        cluster.WaitForEnd(job);
        Assert.False(File.Exists(Path.Combine(second, "results.jsonl")), "the shard had finished before it was killed");
        Assert.True(File.Exists(Path.Combine(parts, $"shard-1-of-{Shards}", "results.jsonl")));
        long kept = new FileInfo(log).Length;
        cluster.Run("scancel", merge);

        string again = Submit(cluster, "--array=2", array);
        cluster.WaitForEnd(again);
        Assert.True(new FileInfo(log).Length > kept);
        cluster.WaitForEnd(Submit(cluster, Path.Combine(parts, "slurm", "merge.sh")));

        Assert.Equal(ExitCodes.Done, CommandLine.Run("sweep", spec, "--out", whole, "--quiet").ExitCode);
        foreach (string file in (string[])["sweep.json", "results.jsonl", "answers.json", "results.csv"])
        {
            Assert.Equal(File.ReadAllBytes(Path.Combine(whole, file)), File.ReadAllBytes(Path.Combine(parts, file)));
        }
    }

    [Fact]
    public void The_scripts_of_a_job_array_name_each_shard_and_the_folder()
    {
        using var folder = new ScratchFolder();
        string spec = SweepText.Write(folder, SweepText.Of(), "a sweep.jsonc"), parts = folder.Path("parts");
        Assert.Equal(ExitCodes.Done, CommandLine.Run("sweep", spec, "--out", parts, "--slurm", "4", "--threads", "2").ExitCode);
        string array = File.ReadAllText(Path.Combine(parts, "slurm", "array.sh"));
        Assert.StartsWith("#!/bin/bash\n#SBATCH --job-name=npusim-test\n", array, StringComparison.Ordinal);
        Assert.Contains("\n#SBATCH --array=1-4\n#SBATCH --cpus-per-task=2\n#SBATCH --requeue\n", array, StringComparison.Ordinal);
        Assert.EndsWith($"sweep '{spec}' --out {parts} --shard \"$SLURM_ARRAY_TASK_ID/4\" --threads \"$SLURM_CPUS_PER_TASK\" --quiet\n", array, StringComparison.Ordinal);
        Assert.EndsWith($"sweep merge {parts}\n", File.ReadAllText(Path.Combine(parts, "slurm", "merge.sh")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_manifest_of_an_indexed_job_holds_the_spec_and_counts_shards_from_one()
    {
        using var folder = new ScratchFolder();
        string spec = SweepText.Write(folder, SweepText.Of()), parts = folder.Path("parts");
        Assert.Equal(ExitCodes.Done, CommandLine.Run("sweep", spec, "--out", parts, "--kubernetes", "5", "--image", "registry.example/npusim:1").ExitCode);
        var items = JsonNode.Parse(File.ReadAllText(Path.Combine(parts, "kubernetes.json")))!["items"]!.AsArray();
        Assert.Equal(["PersistentVolumeClaim", "ConfigMap", "Job"], items.Select(item => (string)item!["kind"]!));
        Assert.Equal(File.ReadAllText(spec), (string?)items[1]!["data"]!["sweep.jsonc"]);
        var job = items[2]!["spec"]!;
        Assert.Equal(("Indexed", 5, 5), ((string)job["completionMode"]!, (int)job["completions"]!, (int)job["parallelism"]!));
        var container = job["template"]!["spec"]!["containers"]![0]!;
        Assert.Equal("registry.example/npusim:1", (string?)container["image"]);
        Assert.Contains("--shard $((JOB_COMPLETION_INDEX + 1))/5", (string?)container["command"]![2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--slurm: found no --out", "--slurm", "2")]
    [InlineData("--submit: found no --slurm", "--submit")]
    [InlineData("--kubernetes: found no --image", "--kubernetes", "2", "--out", "x")]
    [InlineData("--image: found no --kubernetes", "--image", "npusim")]
    [InlineData("found two of them, expected one", "--slurm", "2", "--shard", "1/2", "--out", "x")]
    [InlineData("--slurm: found '0', expected a whole number from 1", "--slurm", "0", "--out", "x")]
    public void Options_that_do_not_fit_each_other_are_refused(string message, params string[] options)
    {
        using var folder = new ScratchFolder();
        var result = CommandLine.Run(["sweep", SweepText.Write(folder, SweepText.Of()), .. options]);
        Assert.Equal(ExitCodes.BadInput, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_pods_would_not_find_is_refused()
    {
        using var folder = new ScratchFolder();
        string spec = SweepText.Write(folder, SweepText.Of(models: "\"model.onnx\""));
        var result = CommandLine.Run("sweep", spec, "--out", folder.Path("out"), "--kubernetes", "2", "--image", "npusim");
        Assert.Contains("found model.onnx, expected the full path that it has in the image", result.Error, StringComparison.Ordinal);
    }

    private static string Submit(SlurmCluster cluster, params string[] arguments)
    {
        var (exit, output) = cluster.Run("sbatch", ["--parsable", .. arguments]);
        Assert.True(exit == 0, output);
        return output.Trim();
    }
}
