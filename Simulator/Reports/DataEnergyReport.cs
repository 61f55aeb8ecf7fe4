namespace NpuSim.Simulator.Reports;

/// <summary>Where the statistics of the data come from.</summary>
public enum DataSource : byte
{
    /// <summary>The operands of the run.</summary>
    Operands,

    /// <summary>The machine's <c>energy.activity</c>.</summary>
    Declared,
}

/// <summary>Shares of bits that change from word to word, 0…1; null where nothing passed.</summary>
/// <param name="Activations">Activations as they enter the array.</param>
/// <param name="Weights">Weights as they enter the array.</param>
/// <param name="Sums">Sums of the array.</param>
/// <param name="Results">Results of the vector unit, or of hardware layers.</param>
/// <param name="Transfers">What DMA engines move.</param>
public sealed record ToggleRates(double? Activations, double? Weights, double? Sums, double? Results, double? Transfers);

/// <summary>Energy in µJ with the data of the run: every action of the ledger scaled by how often its bits change, and gated products
/// left out. The parts add up to the
/// total; the band applies to the total.</summary>
public sealed record DataEnergyReport(
    double TotalUj, double ArrayUj, double VectorUj, double SramUj, double DramUj, double NetworkUj, double ControlUj, double LeakageUj,
    double HostUj, double LowUj, double HighUj)
{
    /// <summary>Where the statistics come from.</summary>
    public required DataSource Source { get; init; }

    /// <summary>Names of the rows of <c>configs/energy/activity.jsonc</c> from which it is computed, beside those of the actions.</summary>
    public IReadOnlyList<string> Rows { get; init; } = [];

    /// <summary>Share of products inside of tiles whose activation is zero; null without products, and where nothing was looked
    /// at.</summary>
    public double? ZeroActivationShare { get; init; }

    /// <summary>Share of products whose weight is zero, from a sample of the weights; null where it is declared.</summary>
    public double? ZeroWeightShare { get; init; }

    /// <summary>Products that the array left out: with a zero activation, or with padding. 0 where it does not gate zeros.</summary>
    public double GatedMacs { get; init; }

    /// <summary>How often bits change.</summary>
    public required ToggleRates ToggleRates { get; init; }
}
