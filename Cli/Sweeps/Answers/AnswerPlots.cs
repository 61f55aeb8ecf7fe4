using NpuSim.Cli.Plots;

namespace NpuSim.Cli.Sweeps.Answers;

/// <summary>Pictures of a sweep: for each two of its first three objectives the feasible points and those that none beats in both.</summary>
internal static class AnswerPlots
{
    private const int MostObjectives = 3;

    /// <summary>File names and contents; none where there are less than two objectives, or no point that logarithmic axes can show.</summary>
    public static IEnumerable<(string File, string Svg)> Of(EvaluatedPoints points)
    {
        var objectives = points.Plan.Objectives;
        for (int x = 0; x < Math.Min(MostObjectives, objectives.Count); x++)
        {
            for (int y = x + 1; y < Math.Min(MostObjectives, objectives.Count); y++)
            {
                var candidates = points.Feasible.Select(point => new ParetoPoint(
                    FormattableString.Invariant($"point {point.Point}"),
                    string.Join(' ', points.Plan.Space.Overrides(point.Point).Select(Short)), point.Objectives[x], point.Objectives[y]));
                var plot = new ParetoPlot(
                    $"{objectives[y].Figure} against {objectives[x].Figure}", new ParetoAxis(objectives[x].Figure, objectives[x].Maximise),
                    new ParetoAxis(objectives[y].Figure, objectives[y].Maximise), [.. candidates]);
                if (plot.ToSvg() is { } svg)
                {
                    yield return (FormattableString.Invariant($"pareto-{x + 1}-{y + 1}.svg"), svg);
                }
            }
        }
    }

    // core.array.rows=32 as rows=32.
    private static string Short(string setting)
    {
        string[] parts = setting.Split('=', 2);
        return parts.Length == 2 ? $"{parts[0][(parts[0].LastIndexOf('.') + 1)..]}={parts[1]}" : setting;
    }
}
