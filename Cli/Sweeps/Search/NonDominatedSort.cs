namespace NpuSim.Cli.Sweeps.Search;

/// <summary>Sorts designs into fronts: nobody in a front is dominated by one of the same or a later front.</summary>
/// <remarks>Costs are minimised. One design dominates another where it is nowhere worse and somewhere better. The sequential variant of efficient
/// non-dominated sort (Zhang, Tian, Cheng and Jin, IEEE Trans. Evolutionary Computation 2015): in lexicographic order a later design cannot dominate an earlier one.</remarks>
public static class NonDominatedSort
{
    /// <summary>Fronts, best first, each of indices into the costs in lexicographic order of these.</summary>
    /// <param name="costs">One row for each design, all of one length, finite.</param>
    public static IReadOnlyList<IReadOnlyList<int>> Fronts(IReadOnlyList<double[]> costs)
    {
        var fronts = new List<List<int>>();
        foreach (int design in Lexicographic(costs))
        {
            int front = 0;
            while (front < fronts.Count && IsDominated(costs, fronts[front], costs[design]))
            {
                front++;
            }

            if (front == fronts.Count)
            {
                fronts.Add([]);
            }

            fronts[front].Add(design);
        }

        return fronts;
    }

    /// <summary>The first front alone.</summary>
    public static IReadOnlyList<int> Front(IReadOnlyList<double[]> costs)
    {
        var front = new List<int>();
        foreach (int design in Lexicographic(costs))
        {
            if (!IsDominated(costs, front, costs[design]))
            {
                front.Add(design);
            }
        }

        return front;
    }

    /// <summary>Whether a is nowhere worse than b and somewhere better.</summary>
    public static bool Dominates(double[] a, double[] b)
    {
        bool better = false;
        for (int index = 0; index < a.Length; index++)
        {
            if (a[index] > b[index])
            {
                return false;
            }

            better |= a[index] < b[index];
        }

        return better;
    }

    /// <summary>Crowding distances of a front's designs (Deb et al. 2002): half the perimeter of the box between neighbours, infinite at the ends.</summary>
    public static IReadOnlyDictionary<int, double> Crowding(IReadOnlyList<double[]> costs, IReadOnlyList<int> front)
    {
        var distances = front.ToDictionary(design => design, _ => 0.0);
        for (int objective = 0; objective < costs[front[0]].Length; objective++)
        {
            int at = objective;
            int[] order = [.. front.OrderBy(design => costs[design][at]).ThenBy(design => design)];
            double span = costs[order[^1]][at] - costs[order[0]][at];
            distances[order[0]] = distances[order[^1]] = double.PositiveInfinity;
            for (int place = 1; place < order.Length - 1 && span > 0; place++)
            {
                distances[order[place]] += (costs[order[place + 1]][at] - costs[order[place - 1]][at]) / span;
            }
        }

        return distances;
    }

    // From the back: a neighbour in the order is the likeliest to dominate.
    private static bool IsDominated(IReadOnlyList<double[]> costs, List<int> front, double[] design)
    {
        for (int index = front.Count - 1; index >= 0; index--)
        {
            if (Dominates(costs[front[index]], design))
            {
                return true;
            }
        }

        return false;
    }

    private static int[] Lexicographic(IReadOnlyList<double[]> costs)
    {
        int[] order = [.. Enumerable.Range(0, costs.Count)];
        Array.Sort(order, (a, b) =>
        {
            for (int index = 0; index < costs[a].Length; index++)
            {
                int compared = costs[a][index].CompareTo(costs[b][index]);
                if (compared != 0)
                {
                    return compared;
                }
            }

            return a.CompareTo(b);
        });
        return order;
    }
}
