using System.Diagnostics;
using NpuSim.Cli.Sweeps;
using NpuSim.Cli.Sweeps.Clusters;
using NpuSim.Cli.Sweeps.Engine;
using NpuSim.Cli.Sweeps.Points;
using NpuSim.Cli.Sweeps.Search;
using NpuSim.Cli.Sweeps.Spec;

namespace NpuSim.Cli.Bench;

/// <summary>What the points of a sweep cost.</summary>
/// <param name="Sweep">The shipped sweep.</param>
/// <param name="Threads">Threads that evaluated them.</param>
/// <param name="Simulated">Points that were compiled and simulated.</param>
/// <param name="PointsPerSecond">How many of them in a second.</param>
/// <param name="ColdRunSeconds">The least that <c>run --mode timing</c> of the sweep's model on its base machine took as a process of its own.</param>
/// <param name="Estimated">Points that were estimated.</param>
/// <param name="EstimatesPerSecond">How many of them in a second.</param>
internal sealed record SweepBenchResult(
    string Sweep, int Threads, int Simulated, double PointsPerSecond, double ColdRunSeconds, int Estimated, double EstimatesPerSecond)
{
    /// <summary>Points that are simulated while one such command runs.</summary>
    public double PointsPerColdRun => PointsPerSecond * ColdRunSeconds;
}

/// <summary>Measures a sweep on machines taken evenly from one that is shipped, and on all of them by the estimate. Reading the model is not counted.</summary>
internal static class SweepBench
{
    /// <summary>Its name beside the kernels'.</summary>
    public const string Name = "sweep";

    private const string Sweep = "mobilenet-v2-edge";

    // Neighbours of a grid, of which the last parameter is the clock.
    private const int Neighbours = 4;
    private const int ColdRuns = 3;

    /// <param name="quick">Whether roughly is enough.</param>
    /// <param name="threads">Threads that evaluate points.</param>
    /// <param name="line">Shows what is under way.</param>
    /// <param name="cancellation">Ends the run.</param>
    public static SweepBenchResult Measure(bool quick, int threads, ProgressLine line, CancellationToken cancellation)
    {
        var plan = SweepPlan.Load(Sweep);
        var evaluation = new PointEvaluation(plan, new Workload(plan));
        // The first ones prepare the model, and the runtime replaces code by faster code.
        Run(plan, evaluation, Spread(plan, quick ? 4 : 32), PointMode.Timing, threads, line, cancellation);
        Run(plan, evaluation, Spread(plan, 256), PointMode.Estimate, threads, line, cancellation);
        // Other points than those.
        var (simulated, seconds) = Run(
            plan, evaluation, Spread(plan, quick ? 32 : 480, first: Neighbours), PointMode.Timing, threads, line, cancellation);
        var (estimated, estimateSeconds) = Run(plan, evaluation, Searches.Count(plan.Space.Size), PointMode.Estimate, threads, line, cancellation);
        double cold = Enumerable.Range(0, quick ? 1 : ColdRuns).Min(_ => ColdRun(plan, cancellation));
        return new SweepBenchResult(Sweep, threads, simulated, simulated / seconds, cold, estimated, estimated / estimateSeconds);
    }

    private static IEnumerable<long> Spread(SweepPlan plan, int count, long first = 0)
    {
        long groups = count / Neighbours, all = plan.Space.Size / Neighbours;
        return Enumerable.Range(0, (int)groups).SelectMany(group => Enumerable.Range(0, Neighbours).Select(
            point => (first + (group * all / groups * Neighbours) + point) % plan.Space.Size));
    }

    // Points without a run, which the machine alone rules out, do not count; their time does.
    private static (int Points, double Seconds) Run(
        SweepPlan plan, PointEvaluation evaluation, IEnumerable<long> points, PointMode mode, int threads, ProgressLine line, CancellationToken cancellation)
    {
        long[] listed = [.. points];
        var folder = Directory.CreateTempSubdirectory("npusim-bench-");
        try
        {
            using var log = new PointLog(Path.Combine(folder.FullName, SweepFolder.LogFile));
            var engine = new SweepEngine(plan, evaluation, log, threads, shard: null);
            long start = Stopwatch.GetTimestamp();
            engine.Run(new ListedSearch(listed, listed.Length, mode), new SweepProgress(line, listed.Length, 0), cancellation);
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            return (listed.Count(point => log.Summary(point, mode)!.Objectives.Length > 0), seconds);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static double ColdRun(SweepPlan plan, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var words = ToolCommand.Words();
        var start = new ProcessStartInfo(words[0]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])[.. words.Skip(1), "run", plan.Models[0].Name, "--machine", plan.MachineName, "--mode", "timing", "--quiet"])
        {
            start.ArgumentList.Add(argument);
        }

        long begun = Stopwatch.GetTimestamp();
        using var process = Process.Start(start) ?? throw new UsageException($"bench: {words[0]} cannot be started");
        var error = process.StandardError.ReadToEndAsync(cancellation);
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        double seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        return process.ExitCode == ExitCodes.Done ? seconds : throw new UsageException($"bench: run {plan.Models[0].Name}: {error.Result.Split('\n')[0]}");
    }
}
