using NpuSim.Cli.Pages.Insight;
using NpuSim.Cli.Reports;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Checking;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Import.LayerTables;

namespace NpuSim.Cli.Running;

/// <summary>Simulates each row of a layer table alone, in order.</summary>
internal static class LayerTableRun
{
    /// <summary>Runs all rows; the result is their sum, its layers are the rows.</summary>
    public static RunResult Run(LayerTable table, RunSettings settings, ProgressLine progress, CancellationToken cancellation)
    {
        var sum = new ReportSum(table.Name, settings.Machine);
        var measure = new HostMeasure(0, 0, 0, settings.Threads, "");
        CheckReport? check = null;
        RunInsight? insight = null;
        for (int row = 0; row < table.Rows.Count; row++)
        {
            progress.Stage("rows")(row / (double)table.Rows.Count);
            var machine = Machine(table, table.Rows[row], settings.Machine);
            var own = settings with { Machine = machine };
            using var silent = ProgressLine.Silent(cancellation);
            var run = ModelRun.Run(table.Rows[row].GraphFor(own.NativeType), table.Rows[row].Tiling, own, silent, cancellation);
            var result = run.Result;
            insight = RunInsight.Of(run) is { } seen ? insight is null ? RunInsight.Row(seen) : insight + RunInsight.Row(seen) : null;
            sum.Add(table.Rows[row].Name, result.Report, machine);
            check = Add(check, result.Check, table.Rows[row].Name);
            measure = new HostMeasure(
                measure.CompileSeconds + result.Host.CompileSeconds, measure.SimulateSeconds + result.Host.SimulateSeconds,
                measure.WallSeconds + result.Host.WallSeconds, settings.Threads, result.Host.SimdLevel);
        }

        string what = settings.Values ? "values and time, seeded weights and inputs" : "time only, no values";
        return new RunResult(sum.Report(), settings.Machine, measure)
        {
            InputNote = FormattableString.Invariant($"{table.Rows.Count} layers, each simulated alone; {what}"),
            Check = check,
            Insight = insight,
        };
    }

    // Findings of a row say which row.
    private static CheckReport? Add(CheckReport? sum, CheckReport? row, string name) => row is null ? sum : new CheckReport(
        (sum?.Instructions ?? 0) + row.Instructions, (sum?.Races ?? 0) + row.Races, (sum?.UninitialisedReads ?? 0) + row.UninitialisedReads,
        (sum?.Deadlocks ?? 0) + row.Deadlocks,
        [.. (sum?.Findings ?? []).Concat(row.Findings.Select(finding => finding with { Message = $"{name}: {finding.Message}" }))
            .Take(ProgramCheck.KeptFindings)]);

    /// <summary>The machine with a row's own members.</summary>
    public static MachineSpec Machine(LayerTable table, LayerRow row, MachineSpec machine)
    {
        if (row.Overrides.Count == 0)
        {
            return machine;
        }

        try
        {
            return MachineFile.Apply(machine, [.. row.Overrides.Select(pair => $"{pair.Key}={pair.Value}")]);
        }
        catch (MachineException refused)
        {
            throw new ModelException($"{table.Name}: row {row.Name}: {refused.Message}", refused);
        }
    }
}
