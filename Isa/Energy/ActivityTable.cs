using System.ComponentModel;
using NpuSim.Isa.Machine;

namespace NpuSim.Isa.Energy;

/// <summary>How energy goes with data: the file <c>configs/energy/activity.jsonc</c>. Shares are of what the tables have.</summary>
public sealed record ActivityTable
{
    [Description("Share of bits that change from word to word for which the tables hold.")]
    [Unit("flips/bit")]
    public required EnergyEntry ReferenceToggles { get; init; }

    [Description("Multiplier: what does not go with changing bits.")]
    [Unit("share")]
    public required EnergyEntry MultiplierFixed { get; init; }

    [Description("Register: the same.")]
    [Unit("share")]
    public required EnergyEntry RegisterFixed { get; init; }

    [Description("Access of an on-chip memory: the same.")]
    [Unit("share")]
    public required EnergyEntry MemoryFixed { get; init; }

    [Description("Wires and interfaces: the same.")]
    [Unit("share")]
    public required EnergyEntry WireFixed { get; init; }

    [Description("Operation of the vector unit: the same.")]
    [Unit("share")]
    public required EnergyEntry VectorFixed { get; init; }

    [Description("What a gated multiplication still takes.")]
    [Unit("share")]
    public required EnergyEntry GatedProduct { get; init; }

    [Description("What an access still takes that is left out because the product is gated.")]
    [Unit("share")]
    public required EnergyEntry GatedAccess { get; init; }

    /// <summary>Loads the file beside the program.</summary>
    /// <exception cref="MachineException">It is missing or refused.</exception>
    public static ActivityTable Load() => EnergyFile.Load<ActivityTable>("activity.jsonc");

    /// <summary>All entries with the names by which reports cite them, such as "activity memoryFixed".</summary>
    public IReadOnlyList<(string Name, EnergyEntry Entry)> Rows() =>
        [.. EnergyFile.Entries(this).Select(item => (item.Entry.Name, item.Entry))];

    /// <summary>The entries that are assumed, each with its reason.</summary>
    public IReadOnlyList<string> Assumed() =>
    [
        .. Rows().Where(row => row.Entry.Status == EnergyStatus.Assumed).Select(row => $"{row.Name}: {row.Entry.Source}"),
    ];

    /// <summary>Reads it from a text; <paramref name="file"/> names it in messages.</summary>
    public static ActivityTable Parse(string json, string file) => EnergyFile.Parse<ActivityTable>(json, file);
}
