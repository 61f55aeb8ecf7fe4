using NpuSim.Cli.Sweeps.Search;

namespace NpuSim.Cli.Sweeps.Answers;

/// <summary>The volume that designs dominate, up to a reference point: the measure of a front as a whole.</summary>
/// <remarks>Exact for any number of objectives, by the exclusive volumes of one design after the other (While, Bradstreet and Barone, "A fast way of
/// calculating exact hypervolumes", IEEE Trans. Evolutionary Computation 2012).</remarks>
public static class Hypervolume
{
    /// <summary>The volume.</summary>
    /// <param name="costs">One row for each design; less is better. Designs that are not better than the reference everywhere count nothing.</param>
    /// <param name="reference">The corner that is worst in every objective.</param>
    public static double Of(IReadOnlyList<double[]> costs, double[] reference)
    {
        double[][] inside = [.. costs.Where(row => row.Zip(reference).All(pair => pair.First < pair.Second))];
        return Volume([.. NonDominatedSort.Front(inside).Select(design => inside[design])], reference);
    }

    // The front is sorted by its first objective: of two objectives it is a staircase.
    private static double Volume(double[][] front, double[] reference)
    {
        if (front.Length == 0)
        {
            return 0;
        }

        if (reference.Length == 1)
        {
            return reference[0] - front.Min(row => row[0]);
        }

        double volume = 0;
        if (reference.Length == 2)
        {
            double last = reference[1];
            foreach (double[] row in front.Where(row => row[1] < reference[1]))
            {
                volume += (reference[0] - row[0]) * Math.Max(0, last - row[1]);
                last = Math.Min(last, row[1]);
            }

            return volume;
        }

        for (int design = 0; design < front.Length; design++)
        {
            volume += Box(front[design], reference) - Shared(front, design, reference);
        }

        return volume;
    }

    private static double Box(double[] row, double[] reference) => row.Zip(reference).Aggregate(1.0, (volume, pair) => volume * (pair.Second - pair.First));

    // What the designs behind dominate of this one's box.
    private static double Shared(double[][] front, int design, double[] reference)
    {
        double[][] limited = [.. front.Skip(design + 1).Select(other => other.Zip(front[design], Math.Max).ToArray())];
        return Volume([.. NonDominatedSort.Front(limited).Select(index => limited[index])], reference);
    }
}
