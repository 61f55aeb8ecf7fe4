using System.ComponentModel;
using NpuSim.Isa.Machine;

namespace NpuSim.Isa.Energy;

/// <summary>Energy per bit of main memories by family: the file <c>configs/energy/dram.jsonc</c>.</summary>
public sealed record DramEnergy
{
    [Description("DDR3.")]
    public required DramFamilyEnergy Ddr3 { get; init; }

    [Description("DDR4.")]
    public required DramFamilyEnergy Ddr4 { get; init; }

    [Description("LPDDR4.")]
    public required DramFamilyEnergy Lpddr4 { get; init; }

    [Description("LPDDR5.")]
    public required DramFamilyEnergy Lpddr5 { get; init; }

    [Description("GDDR6.")]
    public required DramFamilyEnergy Gddr6 { get; init; }

    [Description("HBM2.")]
    public required DramFamilyEnergy Hbm2 { get; init; }

    /// <summary>Loads the file beside the program.</summary>
    /// <exception cref="MachineException">It is missing or refused.</exception>
    public static DramEnergy Load() => EnergyFile.Load<DramEnergy>("dram.jsonc");

    /// <summary>Reads it from a text; <paramref name="file"/> names it in messages.</summary>
    public static DramEnergy Parse(string json, string file) => EnergyFile.Parse<DramEnergy>(json, file);

    /// <summary>All entries with the names by which reports cite them, such as "dram lpddr4.device.activate".</summary>
    public IReadOnlyList<(string Name, EnergyEntry Entry)> Rows() => [.. EnergyFile.Entries(this).Select(item => (item.Entry.Name, item.Entry))];

    /// <summary>The energies of a family.</summary>
    public DramFamilyEnergy Of(DramStandard standard) => standard switch
    {
        DramStandard.Ddr3 => Ddr3,
        DramStandard.Ddr4 => Ddr4,
        DramStandard.Lpddr4 => Lpddr4,
        DramStandard.Lpddr5 => Lpddr5,
        DramStandard.Gddr6 => Gddr6,
        DramStandard.Hbm2 => Hbm2,
    };
}

/// <summary>Energy of one family of main memory by parts, and the overall figures per bit of the literature (array, activation and interface together),
/// within whose band the parts of a stream lie.</summary>
public sealed record DramFamilyEnergy
{
    [Description("Reading one bit.")]
    [Unit("pJ/bit")]
    public required EnergyEntry Read { get; init; }

    [Description("Writing one bit.")]
    [Unit("pJ/bit")]
    public required EnergyEntry Write { get; init; }

    [Description("The parts, of one device behind a channel.")]
    public required DramDeviceEnergy Device { get; init; }
}
