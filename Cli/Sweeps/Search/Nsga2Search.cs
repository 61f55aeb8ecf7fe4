using NpuSim.Cli.Sweeps.Points;
using NpuSim.Cli.Sweeps.Spec;
using NpuSim.Workloads.Compress;

namespace NpuSim.Cli.Sweeps.Search;

/// <summary>NSGA-II (Deb, Pratap, Agarwal and Meyarivan, IEEE Trans. Evolutionary Computation 2002) over the levels of the parameters, with
/// constraint domination. No combination is evaluated twice: a child that is known, or that is no machine or breaks a constraint without a run, mutates
/// until it is new and may be feasible.</summary>
internal sealed class Nsga2Search(SweepPlan plan) : ISweepSearch
{
    private const int Attempts = 20;
    private const int SmallestPopulation = 8;
    private const int LargestPopulation = 100;

    private readonly DesignVariation _variation = new(plan.Space, plan.Spec.Search);
    private readonly int _budget = plan.Spec.Budget.Points!.Value;

    public string? ShardRefusal => "a generation follows from the results of all designs before";

    public long ExpectedPoints => _budget;

    private int Population => plan.Spec.Search.Population > 0
        ? plan.Spec.Search.Population
        : Math.Min(_budget, Math.Clamp(_budget / 8, SmallestPopulation, LargestPopulation) / 2 * 2);

    public IEnumerable<SearchRound> Rounds(Func<long, PointMode, PointSummary> resultOf)
    {
        var random = new SplitMix64((ulong)plan.Spec.Seed);
        var known = new HashSet<long>();
        IReadOnlyList<long> generation = First(known, ref random);
        int evaluated = generation.Count;
        IReadOnlyList<PointSummary> parents = [];
        while (true)
        {
            yield return new SearchRound(generation, generation.Count, plan.Spec.Mode);
            var all = parents.Concat(generation.Select(point => resultOf(point, plan.Spec.Mode))).ToList();
            var ranked = RankedDesigns.Of(all, plan.Objectives).Take(Population).ToList();
            int left = (int)Math.Min(Math.Min(Population, _budget - evaluated), plan.Space.Size - known.Count);
            if (left == 0)
            {
                yield break;
            }

            var kept = ranked.Select(design => design.Point).ToHashSet();
            parents = [.. all.Where(design => kept.Contains(design.Point))];
            (generation, random) = Children(ranked, left, known, random);
            evaluated += generation.Count;
        }
    }

    // Evenly over the parameters, but for those that need no run.
    private List<long> First(HashSet<long> known, ref SplitMix64 random)
    {
        var first = new List<long>();
        foreach (long point in LatinHypercube.Draw(plan.Space, Population, plan.Spec.Seed))
        {
            if (known.Count < plan.Space.Size)
            {
                first.Add(known.Add(point) && !PointEvaluation.IsRefused(plan, point) ? point : Unknown(known, ref random));
            }
        }

        return first;
    }

    // At random; after some attempts also one that is refused, so that a search where little is feasible ends.
    private long Unknown(HashSet<long> known, ref SplitMix64 random)
    {
        long point = LatinHypercube.Undrawn(plan.Space.Size, known, ref random);
        for (int attempt = 1; attempt < Attempts && known.Count < plan.Space.Size && PointEvaluation.IsRefused(plan, point); attempt++)
        {
            point = LatinHypercube.Undrawn(plan.Space.Size, known, ref random);
        }

        return point;
    }

    private (List<long> Children, SplitMix64 Random) Children(List<RankedDesign> parents, int count, HashSet<long> known, SplitMix64 random)
    {
        var children = new List<long>();
        while (children.Count < count && known.Count < plan.Space.Size)
        {
            int[] first = plan.Space.Levels(Tournament(parents, ref random)), second = plan.Space.Levels(Tournament(parents, ref random));
            _variation.Cross(first, second, ref random);
            foreach (int[] child in (int[][])[first, second])
            {
                if (children.Count < count && known.Count < plan.Space.Size)
                {
                    children.Add(New(child, known, ref random));
                }
            }
        }

        return (children, random);
    }

    private long New(int[] child, HashSet<long> known, ref SplitMix64 random)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            _variation.Mutate(child, isForced: attempt > 0, ref random);
            long point = plan.Space.Point(child);
            if (known.Add(point) && !PointEvaluation.IsRefused(plan, point))
            {
                return point;
            }
        }

        return Unknown(known, ref random);
    }

    private static long Tournament(List<RankedDesign> parents, ref SplitMix64 random)
    {
        var (one, other) = (parents[random.NextBelow(parents.Count)], parents[random.NextBelow(parents.Count)]);
        return other.IsBetter(one) ? other.Point : one.Point;
    }
}
