namespace NpuSim.Cli.Sweeps.Search;

/// <summary>A design of a search with its place among others: a smaller rank is better, then a larger distance.</summary>
/// <param name="Point">Number of the combination.</param>
/// <param name="Rank">Front, from 0; infeasible designs come behind all fronts, the least violation first.</param>
/// <param name="Distance">Crowding distance within the front.</param>
internal readonly record struct RankedDesign(long Point, int Rank, double Distance)
{
    /// <summary>Whether it is better than another (crowded comparison of NSGA-II).</summary>
    public bool IsBetter(RankedDesign other) => Rank != other.Rank ? Rank < other.Rank : Distance > other.Distance;
}

/// <summary>Ranks designs by constraint domination: the feasible by fronts, the others by their violation.</summary>
internal static class RankedDesigns
{
    /// <summary>All designs, best first; the order depends on nothing but the results.</summary>
    public static IReadOnlyList<RankedDesign> Of(IReadOnlyList<EvaluatedDesign> designs)
    {
        EvaluatedDesign[] feasible = [.. designs.Where(design => design.IsFeasible)];
        double[][] costs = [.. feasible.Select(design => design.Costs!)];
        var fronts = NonDominatedSort.Fronts(costs);
        var ranked = new List<RankedDesign>();
        for (int rank = 0; rank < fronts.Count; rank++)
        {
            var distances = NonDominatedSort.Crowding(costs, fronts[rank]);
            ranked.AddRange(fronts[rank].OrderByDescending(design => distances[design]).ThenBy(design => feasible[design].Point)
                .Select(design => new RankedDesign(feasible[design].Point, rank, distances[design])));
        }

        var others = designs.Where(design => !design.IsFeasible).OrderBy(design => design.Violation).ThenBy(design => design.Point).ToList();
        int last = fronts.Count - 1;
        for (int index = 0; index < others.Count; index++)
        {
            last += index == 0 || others[index].Violation > others[index - 1].Violation ? 1 : 0;
            ranked.Add(new RankedDesign(others[index].Point, last, 0));
        }

        return ranked;
    }
}
