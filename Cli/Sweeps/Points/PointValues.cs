using NpuSim.Cli.Sweeps.Spec;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Sweeps.Points;

/// <summary>Values of the names that a sweep's constraints and objectives read, at one point.</summary>
/// <param name="plan">The sweep.</param>
/// <param name="parameters">Its parameters at the point.</param>
/// <param name="figures">What ran on its machine, of all models; without a report before it did.</param>
/// <param name="models">What ran of each model, where there are several.</param>
internal sealed class PointValues(SweepPlan plan, PointParameters parameters, PointFigures figures, IReadOnlyList<SimulationReport> models)
{
    /// <summary>The value of a name.</summary>
    /// <exception cref="ArithmeticException">It has none at this point.</exception>
    public double Of(string name) => Find(name) ?? throw new ArithmeticException($"{name} has no value on this machine");

    /// <summary>All figures of a run.</summary>
    public static IReadOnlyList<double?> Figures(PointFigures figures) => [.. Metrics.All.Select(metric => metric.Of(figures))];

    private double? Find(string name)
    {
        if (Metrics.Find(name) is >= 0 and var metric)
        {
            return Metrics.All[metric].Of(figures);
        }

        if (plan.Names.Model(name) is { } part)
        {
            // Of one model alone there is only the sum.
            return Metrics.All[part.Metric].Of(models.Count > 0 ? figures with { Report = models[part.Model] } : figures);
        }

        return parameters.Value(name) ?? MachineTemplate.Number(figures.Machine, name);
    }
}
