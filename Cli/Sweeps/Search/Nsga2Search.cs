using NpuSim.Cli.Sweeps.Points;
using NpuSim.Cli.Sweeps.Spec;

namespace NpuSim.Cli.Sweeps.Search;

/// <summary>Evolution over the parameters of a sweep. A point that is no machine, or breaks a constraint that the machine alone decides, takes nothing of the
/// budget: it is left out before it is evaluated.</summary>
internal sealed class Nsga2Search(SweepPlan plan) : ISweepSearch
{
    private const int SmallestPopulation = 8;
    private const int LargestPopulation = 100;
    private const int Generations = 16;

    private readonly int _budget = plan.Spec.Budget.Points!.Value;

    public string? ShardRefusal => "a generation follows from the results of all designs before";

    public long ExpectedPoints => _budget;

    private EvolutionSettings Settings
    {
        get
        {
            var search = plan.Spec.Search;
            int population = search.Population > 0 ? search.Population
                : Math.Min(_budget, Math.Clamp(_budget / Generations, SmallestPopulation, LargestPopulation) / 2 * 2);
            return new EvolutionSettings(_budget, population, search.Crossover, search.Mutations, search.Offspring, plan.Spec.Seed);
        }
    }

    public IEnumerable<SearchRound> Rounds(Func<long, PointMode, PointSummary> resultOf)
    {
        var evolution = new Evolution(plan.Space.Designs, Settings, point => PointEvaluation.IsRefused(plan, point));
        foreach (var generation in evolution.Generations(point => resultOf(point, plan.Spec.Mode).Design(plan.Objectives)))
        {
            yield return new SearchRound(generation, generation.Count, plan.Spec.Mode);
        }
    }
}
