using NpuSim.Isa.Energy;

namespace NpuSim.Simulator.Energy;

/// <summary>Energy by part, in picojoules with its band.</summary>
internal readonly record struct EnergyParts(
    EnergyBand Array, EnergyBand Vector, EnergyBand Sram, EnergyBand External, EnergyBand Control, EnergyBand Leakage, EnergyBand Host)
{
    private const double MicrojoulesPerPicojoule = 1e-6;

    /// <summary>Everything that happens because something is done.</summary>
    public EnergyBand Dynamic => Array + Vector + Sram + External + Control + Host;

    /// <summary>The parts in the order in which reports list them, so that a reader who adds them gets the same sum.</summary>
    public EnergyBand Total => Array + Vector + Sram + External + Control + Leakage + Host;

    public static EnergyParts operator +(in EnergyParts a, in EnergyParts b) => new(
        a.Array + b.Array, a.Vector + b.Vector, a.Sram + b.Sram, a.External + b.External, a.Control + b.Control, a.Leakage + b.Leakage, a.Host + b.Host);

    /// <summary>The same in µJ.</summary>
    public EnergyParts Microjoules => new(
        Array * MicrojoulesPerPicojoule, Vector * MicrojoulesPerPicojoule, Sram * MicrojoulesPerPicojoule, External * MicrojoulesPerPicojoule,
        Control * MicrojoulesPerPicojoule, Leakage * MicrojoulesPerPicojoule, Host * MicrojoulesPerPicojoule);
}
