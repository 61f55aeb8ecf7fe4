using NpuSim.Isa.Energy;

namespace NpuSim.Cli.Sweeps.Search;

/// <summary>Chooses among designs that were bred those that are worth an evaluation, by surfaces through the results so far.</summary>
/// <remarks>One surface for the costs, as logarithms where all are above 0, and one for the violation of constraints. The next design is the one that would have
/// to become worst in any cost before one of the front were as good (additive epsilon indicator: Zitzler et al., IEEE Trans. Evolutionary Computation 2003),
/// less its predicted violation; it then counts as one of the front, so that those after it are others.</remarks>
internal sealed class OffspringScreen
{
    // A surface costs the cube of it.
    private const int MostDesigns = 200;

    // Of the bound; what the surface predicts of points at the border is not exact.
    private const double ToleratedViolation = 0.02;
    private const double MostViolation = 1;

    private readonly DesignSpace _space;
    private readonly ResponseSurface _costs;
    private readonly ResponseSurface? _violation;
    private readonly bool[] _isLogarithm;
    private readonly double[] _least;
    private readonly double[] _scale;
    private readonly List<double[]> _front;

    private OffspringScreen(DesignSpace space, EvaluatedDesign[] designs, EvaluatedDesign[] known)
    {
        _space = space;
        EvaluatedDesign[] feasible = [.. known.Where(design => design.IsFeasible)], measured = feasible.Length > 0 ? feasible : known;
        int objectives = known[0].Costs!.Length;
        _isLogarithm = [.. Enumerable.Range(0, objectives).Select(index => known.All(design => double.IsNormal(design.Costs![index]) && design.Costs[index] > 0))];
        double[][] costs = [.. measured.Select(design => Transformed(design.Costs!))];
        _least = [.. Enumerable.Range(0, objectives).Select(index => costs.Min(row => row[index]))];
        _scale = [.. Enumerable.Range(0, objectives).Select(index => costs.Max(row => row[index]) - _least[index]).Select(span => span > 0 ? 1 / span : 0)];
        _front = feasible.Length == 0 ? [] : [.. NonDominatedSort.Front(costs).Select(design => Scaled(costs[design]))];
        _costs = new ResponseSurface([.. known.Select(design => space.Place(design.Point))], [.. known.Select(design => Scaled(Transformed(design.Costs!)))]);
        _violation = designs.All(design => design.IsFeasible) ? null : new ResponseSurface(
            [.. designs.Select(design => space.Place(design.Point))], [.. designs.Select(design => new[] { Math.Min(design.Violation, MostViolation) })]);
    }

    /// <summary>A screen from what has been evaluated; null where that is too little.</summary>
    /// <param name="space">The parameters.</param>
    /// <param name="results">All results, oldest first.</param>
    /// <param name="ranked">The same, best first.</param>
    public static OffspringScreen? Of(DesignSpace space, IReadOnlyList<EvaluatedDesign> results, IReadOnlyList<RankedDesign> ranked)
    {
        EvaluatedDesign[] designs = results.Count <= MostDesigns ? [.. results] : Telling(results, ranked);
        EvaluatedDesign[] known = [.. designs.Where(design => design.Costs is not null)];
        return known.Length < space.Axes.Count + 2 ? null : new OffspringScreen(space, designs, known);
    }

    /// <summary>The most promising of some candidates, best first.</summary>
    public List<long> Best(IReadOnlyList<long> candidates, int count)
    {
        var left = candidates.Select(Predicted).ToList();
        foreach (double[] member in _front)
        {
            Approach(left, member);
        }

        var chosen = new List<long>();
        while (chosen.Count < count && left.Count > 0)
        {
            var best = left.MaxBy(candidate => candidate.Worth)!;
            chosen.Add(best.Point);
            left.Remove(best);
            if (_front.Count > 0)
            {
                Approach(left, best.Costs);
            }
        }

        return chosen;
    }

    // Half of them the best, half the latest.
    private static EvaluatedDesign[] Telling(IReadOnlyList<EvaluatedDesign> results, IReadOnlyList<RankedDesign> ranked)
    {
        var taken = ranked.Take(MostDesigns / 2).Select(design => design.Point).ToHashSet();
        for (int index = results.Count - 1; taken.Count < MostDesigns; index--)
        {
            taken.Add(results[index].Point);
        }

        return [.. results.Where(design => taken.Contains(design.Point))];
    }

    private Candidate Predicted(long point)
    {
        double[] place = _space.Place(point), costs = new double[_scale.Length];
        _costs.At(place, costs);
        double violation = 0;
        _violation?.At(place, new Span<double>(ref violation));
        return new Candidate(point, costs, violation > ToleratedViolation ? violation : 0);
    }

    // How far a candidate is from being dominated, with one more that may dominate it.
    private static void Approach(List<Candidate> candidates, double[] costs)
    {
        foreach (var candidate in candidates)
        {
            double lead = double.NegativeInfinity;
            for (int index = 0; index < costs.Length; index++)
            {
                lead = Math.Max(lead, costs[index] - candidate.Costs[index]);
            }

            candidate.Lead = candidate.Lead is { } before ? Math.Min(before, lead) : lead;
        }
    }

    private double[] Transformed(double[] costs) => [.. costs.Select((cost, index) => _isLogarithm[index] ? PortableMath.Log(cost) : cost)];

    private double[] Scaled(double[] costs) => [.. costs.Select((cost, index) => (cost - _least[index]) * _scale[index])];

    private sealed record Candidate(long Point, double[] Costs, double Violation)
    {
        public double? Lead { get; set; }

        // Where nothing is feasible yet there is no lead.
        public double Worth => (Lead ?? 0) - Violation;
    }
}
