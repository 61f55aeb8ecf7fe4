using NpuSim.Isa.Energy;
using NpuSim.Simulator.Reports;

namespace NpuSim.Simulator.Energy;

/// <summary>A number behind a price: an entry of an energy table, a row computed from its grid, or a member of the machine's description.</summary>
internal readonly record struct PriceRow
{
    private readonly EnergyEntry? _entry;
    private readonly string? _assumed;

    /// <summary>An entry of a table.</summary>
    public PriceRow(EnergyEntry entry) => (_entry, Name) = (entry, entry.Name);

    /// <summary>A row with its own name.</summary>
    /// <param name="name">How reports cite it.</param>
    /// <param name="assumed">Name and reason, where it is nobody's number; else null.</param>
    public PriceRow(string name, string? assumed) => (Name, _assumed) = (name, assumed);

    /// <summary>How reports cite it.</summary>
    public string Name { get; }

    /// <summary>Name and reason, where it is nobody's number; else null.</summary>
    public string? Assumed => _entry is { Status: EnergyStatus.Assumed } entry ? $"{entry.Name}: {entry.Source}" : _assumed;
}

/// <summary>What one action costs, in picojoules, and where that comes from.</summary>
internal readonly record struct EnergyPrice(EnergyBand Picojoules, PriceRow[] Rows)
{
    /// <summary>Scales the price by a factor of at least 0.</summary>
    public static EnergyPrice operator *(EnergyPrice price, double factor) => price with { Picojoules = price.Picojoules * factor };

    /// <summary>Edge by edge, from the rows of both.</summary>
    public static EnergyPrice operator +(EnergyPrice a, EnergyPrice b) => new(a.Picojoules + b.Picojoules, [.. a.Rows.Union(b.Rows)]);

    /// <summary>What the first costs beyond the second, edge by edge; not less than 0.</summary>
    public static EnergyPrice Beyond(EnergyPrice a, EnergyPrice b)
    {
        var (more, less) = (a.Picojoules, b.Picojoules);
        double value = Math.Max(0, more.Value - less.Value);
        var band = new EnergyBand(value, Math.Clamp(more.Low - less.Low, 0, value), Math.Max(value, more.High - less.High));
        return new EnergyPrice(band, [.. a.Rows.Union(b.Rows)]);
    }
}

/// <summary>Whose bits an action switches, so that its energy can follow from how many are zero or change.</summary>
internal enum SwitchedOperand : byte
{
    /// <summary>Nobody's that are known.</summary>
    None,
    Activation,
    Weight,

    /// <summary>Sums, partial or complete.</summary>
    Sum,

    /// <summary>Activations and weights at once.</summary>
    Product,

    /// <summary>Results of the vector unit.</summary>
    Result,

    /// <summary>What is moved between memories.</summary>
    Transfer,
}

/// <summary>What is left out for a zero activation where the array gates zeros.</summary>
internal enum ZeroGate : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The multiplication; those with padding are not counted to begin with.</summary>
    Product,

    /// <summary>An access of an element's own memory; those for padding are counted and left out too.</summary>
    Access,
}

/// <summary>A line of a machine's ledger.</summary>
/// <param name="Component">What does it.</param>
/// <param name="Action">What it does.</param>
/// <param name="Part">The part of the whole to which it belongs.</param>
/// <param name="Unit">What is counted.</param>
/// <param name="Price">What one costs.</param>
/// <param name="Count">How often a layer does it; null where it goes on for as long as the machine runs, and core cycles are counted.</param>
/// <param name="Operand">Whose bits it switches.</param>
/// <param name="Gate">What a zero activation leaves out of it.</param>
internal sealed record PricedAction(
    string Component, string Action, EnergyPart Part, string Unit, EnergyPrice Price, Func<LayerActions, double>? Count, SwitchedOperand Operand,
    ZeroGate Gate = ZeroGate.None);
