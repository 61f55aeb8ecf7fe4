using NpuSim.Cli.Sweeps.Spec;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Sweeps.Points;

/// <summary>Values of the names that a sweep's constraints and objectives read, at one point.</summary>
/// <param name="plan">The sweep.</param>
/// <param name="point">The point.</param>
/// <param name="machine">Its machine.</param>
/// <param name="reports">What ran; null before it did.</param>
internal sealed class PointValues(SweepPlan plan, long point, MachineSpec machine, PointReports? reports)
{
    private readonly Func<string, double?> _parameters = plan.Space.Values(point);

    /// <summary>The value of a name.</summary>
    /// <exception cref="ArithmeticException">It has none at this point.</exception>
    public double Of(string name) => Find(name) ?? throw new ArithmeticException($"{name} has no value on this machine");

    /// <summary>All figures of a run.</summary>
    public static IReadOnlyList<double?> Figures(SimulationReport report, MachineSpec machine)
    {
        var figures = new PointFigures(report, machine);
        return [.. Metrics.All.Select(metric => metric.Of(figures))];
    }

    private double? Find(string name)
    {
        if (Metrics.Find(name) is >= 0 and var metric)
        {
            return Metrics.All[metric].Of(new PointFigures(reports?.All!, machine));
        }

        if (plan.Names.Model(name) is { } part)
        {
            // Of one model alone there is only the sum.
            return Metrics.All[part.Metric].Of(new PointFigures(reports!.Models.Count > 0 ? reports.Models[part.Model] : reports.All, machine));
        }

        return _parameters(name) ?? MachineTemplate.Number(machine, name);
    }
}
