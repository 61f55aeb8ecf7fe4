using NpuSim.Isa.Machine;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Cli.Running;

/// <summary>What a run is asked to do.</summary>
internal sealed record RunSettings
{
    /// <summary>The machine.</summary>
    public required MachineSpec Machine { get; init; }

    /// <summary>Execute values beside time.</summary>
    public bool Values { get; init; } = true;

    /// <summary>Host threads.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Seed of drawn inputs and calibration data.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Input file; inputs are drawn where null.</summary>
    public string? Input { get; init; }

    /// <summary>Integer arithmetic instead of the model's own.</summary>
    public Arithmetic? Arithmetic { get; init; }

    /// <summary>Data to calibrate a float model on; drawn where empty.</summary>
    public IReadOnlyList<string> Calibration { get; init; } = [];
}
