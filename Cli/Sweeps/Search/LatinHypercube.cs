using NpuSim.Workloads.Compress;

namespace NpuSim.Cli.Sweeps.Search;

/// <summary>Combinations that cover each parameter evenly.</summary>
internal static class LatinHypercube
{
    /// <summary>Different points, of which each level of a parameter with L levels has count/L, rounded down or up; the same for the same seed.</summary>
    /// <remarks>Each parameter is cut into as many strata as there are points, and strata are paired by random permutations (McKay, Beckman and Conover,
    /// Technometrics 1979). With few levels a combination may come twice; the second is replaced by one that was not drawn, at random.</remarks>
    public static IReadOnlyList<long> Draw(DesignSpace space, int count, int seed)
    {
        var random = new SplitMix64((ulong)seed);
        int[][] strata = [.. space.Axes.Select(_ => Permutation(count, ref random))];
        var points = new List<long>();
        var drawn = new HashSet<long>();
        int[] levels = new int[space.Axes.Count];
        for (int index = 0; index < count; index++)
        {
            for (int axis = 0; axis < levels.Length; axis++)
            {
                levels[axis] = (int)((long)strata[axis][index] * space.Axes[axis].Levels / count);
            }

            if (drawn.Add(space.Point(levels)))
            {
                points.Add(space.Point(levels));
            }
        }

        while (points.Count < count)
        {
            points.Add(Undrawn(space.Size, drawn, ref random));
        }

        return points;
    }

    /// <summary>A point that was not drawn, at random: from a random place on, the next one.</summary>
    public static long Undrawn(long size, HashSet<long> drawn, ref SplitMix64 random)
    {
        long point = RandomPoints.Below(ref random, size);
        while (!drawn.Add(point))
        {
            point = (point + 1) % size;
        }

        return point;
    }

    private static int[] Permutation(int count, ref SplitMix64 random)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        for (int index = count - 1; index > 0; index--)
        {
            int other = random.NextBelow(index + 1);
            (order[index], order[other]) = (order[other], order[index]);
        }

        return order;
    }
}
