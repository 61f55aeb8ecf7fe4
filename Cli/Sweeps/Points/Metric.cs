using NpuSim.Isa.Energy;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Sweeps.Points;

/// <summary>What a point's figures are read from.</summary>
/// <param name="Report">What ran; null before it did, when only figures of the machine may be asked for.</param>
/// <param name="Machine">The point's machine.</param>
internal sealed record PointFigures(SimulationReport Report, MachineSpec Machine)
{
    private MachineArea? _area;

    /// <summary>The machine's area, computed when it is first asked for.</summary>
    public MachineArea Area => _area ??= MachineArea.Of(Machine);
}

/// <summary>A figure of a run that sweeps may bound and minimise, under its path in the run's JSON.</summary>
/// <param name="Path">As in <c>run --json</c>.</param>
/// <param name="Unit">For tables; empty for counts and shares.</param>
/// <param name="Of">The figure; null where the machine has no such thing.</param>
/// <param name="OfMachine">Whether it follows from the machine alone, so that it is known before the run; then the report may be null.</param>
internal sealed record Metric(string Path, string Unit, Func<PointFigures, double?> Of, bool OfMachine = false);
