using NpuSim.Cli.Sweeps.Engine;
using NpuSim.Cli.Sweeps.Points;
using NpuSim.Cli.Sweeps.Search;
using NpuSim.Cli.Sweeps.Spec;

namespace NpuSim.Cli.Sweeps;

/// <summary>What a run of a sweep did.</summary>
/// <param name="Points">Points that are there now.</param>
/// <param name="Expected">Points of the whole sweep or shard.</param>
/// <param name="Evaluated">Those that this run evaluated.</param>
/// <param name="Rate">Points per second of this run.</param>
/// <param name="RanOutOfTime">Whether the budget's seconds ended first.</param>
internal sealed record SweepRunReport(int Points, long Expected, int Evaluated, double Rate, bool RanOutOfTime);

/// <summary>Runs a sweep, or a shard of one, into a folder; goes on where an earlier run ended.</summary>
internal static class SweepRun
{
    /// <exception cref="OperationCanceledException">The user interrupted; finished points are kept.</exception>
    public static SweepRunReport Run(SweepPlan plan, string folder, Shard? shard, int threads, ProgressLine line, CancellationToken cancellation)
    {
        var search = Searches.Of(plan);
        if (shard is not null && search.ShardRefusal is { } reason)
        {
            throw new UsageException($"--shard: a {SearchRules.Name(plan.Spec.Search.Kind)} search cannot be spread: {reason}");
        }

        SweepFolder.Begin(folder, plan, shard);
        using var log = new PointLog(Path.Combine(folder, SweepFolder.LogFile));
        var engine = new SweepEngine(plan, new PointEvaluation(plan, new Workload(plan)), log, threads, shard);
        long expected = shard is null ? search.ExpectedPoints : shard.Points(search.ExpectedPoints);
        var progress = new SweepProgress(line, expected, log.Count);
        engine.Run(search, progress, cancellation);
        SweepResults.Write(folder, log);
        return new SweepRunReport(log.Count, expected, engine.Evaluated, progress.Rate, engine.RanOutOfTime);
    }
}
