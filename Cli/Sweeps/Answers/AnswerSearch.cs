using NpuSim.Cli.Sweeps.Points;

namespace NpuSim.Cli.Sweeps.Answers;

/// <summary>Draws the answers from the points of a sweep.</summary>
internal static class AnswerSearch
{
    // Beyond these the exact volume may take hours.
    private const int ManyObjectives = 4;
    private const int ManyDesigns = 200;

    public static SweepAnswers Of(EvaluatedPoints points)
    {
        var feasible = points.Feasible;
        double[][] costs = [.. feasible.Select(points.Costs)];
        var front = points.Front(feasible);
        var sensitivities = Sensitivity.Of(points);
        var answers = new SweepAnswers
        {
            Points = points.All.Count,
            GridSize = points.Plan.Space.Size,
            Feasible = feasible.Count,
            Failed = points.All.Count(point => point.Status == PointStatus.Failed),
            Refusals = [.. Refusals(points)],
            Front = [.. front.Select(point => points.Show(point)!)],
            Volume = front.Length == 0 ? null : Volume(points, costs, front),
            Knee = points.Show(Knee(points, front)),
            Best = [.. points.Plan.Objectives.Select((_, objective) => points.Show(points.Best(front, objective)))],
            Constraints = [.. points.Plan.Constraints.Select(constraint => Constraint(points, constraint.Text))],
            Sensitivities = sensitivities,
            Next = [],
        };
        return answers with { Next = NextSteps.Of(points, answers) };
    }

    private static IEnumerable<(string Kind, int Points, string Message)> Refusals(EvaluatedPoints points) =>
        points.All.SelectMany(point => point.Reasons).Where(reason => reason.Kind != ReasonKind.Constraint)
            .GroupBy(reason => reason.Kind).OrderBy(group => group.Key).Select(group => (
                group.Key.ToString().ToLowerInvariant(), group.Count(),
                group.GroupBy(reason => reason.Text).OrderByDescending(same => same.Count()).ThenBy(same => same.Key, StringComparer.Ordinal).First().Key));

    private static FrontVolume? Volume(EvaluatedPoints points, double[][] costs, PointSummary[] front)
    {
        int objectives = points.Plan.Objectives.Count;
        if (objectives > ManyObjectives && front.Length > ManyDesigns)
        {
            return null;
        }

        double[] best = [.. Enumerable.Range(0, objectives).Select(index => costs.Min(row => row[index]))];
        double[] worst = [.. Enumerable.Range(0, objectives).Select(index => costs.Max(row => row[index]))];
        double[][] scaled = [.. front.Select(points.Costs).Select(row => row.Select((cost, index) => Scaled(cost, best[index], worst[index])).ToArray())];
        double[] Signed(double[] values) => [.. values.Select((value, index) => points.Plan.Objectives[index].Cost(value))];
        return new FrontVolume(Math.Round(Hypervolume.Of(scaled, [.. best.Select(_ => 1.0)]), 6), Signed(best), Signed(worst));
    }

    private static PointSummary? Knee(EvaluatedPoints points, PointSummary[] front)
    {
        double[][] costs = [.. front.Select(points.Costs)];
        double Sum(double[] row) => row.Select((cost, index) => Scaled(cost, costs.Min(other => other[index]), costs.Max(other => other[index]))).Sum();
        return front.Length == 0 ? null : front[Enumerable.Range(0, front.Length).MinBy(index => Sum(costs[index]))];
    }

    // Where all are equal an objective decides nothing.
    private static double Scaled(double cost, double best, double worst) => worst > best ? (cost - best) / (worst - best) : 0;

    private static ConstraintAnswer Constraint(EvaluatedPoints points, string text)
    {
        bool IsIt(PointReason reason) => reason.Kind == ReasonKind.Constraint && (reason.Text == text || reason.Text.StartsWith(text + ": ", StringComparison.Ordinal));
        var broken = points.All.Where(point => point.Reasons.Any(IsIt)).ToList();
        var alone = broken.Where(point => point.Reasons.All(IsIt)).ToList();
        var run = alone.Where(point => point.Objectives.Length > 0 && point.Objectives.All(double.IsFinite)).Concat(points.Feasible).ToList();
        var front = points.Front(run);
        return new ConstraintAnswer(
            text, broken.Count, alone.Count, alone.Count(point => point.Objectives.Length == 0),
            [.. points.Plan.Objectives.Select((_, objective) => points.Show(points.Best(front, objective)))]);
    }
}
