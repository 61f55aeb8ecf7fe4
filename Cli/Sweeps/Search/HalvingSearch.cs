using NpuSim.Cli.Sweeps.Points;
using NpuSim.Cli.Sweeps.Spec;

namespace NpuSim.Cli.Sweeps.Search;

/// <summary>Successive halving: all candidates by a quick mode, the best share of them by the next one, and so on.</summary>
internal sealed class HalvingSearch(SweepPlan plan) : ISweepSearch
{
    private readonly IReadOnlyList<PointMode> _rungs = HalvingRungs.Of(plan.Spec, plan.File);

    public string? ShardRefusal => "which points go on to the next rung is known when all of the rung before are there";

    public long ExpectedPoints
    {
        get
        {
            long sum = 0, candidates = Candidates;
            foreach (var _ in _rungs)
            {
                sum += candidates;
                candidates = Kept(candidates);
            }

            return sum;
        }
    }

    private long Candidates => plan.Spec.Search.Candidates > 0 ? plan.Spec.Search.Candidates : plan.Space.Size;

    public IEnumerable<SearchRound> Rounds(Func<long, PointMode, PointSummary> resultOf)
    {
        var points = plan.Spec.Search.Candidates > 0
            ? RandomPoints.Draw(plan.Space.Size, plan.Spec.Search.Candidates, plan.Spec.Seed) : Searches.Count(plan.Space.Size);
        long count = Candidates;
        for (int rung = 0; rung < _rungs.Count; rung++)
        {
            yield return new SearchRound(points, count, _rungs[rung]);
            var results = points.Select(point => resultOf(point, _rungs[rung]).Design(plan.Objectives)).ToList();
            long[] best = [.. RankedDesigns.Of(results).Take((int)Kept(count)).Select(design => design.Point).Order()];
            (points, count) = (best, best.Length);
        }
    }

    private long Kept(long candidates) => Math.Max(1, (long)Math.Ceiling(candidates * plan.Spec.Search.Keep));
}
