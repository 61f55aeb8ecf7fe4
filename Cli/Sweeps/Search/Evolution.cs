namespace NpuSim.Cli.Sweeps.Search;

/// <summary>How a front is looked for.</summary>
/// <param name="Budget">Designs that are evaluated, at most all there are.</param>
/// <param name="Population">Designs of a generation, and parents of the next where the front has no more.</param>
/// <param name="Crossover">Probability that two parents are mixed.</param>
/// <param name="Mutations">Mean number of parameters that mutate in a child.</param>
/// <param name="Offspring">Children bred for each that is evaluated; 1: all of them are.</param>
/// <param name="Seed">The same seed, the same designs.</param>
public sealed record EvolutionSettings(int Budget, int Population, double Crossover, double Mutations, int Offspring, int Seed);

/// <summary>NSGA-II (Deb, Pratap, Agarwal and Meyarivan, IEEE Trans. Evolutionary Computation 2002) over the levels of parameters, with constraint
/// domination. Nothing is evaluated twice, and nothing is forgotten: parents are the front of all designs so far, filled up with the next best. A
/// <see cref="OffspringScreen"/> chooses most of a generation from many children.</summary>
/// <param name="space">The parameters.</param>
/// <param name="settings">How.</param>
/// <param name="isRefused">Whether a design is known to be infeasible without an evaluation.</param>
public sealed class Evolution(DesignSpace space, EvolutionSettings settings, Func<long, bool> isRefused)
{
    // Of a generation, the part that is evaluated as it was bred: surfaces are wrong somewhere, and only what they do not believe in can tell where.
    private const int UnscreenedOneIn = 4;

    /// <summary>Generation after generation of designs, each design once; the next follows from the results of those before.</summary>
    /// <param name="resultOf">The result of a design of an earlier generation.</param>
    public IEnumerable<IReadOnlyList<long>> Generations(Func<long, EvaluatedDesign> resultOf)
    {
        var breeding = new Breeding(space, settings, isRefused);
        var results = new List<EvaluatedDesign>();
        var generation = breeding.First(Math.Min(settings.Population, settings.Budget));
        while (generation.Count > 0)
        {
            yield return generation;
            results.AddRange(generation.Select(resultOf));
            generation = Next(breeding, results, Math.Min(settings.Population, settings.Budget - results.Count));
        }
    }

    private List<long> Next(Breeding breeding, List<EvaluatedDesign> results, int count)
    {
        if (count == 0)
        {
            return [];
        }

        var ranked = RankedDesigns.Of(results);
        RankedDesign[] parents = [.. ranked.TakeWhile((design, index) => index < settings.Population || design.Rank == 0)];
        var generation = new List<long>();
        if (settings.Offspring > 1 && OffspringScreen.Of(space, results, ranked) is { } screen)
        {
            generation = screen.Best(breeding.Candidates(parents, count * settings.Offspring), count - (count / UnscreenedOneIn));
            generation.ForEach(breeding.Take);
        }

        breeding.Fill(generation, parents, count);
        return generation;
    }
}
