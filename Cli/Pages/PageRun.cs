using NpuSim.Cli.Pages.Insight;
using NpuSim.Cli.Reports;
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

    /// <summary>A run of just now.</summary>
    public static PageRun Of(RunResult result, PageTargets targets) => new(result.Report, result.Machine)
    {
        InputNote = result.InputNote,
        Accuracy = result.Accuracy,
        Insight = result.Insight,
        Targets = targets,
    };
}
