using System.Collections.Concurrent;
using NpuSim.Cli.Running;
using NpuSim.Cli.Sweeps.Spec;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Simulator.Reports;
using NpuSim.Workloads.Import.LayerTables;

namespace NpuSim.Cli.Sweeps.Points;

/// <summary>The models of a sweep, loaded, to be evaluated one after the other on many machines. Any number of threads may.</summary>
internal sealed class Workload
{
    private readonly IReadOnlyList<SweptModel> _models;
    private readonly IReadOnlyList<Func<MachineSpec, PointMode, CancellationToken, SimulationReport>> _evaluations;

    /// <exception cref="UsageException">A model is missing.</exception>
    /// <exception cref="ModelException">A file is refused.</exception>
    public Workload(SweepPlan plan)
    {
        _models = plan.Models;
        var settings = Settings(plan.Spec, plan.Template.Machine);
        _evaluations = [.. plan.Models.Select(model => Evaluation(model, settings))];
    }

    /// <summary>Settings of every run of a sweep, as <c>npusim run</c> has them.</summary>
    public static RunSettings Settings(SweepSpec spec, MachineSpec machine) => new()
    {
        Machine = machine,
        Seed = spec.Seed,
        // The peak costs a second walk over the program.
        PowerWindowCycles = spec.Constraints.Concat(spec.Objectives).Any(
            text => text.Contains(Metrics.PeakPower, StringComparison.Ordinal) || text.Contains(Metrics.PeakCurrent, StringComparison.Ordinal)) ? 0 : null,
        Precision = spec.Precision is { } precision ? Type(precision) : null,
    };

    private static ElementType Type(ModelPrecision precision) => precision switch
    {
        ModelPrecision.Int8 => ElementType.Int8,
        ModelPrecision.Float32 => ElementType.Float32,
    };

    /// <summary>Runs all models.</summary>
    public PointReports Evaluate(MachineSpec machine, PointMode mode, CancellationToken cancellation)
    {
        if (_evaluations.Count == 1)
        {
            return new PointReports(_evaluations[0](machine, mode, cancellation), []);
        }

        var sum = new ReportSum(string.Join("+", _models.Select(model => model.Name)), machine);
        var reports = new List<SimulationReport>();
        for (int model = 0; model < _evaluations.Count; model++)
        {
            reports.Add(_evaluations[model](machine, mode, cancellation));
            sum.Add(_models[model].Name, reports[model], machine);
        }

        return new PointReports(sum.Report(), reports);
    }

    private static Func<MachineSpec, PointMode, CancellationToken, SimulationReport> Evaluation(SweptModel model, RunSettings settings)
    {
        if (ModelSource.FormOf(model.Source) == ModelForm.LayerTable)
        {
            return new TableEvaluator(LayerTable.Load(model.Source, (ulong)settings.Seed), settings).Evaluate;
        }

        var graph = ModelSource.LoadGraph(model.Source, "sweep", new Dictionary<string, int>());
        return new PointEvaluator(graph, null, settings with { OwnCalibration = ModelSource.OwnCalibration(model.Source, graph) }).Evaluate;
    }

    // Each row alone, on the machine with the row's own members: as npusim run does it.
    private sealed class TableEvaluator(LayerTable table, RunSettings settings)
    {
        private readonly ConcurrentDictionary<(int Row, ElementType Type), Lazy<PointEvaluator>> _rows = new();

        public SimulationReport Evaluate(MachineSpec machine, PointMode mode, CancellationToken cancellation)
        {
            var sum = new ReportSum(table.Name, machine);
            for (int row = 0; row < table.Rows.Count; row++)
            {
                var own = LayerTableRun.Machine(table, table.Rows[row], machine);
                var type = (settings with { Machine = own }).NativeType;
                sum.Add(table.Rows[row].Name, Evaluator(row, type).Evaluate(own, mode, cancellation), own);
            }

            return sum.Report();
        }

        private PointEvaluator Evaluator(int row, ElementType type) => _rows.GetOrAdd(
            (row, type), _ => new Lazy<PointEvaluator>(() => new PointEvaluator(table.Rows[row].GraphFor(type), table.Rows[row].Tiling, settings))).Value;
    }
}
