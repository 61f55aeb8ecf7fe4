using NpuSim.Cli.Sweeps.Spec;

namespace NpuSim.Cli.Sweeps.Search;

/// <summary>Makes the search that a spec asks for.</summary>
internal static class Searches
{
    public static ISweepSearch Of(SweepPlan plan) => plan.Spec.Search.Kind switch
    {
        SearchKind.Grid => new ListedSearch(Count(plan.Space.Size), plan.Space.Size, plan.Spec.Mode),
        SearchKind.Random => Listed(RandomPoints.Draw(plan.Space.Size, plan.Spec.Budget.Points!.Value, plan.Spec.Seed), plan),
        SearchKind.LatinHypercube => Listed(LatinHypercube.Draw(plan.Space.Designs, plan.Spec.Budget.Points!.Value, plan.Spec.Seed), plan),
        SearchKind.Nsga2 => new Nsga2Search(plan),
        SearchKind.Halving => new HalvingSearch(plan),
    };

    /// <summary>0, 1, … size − 1.</summary>
    public static IEnumerable<long> Count(long size)
    {
        for (long point = 0; point < size; point++)
        {
            yield return point;
        }
    }

    private static ListedSearch Listed(IReadOnlyList<long> points, SweepPlan plan) => new(points, points.Count, plan.Spec.Mode);
}
