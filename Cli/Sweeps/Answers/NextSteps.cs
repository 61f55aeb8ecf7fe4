using NpuSim.Cli.Reports;
using NpuSim.Cli.Sweeps.Points;
using NpuSim.Cli.Sweeps.Spec;

namespace NpuSim.Cli.Sweeps.Answers;

/// <summary>What to try next, from what the points show.</summary>
internal static class NextSteps
{
    private const double Matters = 0.02;
    private const double Idle = 0.005;
    private const double Gain = 0.01;
    private const double Dense = 0.5;

    public static IReadOnlyList<NextStep> Of(EvaluatedPoints points, SweepAnswers answers) =>
    [
        .. Repairs(points),
        .. Extensions(points, answers),
        .. Relaxations(points, answers),
        .. Refinements(points, answers),
        .. Idles(points, answers),
        .. Samples(points, answers),
    ];

    // No point is feasible: what comes nearest.
    private static IEnumerable<NextStep> Repairs(EvaluatedPoints points)
    {
        var nearest = points.All.Where(point => double.IsFinite(point.Violation)).MinBy(point => point.Violation);
        if (points.Feasible.Count == 0 && nearest is not null)
        {
            string reasons = string.Join("; ", nearest.Reasons.Select(reason => $"{reason.Text}{(reason.Found is { } found ? $" (found {Figures.Three(found)})" : "")}"));
            yield return new NextStep("repair", reasons, FormattableString.Invariant($"no point holds every constraint; point {nearest.Point} comes nearest and breaks {reasons}"));
        }
    }

    // The best value of a parameter that matters is the last one that was tried.
    private static IEnumerable<NextStep> Extensions(EvaluatedPoints points, SweepAnswers answers)
    {
        for (int objective = 0; objective < answers.Best.Count; objective++)
        {
            string figure = points.Plan.Objectives[objective].Figure;
            var shares = answers.Sensitivities.FirstOrDefault(sensitivity => sensitivity.Objective == figure);
            if (answers.Best[objective] is not { } best || shares is null)
            {
                continue;
            }

            int[] levels = points.Plan.Space.Levels(best.Point);
            for (int axis = 0; axis < levels.Length; axis++)
            {
                var parameter = points.Plan.Space.Axes[axis];
                bool matters = shares.Effects.Any(effect => effect.With is null && effect.Parameter == parameter.Name && effect.Share >= Matters);
                if (parameter.IsOrdered && matters && Edge(parameter, levels[axis]) is { } edge
                    && Improves(shares.Levels[parameter.Name], levels[axis], points.Plan.Objectives[objective]))
                {
                    yield return new NextStep("extend", parameter.Name, $"the best {figure} is at the {edge} {parameter.Name} that was tried, {parameter.Show(levels[axis])}: try beyond it");
                }
            }
        }
    }

    // On the mean of all points the figure becomes better towards the edge; else another constraint has pushed the best point there.
    private static bool Improves(IReadOnlyList<LevelMean> means, int edge, Objective objective) =>
        means[edge].Mean is { } last && means[edge == 0 ? 1 : edge - 1].Mean is { } before && objective.IsBetter(last, before);

    private static string? Edge(Axis axis, int level)
    {
        bool rises = axis.Number(axis.Count - 1, 0) > axis.Number(0, 0);
        return axis.Count == 1 ? null : level == axis.Count - 1 ? (rises ? "largest" : "smallest") : level == 0 ? (rises ? "smallest" : "largest") : null;
    }

    // A constraint that keeps a better point out.
    private static IEnumerable<NextStep> Relaxations(EvaluatedPoints points, SweepAnswers answers)
    {
        foreach (var constraint in answers.Constraints)
        {
            for (int objective = 0; objective < answers.Best.Count; objective++)
            {
                var spec = points.Plan.Objectives[objective];
                if (answers.Best[objective] is { } best && constraint.WithoutIt[objective] is { } other
                    && spec.Cost(best.Objectives[objective]) - spec.Cost(other.Objectives[objective]) is var gain && gain > Gain * Math.Abs(best.Objectives[objective]))
                {
                    yield return new NextStep("relax", constraint.Text, FormattableString.Invariant(
                        $"{constraint.Text} binds: without it the best {spec.Figure} would be {Figures.Three(other.Objectives[objective])} (point {other.Point}) instead of {Figures.Three(best.Objectives[objective])}"));
                }
            }

            if (constraint.NotRun > 0 && constraint.BrokenAlone == constraint.NotRun)
            {
                yield return new NextStep("relax", constraint.Text, FormattableString.Invariant(
                    $"{constraint.Text} alone kept {constraint.NotRun} points from being run; what they would reach is not known"));
            }
        }
    }

    // Around the knee there are values between those that were tried.
    private static IEnumerable<NextStep> Refinements(EvaluatedPoints points, SweepAnswers answers)
    {
        if (answers.Knee is null)
        {
            yield break;
        }

        int[] levels = points.Plan.Space.Levels(answers.Knee.Point);
        for (int axis = 0; axis < levels.Length; axis++)
        {
            var parameter = points.Plan.Space.Axes[axis];
            bool matters = answers.Sensitivities.Any(sensitivity => sensitivity.Effects.Any(
                effect => effect.With is null && effect.Parameter == parameter.Name && effect.Share >= 10 * Matters));
            int before = Math.Max(0, levels[axis] - 1), after = Math.Min(parameter.Count - 1, levels[axis] + 1);
            if (parameter.IsOrdered && matters && after - before == 2
                && Math.Abs(parameter.Number(after, 0)!.Value - parameter.Number(before, 0)!.Value) > Dense * Math.Abs(parameter.Number(levels[axis], 0)!.Value))
            {
                yield return new NextStep("refine", parameter.Name, FormattableString.Invariant(
                    $"around the knee (point {answers.Knee.Point}) {parameter.Name} is {parameter.Show(levels[axis])}: try values between {parameter.Show(before)} and {parameter.Show(after)}"));
            }
        }
    }

    private static IEnumerable<NextStep> Idles(EvaluatedPoints points, SweepAnswers answers)
    {
        foreach (var axis in points.Plan.Space.Axes.Where(axis => axis.Count > 1 && answers.Sensitivities.Count > 0))
        {
            bool idle = answers.Sensitivities.All(sensitivity => sensitivity.Effects
                .Where(effect => effect.Parameter == axis.Name || effect.With == axis.Name).Sum(effect => effect.Share) < Idle);
            if (idle)
            {
                yield return new NextStep("fix", axis.Name, $"{axis.Name} changes no objective by more than half a per cent of its variance: keep it at its cheapest value");
            }
        }
    }

    private static IEnumerable<NextStep> Samples(EvaluatedPoints points, SweepAnswers answers)
    {
        if (answers.Points < answers.GridSize && points.Plan.Spec.Search.Kind is SearchKind.Random or SearchKind.LatinHypercube)
        {
            yield return new NextStep("sample", "budget.points", FormattableString.Invariant(
                $"{answers.Points} of {answers.GridSize} combinations were evaluated: an nsga2 search looks for the front where a sample only spreads"));
        }
    }
}
