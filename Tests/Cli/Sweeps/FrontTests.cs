using FsCheck.Xunit;
using NpuSim.Cli.Sweeps.Answers;
using NpuSim.Cli.Sweeps.Search;
using NpuSim.Workloads.Compress;
using Xunit;

namespace NpuSim.Tests.Cli.Sweeps;

public sealed class FrontTests
{
    [Fact]
    public void Fronts_are_peeled_one_by_one()
    {
        double[][] costs = [[1, 4], [2, 2], [4, 1], [3, 3], [2, 5], [5, 5], [2, 2]];
        Assert.Equal([[0, 1, 6, 2], [4, 3], [5]], NonDominatedSort.Fronts(costs).Select(front => front.ToArray()));
    }

    [Property(MaxTest = 60)]
    public void A_front_holds_exactly_those_that_nobody_dominates(int seed, byte count, byte objectives)
    {
        double[][] costs = Random(seed, count % 40, 1 + (objectives % 4));
        var naive = Enumerable.Range(0, costs.Length).Where(a => !Enumerable.Range(0, costs.Length).Any(b => NonDominatedSort.Dominates(costs[b], costs[a])));
        Assert.Equal(naive, NonDominatedSort.Front(costs).Order());
        Assert.Equal(naive, NonDominatedSort.Fronts(costs).Take(1).SelectMany(front => front).Order());
    }

    [Property(MaxTest = 40)]
    public void The_hypervolume_is_the_number_of_dominated_cells_of_a_grid(int seed, byte count, byte objectives)
    {
        const int Cells = 6;
        int dimensions = 1 + (objectives % 4);
        double[][] costs = Random(seed, count % 12, dimensions, Cells + 1);
        int cells = Enumerable.Range(0, (int)Math.Pow(Cells, dimensions)).Count(cell =>
        {
            double[] corner = [.. Enumerable.Range(0, dimensions).Select(axis => (double)(cell / (int)Math.Pow(Cells, axis) % Cells))];
            return costs.Any(row => row.Zip(corner).All(pair => pair.First <= pair.Second));
        });
        Assert.Equal(cells, Hypervolume.Of(costs, [.. Enumerable.Repeat((double)Cells, dimensions)]), 9);
    }

    [Fact]
    public void Crowding_is_infinite_at_the_ends_and_larger_where_neighbours_are_far()
    {
        double[][] costs = [[0, 10], [1, 9], [2, 8], [9, 1], [10, 0]];
        var distances = NonDominatedSort.Crowding(costs, [0, 1, 2, 3, 4]);
        Assert.Equal(double.PositiveInfinity, distances[0]);
        Assert.Equal(double.PositiveInfinity, distances[4]);
        Assert.True(distances[2] > distances[1]);
    }

    private static double[][] Random(int seed, int count, int objectives, int range = 8)
    {
        var random = new SplitMix64((ulong)seed);
        double[][] costs = new double[count][];
        for (int index = 0; index < count; index++)
        {
            costs[index] = new double[objectives];
            for (int objective = 0; objective < objectives; objective++)
            {
                costs[index][objective] = random.NextBelow(range);
            }
        }

        return costs;
    }
}
