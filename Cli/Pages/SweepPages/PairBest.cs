using NpuSim.Cli.Sweeps.Answers;

namespace NpuSim.Cli.Pages.SweepPages;

/// <summary>The best feasible value of an objective at every pair of levels of two parameters.</summary>
/// <param name="First">Axis.</param>
/// <param name="Second">A later axis.</param>
/// <param name="Objective">Objective.</param>
/// <param name="Best">[level of first × level of second], row-major; null where no feasible point is.</param>
internal sealed record PairBest(int First, int Second, int Objective, IReadOnlyList<double?> Best)
{
    private const int MostCells = 40_000;

    /// <summary>Every two axes and objective, in order, up to so many cells as a page can hold.</summary>
    public static IReadOnlyList<PairBest> Of(EvaluatedPoints points)
    {
        var (axes, objectives) = (points.Plan.Space.Axes, points.Plan.Objectives);
        var levels = points.Feasible.Select(point => points.Plan.Space.Levels(point.Point)).ToList();
        var pairs = new List<PairBest>();
        int cells = 0;
        for (int first = 0; first < axes.Count; first++)
        {
            for (int second = first + 1; second < axes.Count; second++)
            {
                cells += axes[first].Count * axes[second].Count * objectives.Count;
                if (cells <= MostCells)
                {
                    pairs.AddRange(Enumerable.Range(0, objectives.Count).Select(objective => Of(points, levels, first, second, objective)));
                }
            }
        }

        return pairs;
    }

    private static PairBest Of(EvaluatedPoints points, List<int[]> levels, int first, int second, int objective)
    {
        var axes = points.Plan.Space.Axes;
        var best = new double?[axes[first].Count * axes[second].Count];
        for (int index = 0; index < levels.Count; index++)
        {
            double value = points.Feasible[index].Objectives[objective];
            ref double? cell = ref best[(levels[index][first] * axes[second].Count) + levels[index][second]];
            cell = cell is { } old && !points.Plan.Objectives[objective].IsBetter(value, old) ? old : value;
        }

        return new PairBest(first, second, objective, best);
    }
}
