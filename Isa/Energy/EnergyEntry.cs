using System.ComponentModel;

namespace NpuSim.Isa.Energy;

/// <summary>How far a number can be trusted.</summary>
public enum EnergyStatus : byte
{
    /// <summary>Measured on silicon.</summary>
    Measured,

    /// <summary>Stated in a publication.</summary>
    Published,

    /// <summary>Computed from published numbers or by a published model; the source says how.</summary>
    Derived,

    /// <summary>Nobody's number.</summary>
    Assumed,
}

/// <summary>The unit that an entry of an energy file must have.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class UnitAttribute(string unit) : Attribute
{
    public string Unit { get; } = unit;
}

/// <summary>One number of an energy file with its band, source and status.</summary>
public sealed record EnergyEntry
{
    [Description("The number to compute with.")]
    public required double Value { get; init; }

    [Description("Low edge of what sources say.")]
    public required double Low { get; init; }

    [Description("High edge of what sources say.")]
    public required double High { get; init; }

    [Description("Unit of the three numbers.")]
    public required string Unit { get; init; }

    [Description("Where it comes from, or why it was chosen.")]
    public required string Source { get; init; }

    [Description("measured, published, derived or assumed.")]
    public required EnergyStatus Status { get; init; }

    /// <summary>What reports call it: file and place, such as <c>22nm int8Mac</c> or <c>dram lpddr4.read</c>; empty for an entry of no file.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Name { get; internal set; } = "";

    /// <summary>The three numbers.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public EnergyBand Band => new(Value, Low, High);
}

/// <summary>A number with the band in which sources place it.</summary>
/// <param name="Value">The number to compute with.</param>
/// <param name="Low">Low edge.</param>
/// <param name="High">High edge.</param>
public readonly record struct EnergyBand(double Value, double Low, double High)
{
    /// <summary>Exactly 1, the factor that changes nothing.</summary>
    public static EnergyBand One => new(1, 1, 1);

    /// <summary>Edge by edge; the edges of a sum are as if every term erred the same way.</summary>
    public static EnergyBand operator +(EnergyBand a, EnergyBand b) => new(a.Value + b.Value, a.Low + b.Low, a.High + b.High);

    /// <summary>Scales all three by a factor of at least 0.</summary>
    public static EnergyBand operator *(EnergyBand a, double factor) => new(a.Value * factor, a.Low * factor, a.High * factor);

    /// <summary>Edge by edge; both at least 0.</summary>
    public static EnergyBand operator *(EnergyBand a, EnergyBand b) => new(a.Value * b.Value, a.Low * b.Low, a.High * b.High);
}
