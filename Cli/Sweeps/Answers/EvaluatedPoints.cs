using NpuSim.Cli.Sweeps.Engine;
using NpuSim.Cli.Sweeps.Points;
using NpuSim.Cli.Sweeps.Search;
using NpuSim.Cli.Sweeps.Spec;

namespace NpuSim.Cli.Sweeps.Answers;

/// <summary>The points that answers are drawn from: those of the sweep's mode, by number.</summary>
/// <param name="plan">The sweep.</param>
/// <param name="points">Its points.</param>
internal sealed class EvaluatedPoints(SweepPlan plan, IReadOnlyList<PointSummary> points)
{
    public SweepPlan Plan => plan;

    public IReadOnlyList<PointSummary> All => points;

    /// <summary>Points that hold every constraint and have a value of every objective.</summary>
    public IReadOnlyList<PointSummary> Feasible { get; } = [.. points.Where(point => point.IsCandidate)];

    /// <summary>Reads the final file of a sweep.</summary>
    public static EvaluatedPoints Load(SweepPlan plan, string folder) => new(
        plan, [.. SweepResults.Read(folder).Select(result => result.Summary).Where(point => point.Mode == plan.Spec.Mode)]);

    /// <summary>Costs of a point: objectives with their signs turned so that less is better.</summary>
    public double[] Costs(PointSummary point) => [.. point.Objectives.Select((value, index) => plan.Objectives[index].Cost(value))];

    /// <summary>The points that no other one of them is better than, by the first objective.</summary>
    public PointSummary[] Front(IReadOnlyList<PointSummary> among) => [.. NonDominatedSort.Front([.. among.Select(Costs)]).Select(index => among[index])];

    /// <summary>The best of a front for an objective.</summary>
    public PointSummary? Best(PointSummary[] front, int objective) => front.MinBy(point => plan.Objectives[objective].Cost(point.Objectives[objective]));

    /// <summary>A point as answers show it.</summary>
    public AnswerPoint? Show(PointSummary? point) => point is null ? null : new AnswerPoint(point.Point, plan.Space.Overrides(point.Point), point.Objectives);
}
