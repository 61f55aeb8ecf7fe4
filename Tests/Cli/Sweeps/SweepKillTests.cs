using NpuSim.Cli;
using NpuSim.Tests.Workloads.Data;
using Xunit;

namespace NpuSim.Tests.Cli.Sweeps;

public sealed class SweepKillTests
{
    private const int Kills = 10;
    private const int Points = 720;

    private const string Parameters = """
        "core.array.rows": { "powersOfTwo": { "from": 8, "to": 64 } },
        "core.array.columns": { "powersOfTwo": { "from": 8, "to": 64 } },
        "core.weight.sizeKiB": { "values": [16, 32, 64] },
        "memory.dram.bandwidthMBps": { "range": { "from": 1600, "to": 24000, "step": 1600 } }
        """;

    [Fact]
    [Trait("Category", "Slow")]
    public void A_sweep_that_is_killed_ten_times_ends_with_the_bytes_of_one_that_is_not()
    {
        using var folder = new ScratchFolder();
        string spec = SweepText.Write(folder, SweepText.Of(Parameters, models: "\"ds-cnn\"")), killed = folder.Path("killed"), whole = folder.Path("whole");
        string log = Path.Combine(killed, "points.jsonl");
        var random = new Random(Environment.TickCount);
        long last = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            using var process = NpusimProcess.Start("sweep", spec, "--out", killed, "--quiet");

            // Anywhere: before the first new point, or some bytes further on, also within a line.
            long until = Length(log) + random.Next(0, 60_000);
            var patience = System.Diagnostics.Stopwatch.StartNew();
            while (!process.HasExited && Length(log) < until && patience.Elapsed.TotalSeconds < 60)
            {
                Thread.Sleep(random.Next(1, 20));
            }

            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            Assert.True(Length(log) >= last, "finished points were lost");
            last = Length(log);
        }

        Assert.Equal(ExitCodes.Done, CommandLine.Run("sweep", spec, "--out", killed).ExitCode);
        Assert.Equal(ExitCodes.Done, CommandLine.Run("sweep", spec, "--out", whole).ExitCode);
        Assert.Equal(Points, File.ReadLines(Path.Combine(whole, "results.jsonl")).Count());
        foreach (string file in (string[])["results.jsonl", "answers.json", "results.csv"])
        {
            Assert.Equal(File.ReadAllBytes(Path.Combine(whole, file)), File.ReadAllBytes(Path.Combine(killed, file)));
        }
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Two_sweeps_do_not_write_into_one_folder()
    {
        using var folder = new ScratchFolder();
        string spec = SweepText.Write(folder, SweepText.Of(Parameters, models: "\"ds-cnn\"")), kept = folder.Path("out");
        using var process = NpusimProcess.Start("sweep", spec, "--out", kept, "--quiet");
        while (!process.HasExited && Length(Path.Combine(kept, "points.jsonl")) == 0)
        {
            Thread.Sleep(10);
        }

        var second = CommandLine.Run("sweep", spec, "--out", kept);
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        Assert.Equal(ExitCodes.BadInput, second.ExitCode);
        Assert.Contains("is another sweep writing there?", second.Error, StringComparison.Ordinal);
    }

    private static long Length(string path) => File.Exists(path) ? new FileInfo(path).Length : 0;
}
