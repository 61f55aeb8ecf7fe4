using NpuSim.Isa.Energy;
using NpuSim.Simulator.Reports;

namespace NpuSim.Simulator.Energy;

/// <summary>A number behind a price: a row of an energy table, or a member of the machine's description.</summary>
/// <param name="Name">How reports cite it.</param>
/// <param name="Assumed">Name and reason, where it is nobody's number; else null.</param>
internal sealed record PriceRow(string Name, string? Assumed);

/// <summary>What one action costs, in picojoules, and where that comes from.</summary>
internal readonly record struct EnergyPrice(EnergyBand Picojoules, IReadOnlyList<PriceRow> Rows)
{
    /// <summary>Scales the price by a factor of at least 0.</summary>
    public static EnergyPrice operator *(EnergyPrice price, double factor) => price with { Picojoules = price.Picojoules * factor };
}

/// <summary>A line of a machine's ledger.</summary>
/// <param name="Component">What does it.</param>
/// <param name="Action">What it does.</param>
/// <param name="Part">The part of the whole to which it belongs.</param>
/// <param name="Unit">What is counted.</param>
/// <param name="Price">What one costs.</param>
/// <param name="Count">How often a layer does it; null where it goes on for as long as the machine runs, and core cycles are counted.</param>
internal sealed record PricedAction(
    string Component, string Action, EnergyPart Part, string Unit, EnergyPrice Price, Func<LayerActions, double>? Count);
