using NpuSim.Cli.Running;
using NpuSim.Isa.Machine;
using NpuSim.Workloads.Models;

namespace NpuSim.Cli.Validation.Suites;

/// <summary>One TPUv3 core against measured cycles of single operators, encoder blocks and networks.</summary>
internal sealed class TpuV3Suite : IAccuracySuite
{
    private const string File = "tpuv3/tpuv3_cycles.csv";
    private const string Machine = "tpu-v3";
    private const string Measured = "TPUv3";
    private const string Workload = "Workload";

    // Of the best published simulator over all 23 published workloads: PyTorchSim's, by its README.
    private const double BestPublished = 0.115;

    public string Name => Machine;

    public string Title => "TPUv3: operators and networks";

    public string Source => "Cycles measured on one core of a TPUv3 (silicon), from PyTorchSim's artefact (PSAL-POSTECH/PyTorchSim @fe04c9a), with the answers of "
        + "the simulators it compares with. A bert workload is one encoder block.";

    public IReadOnlyList<AccuracyBound> Bounds { get; } = [new AccuracyBound(Machine, "cycles", AccuracyStatistic.Mean, BestPublished)];

    public IEnumerable<AccuracyCase> Run(ReferenceFolder reference, CancellationToken cancellation)
    {
        var table = reference.Table(File);
        if (table.Rows.Count == 0)
        {
            yield break;
        }

        var machine = MachineFile.Load(Machine, []);
        string[] others = [.. table.Columns.Where(column => column is not (Workload or Measured))];
        foreach (var row in table.Rows)
        {
            string name = row.Text(Workload);
            long measured = row.Integer(Measured, 1);
            var scope = name.StartsWith("bert", StringComparison.Ordinal) || BuiltInModels.Contains(name) ? AccuracyScope.EndToEnd : AccuracyScope.Kernel;
            yield return new AccuracyCase(Machine, name, "cycles", measured, Cycles(row, name, machine, cancellation)) { Scope = scope };
            foreach (string other in others.Where(row.Has))
            {
                yield return new AccuracyCase("other simulators", name, other, measured, row.Integer(other, 1)) { Scope = scope };
            }
        }
    }

    private static long Cycles(ReferenceRow row, string name, MachineSpec machine, CancellationToken cancellation)
    {
        var workload = TpuWorkload.Of(name, BuiltInModels.Contains) ?? throw row.Fault(Workload, TpuWorkload.Expected);
        if (workload.Table is { } text)
        {
            return TimedLayers.Run(name, text, machine, cancellation)[0].Cycles;
        }

        using var silent = ProgressLine.Silent(cancellation);
        var settings = new RunSettings { Machine = machine, Values = false };
        return ModelRun.Run(BuiltInModels.Create(workload.Model!), settings, silent, cancellation).Result.Report.Cycles;
    }
}
