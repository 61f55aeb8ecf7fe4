using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Simulator.Reports;

namespace NpuSim.Simulator;

/// <summary>What a run does.</summary>
public sealed record SimulationOptions
{
    /// <summary>Execute values beside time. Without it no data is touched and no output comes out.</summary>
    public bool Functional { get; init; } = true;

    /// <summary>Host threads for values; results do not depend on it. At least 1.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Told the share of instructions finished, 0…1, now and then.</summary>
    public Action<double>? Progress { get; init; }
}

/// <summary>A finished run.</summary>
/// <param name="Report">What was measured.</param>
/// <param name="Outputs">Contents of the output tensors by name; empty without functional execution.</param>
public sealed record SimulationResult(SimulationReport Report, IReadOnlyDictionary<string, byte[]> Outputs);

/// <summary>A run that could not finish: a deadlock, an undefined program. Its message is what the user sees.</summary>
public sealed class SimulationException(string message) : Exception(message);
