using System.ComponentModel;

namespace NpuSim.Isa.Energy;

/// <summary>The clock tree per cycle in which it runs, at nominal voltage.</summary>
public sealed record ClockEnergy
{
    [Description("Clock pin and last buffer of a flip-flop, per cycle.")]
    [Unit("pJ")]
    public required EnergyEntry RegisterBit { get; init; }

    [Description("The tree over the area of logic, per cycle.")]
    [Unit("pJ/mm2")]
    public required EnergyEntry Area { get; init; }
}
