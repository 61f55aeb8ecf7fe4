using NpuSim.Cli.Sweeps.Expressions;
using NpuSim.Cli.Sweeps.Spec;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Reports;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Cli.Sweeps.Points;

/// <summary>Evaluates single points of a sweep; whatever goes wrong with one becomes its result. Any number of threads may.</summary>
internal sealed class PointEvaluation(SweepPlan plan, Workload workload)
{
    /// <summary>Makes the point's machine, runs the models on it and holds it against the constraints.</summary>
    /// <remarks>Constraints that follow from the machine alone are checked first; where one is broken there is no run.</remarks>
    /// <exception cref="OperationCanceledException">The sweep was interrupted.</exception>
    public PointResult Evaluate(long point, PointMode mode, CancellationToken cancellation)
    {
        IReadOnlyList<string> set = [];
        try
        {
            var parameters = plan.Space.At(point);
            set = parameters.Overrides;
            return Evaluate(point, mode, parameters, plan.Template.With(set), cancellation);
        }
        catch (MachineException refused)
        {
            return Without(point, mode, set, ReasonKind.Machine, refused.Message);
        }
        catch (ModelException refused)
        {
            return Without(point, mode, set, ReasonKind.Model, refused.Message);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            return Without(point, mode, set, ReasonKind.Failed, $"{failure.GetType().Name}: {failure.Message}");
        }
    }

    /// <summary>Whether a point is known not to be feasible without a run: it is no machine, or breaks a constraint that the machine alone decides.</summary>
    public static bool IsRefused(SweepPlan plan, long point)
    {
        try
        {
            var parameters = plan.Space.At(point);
            var values = new PointValues(plan, parameters, new PointFigures(null!, plan.Template.With(parameters.Overrides)), []);
            return Broken(plan.MachineConstraints, values.Of).Reasons.Count > 0;
        }
        catch (MachineException)
        {
            return true;
        }
    }

    private PointResult Evaluate(long point, PointMode mode, PointParameters parameters, MachineSpec machine, CancellationToken cancellation)
    {
        var ofMachine = new PointFigures(null!, machine);
        var early = Broken(plan.MachineConstraints, new PointValues(plan, parameters, ofMachine, []).Of);
        if (early.Reasons.Count > 0)
        {
            return new PointResult(point, mode, parameters.Overrides, early.Reasons) { Violation = early.Violation };
        }

        var reports = workload.Evaluate(machine, mode, cancellation);
        var figures = ofMachine with { Report = reports.All };
        var values = new PointValues(plan, parameters, figures, reports.Models);
        var (reasons, violation) = Broken(plan.Constraints, values.Of);
        return new PointResult(point, mode, parameters.Overrides, reasons)
        {
            Figures = PointValues.Figures(figures),
            ModelFigures = [.. reports.Models.Select(report => PointValues.Figures(figures with { Report = report }))],
            Objectives = [.. plan.Objectives.Select(objective => Value(objective.Expression, values.Of))],
            Violation = violation,
        };
    }

    private static (List<PointReason> Reasons, double Violation) Broken(IReadOnlyList<Comparison> constraints, Func<string, double> valueOf)
    {
        var reasons = new List<PointReason>();
        double violation = 0;
        foreach (var constraint in constraints)
        {
            try
            {
                var result = constraint.Evaluate(valueOf);
                if (!result.Holds)
                {
                    reasons.Add(new PointReason(ReasonKind.Constraint, constraint.Text, result.Found, result.Bound));
                    violation += result.Violation;
                }
            }
            catch (ArithmeticException failure)
            {
                reasons.Add(new PointReason(ReasonKind.Constraint, $"{constraint.Text}: {failure.Message}"));
                violation += 1;
            }
        }

        return (reasons, violation);
    }

    private static double? Value(Expression expression, Func<string, double> valueOf)
    {
        try
        {
            return expression.Evaluate(valueOf);
        }
        catch (ArithmeticException)
        {
            return null;
        }
    }

    private static PointResult Without(long point, PointMode mode, IReadOnlyList<string> set, ReasonKind kind, string message) =>
        new(point, mode, set, [new PointReason(kind, message.Split('\n')[0].Trim())]) { Violation = double.PositiveInfinity };
}
