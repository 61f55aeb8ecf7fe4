using NpuSim.Isa.Energy;

namespace NpuSim.Simulator.Reports;

/// <summary>Where energy goes, in the order in which reports list it.</summary>
public enum EnergyPart : byte
{
    /// <summary>Multipliers and the registers of the array.</summary>
    Array,

    /// <summary>The vector unit's operations.</summary>
    Vector,

    /// <summary>Private buffers and the global buffer.</summary>
    Sram,

    /// <summary>External memories.</summary>
    Dram,

    /// <summary>Wires and hops between memories and engines.</summary>
    Network,

    /// <summary>Instructions, transfers and clock trees.</summary>
    Control,

    /// <summary>Leakage of everything on the chip.</summary>
    Leakage,

    /// <summary>The processor beside the NPU.</summary>
    Host,
}

/// <summary>A line of the ledger: something that was done, how often, and what one of it costs.</summary>
/// <param name="Component">What did it, such as "array" or "weight buffer".</param>
/// <param name="Action">What it did, such as "int8 mac" or "read".</param>
/// <param name="Part">The part of the whole to which it belongs.</param>
/// <param name="Count">How often.</param>
/// <param name="Unit">What is counted.</param>
/// <param name="Picojoules">Energy of one.</param>
/// <param name="Rows">Names of the rows of the energy tables, and of the machine's members, from which that was computed.</param>
public sealed record EnergyAction(
    string Component, string Action, EnergyPart Part, double Count, string Unit, EnergyBand Picojoules, IReadOnlyList<string> Rows)
{
    private const double MicrojoulesPerPicojoule = 1e-6;

    /// <summary>Share of that energy that it takes with the data of the run; 1 where it does not go with data.</summary>
    public double DataShare { get; init; } = 1;

    /// <summary>Energy of all of it in µJ.</summary>
    public EnergyBand Microjoules => Picojoules * Count * MicrojoulesPerPicojoule;
}

/// <summary>Energy in µJ. Actions add up to the parts, in their order, and parts to the total; the band applies to the total.</summary>
public sealed record EnergyReport(
    double TotalUj, double ArrayUj, double VectorUj, double SramUj, double DramUj, double NetworkUj, double ControlUj, double LeakageUj,
    double HostUj, double LowUj, double HighUj, IReadOnlyList<string> NotModelled, IReadOnlyList<string> Assumed)
{
    /// <summary>Nothing that anybody has paid for yet.</summary>
    internal static EnergyReport None { get; } = new(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, [], []);

    /// <summary>Everything that was done at least once.</summary>
    public IReadOnlyList<EnergyAction> Actions { get; init; } = [];

    /// <summary>The same with the data of the run; null in a report that is not of a run.</summary>
    public DataEnergyReport? DataDependent { get; init; }
}
