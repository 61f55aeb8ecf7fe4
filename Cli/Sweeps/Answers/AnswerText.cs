using System.Globalization;
using NpuSim.Cli.Reports;
using NpuSim.Cli.Sweeps.Points;
using NpuSim.Cli.Sweeps.Spec;

namespace NpuSim.Cli.Sweeps.Answers;

/// <summary>Prints the answers of a sweep.</summary>
internal static class AnswerText
{
    private const int MostRows = 20;
    private const int MostEffects = 8;
    private const double Shown = 0.005;

    public static void Print(Session session, SweepPlan plan, SweepAnswers answers)
    {
        var output = session.Output;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{plan.Spec.Name}: {answers.Points} of {answers.GridSize} combinations, {answers.Feasible} hold every constraint, {answers.Front.Count} on the front{Volume(answers)}"));
        foreach (var (kind, points, message) in answers.Refusals)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{points} refused ({kind}), most of them: {message}"));
        }

        PrintFront(session, plan, answers);
        PrintConstraints(session, plan, answers);
        PrintEffects(session, answers);
        if (answers.Next.Count > 0)
        {
            output.WriteLine("\nwhat to try next");
            foreach (var step in answers.Next)
            {
                output.WriteLine($"- {step.Text}");
            }
        }
    }

    /// <summary>A figure in the unit of its path, where an objective is one figure.</summary>
    public static string Show(Objective objective, double value)
    {
        string unit = Metrics.Find(objective.Figure) is >= 0 and var metric ? Metrics.All[metric].Unit : "";
        return unit == "" ? Figures.Three(value) : $"{Figures.Three(value)} {unit}";
    }

    private static string Volume(SweepAnswers answers) =>
        answers.Volume is { } volume ? $"; hypervolume {Figures.Three(volume.Share)} of the feasible box" : "";

    private static void PrintFront(Session session, SweepPlan plan, SweepAnswers answers)
    {
        if (answers.Front.Count == 0)
        {
            return;
        }

        session.Output.WriteLine(answers.Front.Count > MostRows ? $"\nthe front, {MostRows} of its points" : "\nthe front");
        var axes = plan.Space.Axes;
        var columns = new List<TableColumnSpec> { new("point", Numbers: true), new("") };
        columns.AddRange(axes.Select(axis => new TableColumnSpec(axis.Name, Numbers: true)));
        int[] shown = [.. Enumerable.Range(0, plan.Objectives.Count).Where(objective => axes.All(axis => axis.Name != plan.Objectives[objective].Figure))];
        columns.AddRange(shown.Select(objective => new TableColumnSpec(plan.Objectives[objective].Figure, Numbers: true)));
        Tables.Print(session, columns, [.. Spread(answers).Select(point => (IReadOnlyList<string>)
        [
            point.Point.ToString(CultureInfo.InvariantCulture), Mark(answers, point),
            .. plan.Space.Levels(point.Point).Select((level, axis) => axes[axis].Show(level)),
            .. shown.Select(objective => Show(plan.Objectives[objective], point.Objectives[objective])),
        ])]);
    }

    // Its ends and its knee are always among those that are shown.
    private static List<AnswerPoint> Spread(SweepAnswers answers)
    {
        int count = answers.Front.Count;
        var kept = Enumerable.Range(0, Math.Min(count, MostRows))
            .Select(row => count <= MostRows ? row : (int)((long)row * (count - 1) / (MostRows - 1))).ToHashSet();
        return [.. answers.Front.Where((point, index) => kept.Contains(index) || Mark(answers, point).Length > 0)];
    }

    private static string Mark(SweepAnswers answers, AnswerPoint point)
    {
        string best = answers.Best.Any(other => other?.Point == point.Point) ? "best" : "";
        return answers.Knee?.Point == point.Point ? (best.Length > 0 ? "best, knee" : "knee") : best;
    }

    private static void PrintConstraints(Session session, SweepPlan plan, SweepAnswers answers)
    {
        if (answers.Constraints.Count == 0)
        {
            return;
        }

        session.Output.WriteLine();
        var columns = new List<TableColumnSpec> { new("constraint"), new("broken", Numbers: true), new("alone", Numbers: true) };
        columns.AddRange(plan.Objectives.Select(objective => new TableColumnSpec($"best {objective.Figure} without it", Numbers: true)));
        Tables.Print(session, columns, [.. answers.Constraints.Select(constraint => (IReadOnlyList<string>)
        [
            constraint.Text, Figures.Count(constraint.Broken), Figures.Count(constraint.BrokenAlone),
            .. constraint.WithoutIt.Select((point, objective) => point is null ? "–"
                : point.Point == answers.Best[objective]?.Point ? "the same" : Show(plan.Objectives[objective], point.Objectives[objective])),
        ])]);
    }

    private static void PrintEffects(Session session, SweepAnswers answers)
    {
        foreach (var sensitivity in answers.Sensitivities)
        {
            session.Output.WriteLine($"\nwhat decides {sensitivity.Objective}, share of the variance{(sensitivity.Logarithmic ? " of its logarithm" : "")} "
                + $"({(sensitivity.Method == "variance" ? "whole grid" : "regression")}; together {Figures.Percent(sensitivity.Explained)})");
            foreach (var effect in sensitivity.Effects.Where(effect => effect.Share >= Shown).OrderByDescending(effect => effect.Share).Take(MostEffects))
            {
                session.Output.WriteLine($"{Figures.Percent(effect.Share),8}  {effect.Parameter}{(effect.With is null ? "" : $" × {effect.With}")}");
            }
        }
    }
}
