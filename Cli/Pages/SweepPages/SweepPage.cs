using NpuSim.Cli.Pages.Sections;
using NpuSim.Cli.Reports;
using NpuSim.Cli.Sweeps.Answers;
using NpuSim.Cli.Sweeps.Engine;
using NpuSim.Cli.Sweeps.Spec;

namespace NpuSim.Cli.Pages.SweepPages;

/// <summary>The page of a sweep: what it found, and its points to look through.</summary>
internal static class SweepPage
{
    private const int MostRows = 200;

    /// <summary>The page of a folder that <c>npusim sweep --out</c> has finished.</summary>
    /// <exception cref="UsageException">It holds no finished sweep.</exception>
    public static string OfFolder(string folder)
    {
        string file = Path.Combine(folder, SweepFolder.PlanFile);
        if (!File.Exists(file) || !File.Exists(Path.Combine(folder, SweepFolder.ResultsFile)))
        {
            throw new UsageException($"{folder}: found no {SweepFolder.PlanFile} with {SweepFolder.ResultsFile}, expected a finished sweep (npusim sweep --out)");
        }

        var plan = SweepPlan.Of(SweepFolder.Read(file), file);
        var points = EvaluatedPoints.Load(plan, folder);
        return Text(points, AnswerSearch.Of(points));
    }

    /// <summary>The page of evaluated points and what was found in them.</summary>
    public static string Text(EvaluatedPoints points, SweepAnswers answers)
    {
        var plan = points.Plan;
        return PageFrame.Text(plan.Spec.Name, "sweep", (html, hasCharts) =>
        {
            html.Open("article", ("class", "run"));
            Summary(html, plan, answers);
            Charts(html, plan, hasCharts);
            Table(html, plan, "Front", "The points that no other one is better than in every objective", answers.Front);
            Best(html, plan, answers);
            Constraints(html, plan, answers);
            Sensitivities(html, answers);
            if (hasCharts)
            {
                html.Open("script", ("type", "application/json"), ("class", "data")).Raw(SweepData.Json(points, answers)).Close();
            }

            html.Close();
        });
    }

    private static void Summary(Html html, SweepPlan plan, SweepAnswers answers)
    {
        SectionText.Open(html, "summary", "What was found");
        html.Open("p", ("class", "verdict")).Text(FormattableString.Invariant(
            $"{answers.Front.Count} of {answers.Points} points are on the front of {string.Join(", ", plan.Objectives.Select(objective => objective.Text))}.")).Close();
        html.Element("p", FormattableString.Invariant(
            $"{answers.GridSize} combinations, {answers.Points} evaluated, {answers.Feasible} hold every constraint, {answers.Failed} failed. Models: {string.Join(", ", plan.Models.Select(model => model.Name))}; machine: {plan.MachineName}."));
        if (answers.Knee is { } knee)
        {
            html.Element("p", $"Best compromise: {Values(plan, knee)} with {string.Join(", ", knee.Set)}.");
        }

        Steps(html, answers);
        html.Close();
    }

    private static void Steps(Html html, SweepAnswers answers)
    {
        if (answers.Next.Count == 0)
        {
            return;
        }

        html.Element("h3", "To try next").Open("ul");
        foreach (var step in answers.Next)
        {
            html.Open("li").Name(step.Text).Close();
        }

        html.Close();
    }

    private static void Charts(Html html, SweepPlan plan, bool hasCharts)
    {
        SectionText.Open(html, "charts", "Points");
        if (!hasCharts)
        {
            SectionText.Missing(html, "Charts of a sweep need scripts, which this tool was built without; the tables have the answers.");
            html.Close();
            return;
        }

        SectionText.Chart(html, null, "pareto", "Objectives against each other",
            "A dot is a point; those on the front are joined. Hover or tap for what it sets. " + (plan.Objectives.Count > 1 ? "Choose the axes above the chart." : ""));
        SectionText.Chart(html, null, "parallel", "Parameters and objectives side by side",
            "A line is a point; those on the front are thick. Drag along an axis to keep only the lines that pass there; click the axis to undo.");
        SectionText.Chart(html, null, "heatmap", "Two parameters together", "The best feasible value of an objective for each pair of values. Choose parameters and objective above the chart.");
        SectionText.Chart(html, null, "sensitivity", "What matters", "Share of each objective's variance that a parameter explains alone, and two of them beyond that.");
        html.Close();
    }

    private static void Table(Html html, SweepPlan plan, string heading, string caption, IReadOnlyList<AnswerPoint> points)
    {
        SectionText.Open(html, "points", heading);
        PageTables.Write(html, caption, [new("Point"), .. plan.Objectives.Select(objective => new PageColumn(objective.Figure, true)), new("Sets")],
            points.Take(MostRows).Select(point => Row(plan, point)), isSortable: true);
        if (points.Count > MostRows)
        {
            SectionText.Missing(html, FormattableString.Invariant($"The first {MostRows} of {points.Count}; all are in {AnswerFolder.PointsFile}."));
        }

        html.Close();
    }

    private static PageCell[] Row(SweepPlan plan, AnswerPoint point) =>
    [
        new(Figures.Count(point.Point), point.Point),
        .. point.Objectives.Select((value, objective) => new PageCell(AnswerText.Show(plan.Objectives[objective], value), value)),
        PageCell.Name(string.Join(", ", point.Set)),
    ];

    private static void Best(Html html, SweepPlan plan, SweepAnswers answers)
    {
        SectionText.Open(html, "best", "Best for each objective");
        PageTables.Write(html, "The best feasible point of each objective", [new("Objective"), new("Best", true), new("Point", true), new("Sets")],
            plan.Objectives.Select((objective, index) => (IReadOnlyList<PageCell>)(answers.Best[index] is { } best
                ? [PageCell.Name(objective.Text), AnswerText.Show(objective, best.Objectives[index]), Figures.Count(best.Point), PageCell.Name(string.Join(", ", best.Set))]
                : [PageCell.Name(objective.Text), "none is feasible", "", ""])));
        html.Close();
    }

    private static void Constraints(Html html, SweepPlan plan, SweepAnswers answers)
    {
        SectionText.Open(html, "constraints", "Constraints");
        if (answers.Constraints.Count == 0)
        {
            SectionText.Missing(html, "There are none.");
        }
        else
        {
            PageTables.Write(html, "What each constraint does",
                [new("Constraint"), new("Broken by", true), new("by it alone", true), .. plan.Objectives.Select(objective => new PageColumn($"Best {objective.Figure} without it", true))],
                answers.Constraints.Select(constraint => (IReadOnlyList<PageCell>)
                [
                    PageCell.Name(constraint.Text), Figures.Count(constraint.Broken), Figures.Count(constraint.BrokenAlone),
                    .. constraint.WithoutIt.Select((point, objective) => (PageCell)(point is null ? "" : AnswerText.Show(plan.Objectives[objective], point.Objectives[objective]))),
                ]));
        }

        foreach (var (kind, count, message) in answers.Refusals)
        {
            html.Open("p", ("class", "note")).Text(FormattableString.Invariant($"{count} points are refused ({kind}); most often: ")).Name(message).Close();
        }

        html.Close();
    }

    private static void Sensitivities(Html html, SweepAnswers answers)
    {
        SectionText.Open(html, "effects", "What matters");
        foreach (var sensitivity in answers.Sensitivities)
        {
            PageTables.Write(html, $"Shares of the variance of {sensitivity.Objective}{(sensitivity.Logarithmic ? ", logarithmic" : "")}, by {sensitivity.Method}",
                [new("Parameter"), new("Share", true)], sensitivity.Effects.Select(effect => (IReadOnlyList<PageCell>)
                    [PageCell.Name(effect.With is null ? effect.Parameter : $"{effect.Parameter} with {effect.With}"), SectionText.Share(effect.Share, 1)]));
        }

        if (answers.Sensitivities.Count == 0)
        {
            SectionText.Missing(html, "Too few points, or objectives that do not vary.");
        }

        html.Close();
    }

    private static string Values(SweepPlan plan, AnswerPoint point) =>
        string.Join(", ", point.Objectives.Select((value, objective) => $"{plan.Objectives[objective].Figure} {AnswerText.Show(plan.Objectives[objective], value)}"));
}
