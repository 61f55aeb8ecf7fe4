using System.Globalization;
using FsCheck.Xunit;
using NpuSim.Cli.Sweeps.Answers;
using NpuSim.Cli.Sweeps.Search;
using NpuSim.Workloads.Compress;
using Xunit;

namespace NpuSim.Tests.Cli.Sweeps;

/// <summary>The evolutionary search by itself, on problems whose whole grid is known.</summary>
public sealed class EvolutionTests
{
    /// <summary>The shipped example, replayed: what is asked of the search is that any seed will do.</summary>
    [Fact]
    public void A_tenth_of_the_shipped_grid_finds_the_front_whatever_the_seed()
    {
        var problem = Recorded();
        Assert.All(Enumerable.Range(1, 50), seed => Assert.InRange(Share(problem, Settings(problem, seed)), 0.97, 1));
    }

    [Fact]
    public void So_it_does_where_parameters_have_no_order_and_constraints_bind()
    {
        var problem = Synthetic();
        Assert.All(Enumerable.Range(1, 15), seed => Assert.InRange(Share(problem, Settings(problem, seed)), 0.97, 1));
    }

    [Fact]
    public void Screening_children_finds_more_with_as_many_evaluations()
    {
        var problem = Synthetic();
        int[] seeds = [.. Enumerable.Range(1, 10)];
        double plain = seeds.Average(seed => Share(problem, Settings(problem, seed) with { Offspring = 1 }));
        Assert.InRange(plain, 0.9, seeds.Average(seed => Share(problem, Settings(problem, seed))) - 0.01);
    }

    [Property(MaxTest = 40)]
    public void Each_design_is_evaluated_once_and_none_that_is_refused_while_there_are_others(int seed, byte budget, byte population, byte refused)
    {
        var space = new DesignSpace([new DesignAxis(4, true), new DesignAxis(1, true), new DesignAxis(3, false), new DesignAxis(5, true)]);
        bool IsRefused(long point) => new SplitMix64((ulong)point ^ (ulong)(uint)seed).NextBelow(256) < refused;
        EvaluatedDesign Result(long point) => new(point, [point % 7, point % 11], point % 5 == 4 ? 0.1 : 0);
        int points = 1 + (budget % 60), open = Enumerable.Range(0, 60).Count(point => !IsRefused(point));
        var settings = new EvolutionSettings(points, Math.Min(points, 4 + (population % 20)), 0.9, 1, 10, seed & int.MaxValue);
        long[] all = [.. new Evolution(space, settings, IsRefused).Generations(Result).SelectMany(generation => generation)];
        Assert.Equal(points, all.Distinct().Count());
        Assert.Equal(points, all.Length);
        Assert.All(all, point => Assert.InRange(point, 0, 59));
        Assert.Equal(Math.Max(0, points - open), all.Count(IsRefused));
    }

    [Fact]
    public void Where_nothing_is_feasible_it_goes_towards_what_is()
    {
        // One design in 400 is; the violation says in which direction.
        var space = new DesignSpace([new DesignAxis(20, true), new DesignAxis(20, true)]);
        EvaluatedDesign Result(long point)
        {
            int[] levels = space.Levels(point);
            double far = Math.Abs(levels[0] - 16) + Math.Abs(levels[1] - 3);
            return new EvaluatedDesign(point, [levels[0]], far / 20);
        }

        Assert.All(Enumerable.Range(1, 10), seed => Assert.Contains(
            space.Point([16, 3]), new Evolution(space, new EvolutionSettings(40, 8, 0.9, 1, 10, seed), _ => false).Generations(Result).SelectMany(generation => generation)));
    }

    [Fact]
    public void A_response_surface_passes_through_what_it_was_given_and_is_exact_for_planes()
    {
        var random = new SplitMix64(5);
        double[][] places = [.. Enumerable.Range(0, 40).Select(_ => new double[] { random.NextUnit(), random.NextUnit(), random.NextUnit() })];
        double[] Values(double[] place) => [place[0] * place[1], 3 - (2 * place[0]) + place[2]];
        var surface = new ResponseSurface([.. places.Take(30)], [.. places.Take(30).Select(Values)]);
        double[] found = new double[2];
        foreach (double[] place in places)
        {
            surface.At(place, found);
            Assert.Equal(Values(place)[1], found[1], 3);
            Assert.Equal(Values(place)[0], found[0], tolerance: 0.05);
        }

        surface.At(places[7], found);
        Assert.Equal(Values(places[7])[0], found[0], 9);
    }

    // As a sweep has them.
    private static EvolutionSettings Settings(GridProblem problem, int seed) => new((int)problem.Space.Size / 10, 12, 0.9, 1, 10, seed);

    private static double Share(GridProblem problem, EvolutionSettings settings) =>
        problem.Share(new Evolution(problem.Space, settings, problem.IsRefused).Generations(problem.Result).SelectMany(generation => generation));

    private static GridProblem Recorded()
    {
        var space = new DesignSpace([.. new[] { 3, 3, 4, 3, 5, 4 }.Select(levels => new DesignAxis(levels, true))]);
        var rows = File.ReadLines(RepositoryFolder.File("Tests", "Cli", "Sweeps", "Recorded", "mobilenet-v2-edge.csv")).Where(line => char.IsDigit(line[0]))
            .Select(line => line.Split(',').Select(field => double.Parse(field, CultureInfo.InvariantCulture)).ToArray());
        return new GridProblem(space, rows.Select(row => new EvaluatedDesign((long)row[0], row[1..4], row[4])));
    }

    // Three costs against each other, two parameters without an order, and two constraints of which one leaves no costs.
    private static GridProblem Synthetic()
    {
        var space = new DesignSpace([new(6, true), new(6, true), new(4, false), new(5, true), new(3, false)]);
        double[] first = [0.3, 0, 0.6, 0.1], second = [0.2, 0, 0.5];
        return new GridProblem(space, Enumerable.Range(0, (int)space.Size).Select(point =>
        {
            int[] levels = space.Levels(point);
            double a = levels[0] / 5.0, b = levels[1] / 5.0, c = levels[3] / 4.0, u = first[levels[2]], w = second[levels[4]];
            double[] costs =
            [
                (1 / (0.2 + (a * b))) + (2 * u) + ((1 - c) / 2),
                0.5 + a + (0.7 * b) + (0.6 * c) + (w * (1 - a)) + (levels[2] == 3 ? 0.3 : 0),
                (3 * (a - b) * (a - b)) + (c * c) + (u / 2) + (0.4 * Math.Abs(w - a)),
            ];
            return levels[2] == 2 && levels[0] < 2 ? new EvaluatedDesign(point, null, double.PositiveInfinity)
                : new EvaluatedDesign(point, costs, Math.Max(0, a + b + c - 2.3));
        }));
    }
}
