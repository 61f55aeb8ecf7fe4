using System.Globalization;
using NpuSim.Isa.Configuration;

namespace NpuSim.Cli.Sweeps.Spec;

/// <summary>Rules between a sweep's search, its budget and its parameters.</summary>
internal static class SearchRules
{
    /// <exception cref="UsageException">The first rule that is broken.</exception>
    public static void Check(SweepPlan plan)
    {
        var (search, budget, file) = (plan.Spec.Search, plan.Spec.Budget, plan.File);
        RefuseOthers(search, file);
        long size = plan.Space.Size;
        switch (search.Kind)
        {
            case SearchKind.Grid:
                Require(budget.Points is null || size <= budget.Points, $"{file}: budget.points: found {budget.Points}, expected {size} or more for the whole grid; "
                    + "random, latinHypercube and nsga2 do with fewer");
                break;
            case SearchKind.Random or SearchKind.LatinHypercube or SearchKind.Nsga2:
                Require(budget.Points is not null, $"{file}: budget.points: missing, expected the points of a {Name(search.Kind)} search");
                Require(budget.Points <= size, $"{file}: budget.points: found {budget.Points}, expected at most {size}, all combinations of the parameters");
                break;
            case SearchKind.Halving:
                Require(budget.Points is null, $"{file}: budget.points: found {budget.Points}, expected none: search.candidates and search.keep say how many");
                Require(search.Candidates <= size, $"{file}: search.candidates: found {search.Candidates}, expected at most {size}, all combinations of the parameters");
                HalvingRungs.Of(plan.Spec, file);
                break;
            default:
                throw new InvalidOperationException($"unknown search {search.Kind}");
        }

        Require(search.Population is 0 or >= 4 && search.Population % 2 == 0, FormattableString.Invariant($"{file}: search.population: found {search.Population}, expected 0 or an even number from 4"));
        Require(search.Population <= (budget.Points ?? int.MaxValue), FormattableString.Invariant($"{file}: search.population: found {search.Population}, expected at most budget.points, {budget.Points}"));
    }

    /// <summary>A search as the spec names it.</summary>
    public static string Name(SearchKind kind) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(kind.ToString());

    // What another search reads must not be given: it would do nothing.
    private static void RefuseOthers(SearchSpec search, string file)
    {
        var plain = new SearchSpec { Kind = search.Kind };
        var relevant = search.Kind switch
        {
            SearchKind.Grid or SearchKind.Random or SearchKind.LatinHypercube => plain,
            SearchKind.Nsga2 => plain with
            {
                Population = search.Population,
                Crossover = search.Crossover,
                Mutations = search.Mutations,
                Offspring = search.Offspring,
            },
            SearchKind.Halving => plain with { Rungs = search.Rungs, Keep = search.Keep, Candidates = search.Candidates },
        };
        Require(ConfigurationFile.ToJson(search) == ConfigurationFile.ToJson(relevant),
            $"{file}: search: found members that a {Name(search.Kind)} search does not read, expected only its own: "
            + (search.Kind switch
            {
                SearchKind.Nsga2 => "population, crossover, mutations, offspring",
                SearchKind.Halving => "rungs, keep, candidates",
                SearchKind.Grid or SearchKind.Random or SearchKind.LatinHypercube => "kind",
            }));
    }

    private static void Require(bool holds, FormattableString message) => Require(holds, message.ToString(CultureInfo.InvariantCulture));

    private static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new UsageException(message);
        }
    }
}
