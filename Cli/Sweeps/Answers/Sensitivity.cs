using NpuSim.Cli.Sweeps.Points;
using NpuSim.Cli.Sweeps.Spec;
using NpuSim.Isa.Energy;

namespace NpuSim.Cli.Sweeps.Answers;

/// <summary>How much of each objective's variance each parameter explains, and each two of them beyond that.</summary>
/// <remarks>Every point that ran counts, also those that break a constraint. Where the whole grid ran, the variance is decomposed exactly: a main effect is the
/// variance of the means at a parameter's values, an interaction what the means at pairs of values add (analysis of variance of a full factorial). Elsewhere a
/// regression is fitted (<see cref="EffectRegression"/>).</remarks>
internal static class Sensitivity
{
    private const int Digits = 4;

    /// <summary>Of each objective that only a run tells; how the machine's own figures depend on its parameters is no question.</summary>
    public static IReadOnlyList<ObjectiveSensitivity> Of(EvaluatedPoints points) =>
        [.. Enumerable.Range(0, points.Plan.Objectives.Count)
            .Where(objective => !points.Plan.Names.AreOfMachine(points.Plan.Objectives[objective].Expression.Names)).Select(objective => Of(points, objective)).OfType<ObjectiveSensitivity>()];

    private static ObjectiveSensitivity? Of(EvaluatedPoints points, int objective)
    {
        var space = points.Plan.Space;
        PointSummary[] run = [.. points.All.Where(point => point.Objectives.Length > 0 && double.IsFinite(point.Objectives[objective]))];
        double[] values = [.. run.Select(point => point.Objectives[objective])];
        bool logarithmic = values.All(double.IsPositive) && values.All(value => value > 1e-300);
        double[] scaled = logarithmic ? [.. values.Select(PortableMath.Log)] : values;
        int[][] levels = [.. run.Select(point => space.Levels(point.Point))];
        double mean = values.Length == 0 ? 0 : scaled.Average(), total = scaled.Sum(value => (value - mean) * (value - mean));
        if (run.Length < Math.Max(3, EffectRegression.FewestPoints(space)) || total <= 1e-18 * Math.Max(1, mean * mean) * run.Length)
        {
            return null;
        }

        bool whole = run.Length == space.Size;
        var effects = whole ? Decompose(space, levels, scaled, mean, total / run.Length) : EffectRegression.Fit(space, levels, scaled);
        return new ObjectiveSensitivity(
            points.Plan.Objectives[objective].Figure, whole ? "variance" : "regression", logarithmic, Math.Round(Math.Min(1, effects.Explained), Digits),
            Ordered(effects.Shares), LevelMeans(space, levels, scaled, logarithmic));
    }

    private static (double Explained, List<EffectShare> Shares) Decompose(ParameterSpace space, int[][] levels, double[] values, double mean, double variance)
    {
        int axes = space.Axes.Count;
        double[] main = [.. Enumerable.Range(0, axes).Select(axis => Between([.. levels.Select(row => row[axis])], space.Axes[axis].Count, values, mean) / variance)];
        var shares = main.Select((share, axis) => new EffectShare(space.Axes[axis].Name, null, share)).ToList();
        for (int first = 0; first < axes; first++)
        {
            for (int second = first + 1; second < axes; second++)
            {
                int width = space.Axes[second].Count, f = first, s = second;
                double both = Between([.. levels.Select(row => (row[f] * width) + row[s])], space.Axes[first].Count * width, values, mean) / variance;
                shares.Add(new EffectShare(space.Axes[first].Name, space.Axes[second].Name, Math.Max(0, both - main[first] - main[second])));
            }
        }

        return (shares.Sum(share => share.Share), shares);
    }

    // Variance of group means, each weighted by its size.
    private static double Between(int[] groups, int count, double[] values, double mean)
    {
        double[] sums = new double[count];
        int[] sizes = new int[count];
        for (int index = 0; index < values.Length; index++)
        {
            sums[groups[index]] += values[index];
            sizes[groups[index]]++;
        }

        return sums.Zip(sizes).Where(group => group.Second > 0).Sum(group => group.Second * Math.Pow((group.First / group.Second) - mean, 2)) / values.Length;
    }

    private static List<EffectShare> Ordered(List<EffectShare> shares) =>
        [.. shares.Select(share => share with { Share = Math.Round(Math.Clamp(share.Share, 0, 1), Digits) })
            .OrderBy(share => share.With is not null).ThenByDescending(share => share.Share)];

    private static OrderedDictionary<string, IReadOnlyList<LevelMean>> LevelMeans(ParameterSpace space, int[][] levels, double[] values, bool logarithmic)
    {
        var means = new OrderedDictionary<string, IReadOnlyList<LevelMean>>();
        for (int axis = 0; axis < space.Axes.Count; axis++)
        {
            int at = axis;
            var byLevel = levels.Select((row, index) => (Level: row[at], Value: values[index])).ToLookup(pair => pair.Level, pair => pair.Value);
            means.Add(space.Axes[axis].Name, [.. Enumerable.Range(0, space.Axes[axis].Count).Select(level => new LevelMean(
                space.Axes[at].Show(level), byLevel[level].Count(), byLevel[level].Any() ? Mean(byLevel[level].Average(), logarithmic) : null))]);
        }

        return means;
    }

    // Eight digits: what a sum in another order would change is not shown.
    private static double Mean(double mean, bool logarithmic)
    {
        double value = logarithmic ? PortableMath.Exp(mean) : mean;
        return double.Parse(value.ToString("G8", System.Globalization.CultureInfo.InvariantCulture), System.Globalization.CultureInfo.InvariantCulture);
    }
}
