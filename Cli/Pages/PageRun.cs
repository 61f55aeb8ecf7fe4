using NpuSim.Cli.Drawings;
using NpuSim.Cli.Pages.Insight;
using NpuSim.Cli.Reports;
using NpuSim.Cli.Running;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Pages;

/// <summary>A run as a page shows it: measured just now, or read from a result of an earlier run.</summary>
/// <param name="Report">What was measured.</param>
/// <param name="Machine">The machine; null where the result does not describe it and it is no preset.</param>
internal sealed record PageRun(SimulationReport Report, MachineSpec? Machine)
{
    /// <summary>What went in, in words; empty where it is not known.</summary>
    public string InputNote { get; init; } = "";

    /// <summary>Accuracy, where it was measured.</summary>
    public AccuracyReport? Accuracy { get; init; }

    /// <summary>What only a recorded run knows; null where there is none.</summary>
    public RunInsight? Insight { get; init; }

    /// <summary>What the run is held against.</summary>
    public PageTargets Targets { get; init; } = new(null, null, null);

    /// <summary>Drawings by the name of the chart that they stand for; null where the page has scripts that draw.</summary>
    public IReadOnlyDictionary<string, string>? Drawings { get; init; }

    /// <summary>The run with what its charts need: nothing more where scripts draw them, drawings where there are none.</summary>
    public PageRun Drawn()
    {
        if (PageAssets.Charts is not null)
        {
            return this;
        }

        var run = Finished ?? (Machine is null ? null : new FinishedRun(new RunResult(Report, Machine, new HostMeasure(0, 0, 0, 1, "")), null, []));
        var drawings = run is null ? [] : RunDrawings.Of(run);
        return this with { Drawings = drawings.ToDictionary(drawing => Path.GetFileNameWithoutExtension(drawing.Name), drawing => drawing.Svg) };
    }

    /// <summary>The run itself; null where a result of an earlier run was read.</summary>
    public FinishedRun? Finished { get; init; }

    /// <summary>A run of just now.</summary>
    public static PageRun Of(FinishedRun run, RunResult result, PageTargets targets) => new(result.Report, result.Machine)
    {
        Finished = run,
        InputNote = result.InputNote,
        Accuracy = result.Accuracy,
        Insight = result.Insight,
        Targets = targets,
    };
}
