using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Sweeps.Points;

/// <summary>How a point ended.</summary>
internal enum PointStatus
{
    /// <summary>It holds every constraint.</summary>
    Ok,

    /// <summary>There is no such machine, the model does not fit it, or a constraint is broken.</summary>
    Infeasible,

    /// <summary>The simulation failed.</summary>
    Failed,
}

/// <summary>Why a point is not ok.</summary>
internal enum ReasonKind
{
    /// <summary>The machine breaks a rule, or an expression has no value.</summary>
    Machine,

    /// <summary>The model does not fit the machine.</summary>
    Model,

    /// <summary>A constraint is broken.</summary>
    Constraint,

    /// <summary>The run failed.</summary>
    Failed,
}

/// <summary>One reason.</summary>
/// <param name="Kind">Whose rule.</param>
/// <param name="Text">The constraint, or one line that says what is wrong.</param>
/// <param name="Found">Of a constraint: its left side; null where it has no value.</param>
/// <param name="Bound">Of a constraint: its right side.</param>
internal sealed record PointReason(ReasonKind Kind, string Text, double? Found = null, double? Bound = null);

/// <summary>A point of a sweep, evaluated.</summary>
/// <param name="Point">Number of the combination.</param>
/// <param name="Mode">How it was evaluated.</param>
/// <param name="Set">What it sets of the base machine.</param>
/// <param name="Reasons">Why it is not ok; empty where it is.</param>
internal sealed record PointResult(long Point, PointMode Mode, IReadOnlyList<string> Set, IReadOnlyList<PointReason> Reasons)
{
    /// <summary>Figures of all models, in the order of <see cref="Metrics.All"/>; empty where there was no run.</summary>
    public IReadOnlyList<double?> Figures { get; init; } = [];

    /// <summary>Figures of each model where there are several.</summary>
    public IReadOnlyList<IReadOnlyList<double?>> ModelFigures { get; init; } = [];

    /// <summary>Values of the objectives; null where one has none, empty where there was no run.</summary>
    public IReadOnlyList<double?> Objectives { get; init; } = [];

    /// <summary>Sum of the violations of the constraints; infinite where there was no run for another reason.</summary>
    public double Violation { get; init; }

    public PointStatus Status => Reasons.Count == 0 ? PointStatus.Ok
        : Reasons.Any(reason => reason.Kind == ReasonKind.Failed) ? PointStatus.Failed : PointStatus.Infeasible;
}

/// <summary>Reports of a point: of all models, and of each where there are several.</summary>
internal sealed record PointReports(SimulationReport All, IReadOnlyList<SimulationReport> Models);
