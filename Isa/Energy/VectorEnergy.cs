using System.ComponentModel;
using NpuSim.Isa.Instructions;

namespace NpuSim.Isa.Energy;

/// <summary>Energies of the vector unit's operations per element, by class and arithmetic, operand registers included, SRAM not.</summary>
public sealed record VectorEnergy
{
    [Description("Add, subtract, minimum, maximum, clamp, move on integers.")]
    [Unit("pJ")]
    public required EnergyEntry SimpleInteger { get; init; }

    [Description("Add, subtract, minimum, maximum, clamp in float32.")]
    [Unit("pJ")]
    public required EnergyEntry SimpleFloat { get; init; }

    [Description("Multiply, requantise on integers.")]
    [Unit("pJ")]
    public required EnergyEntry MultiplyInteger { get; init; }

    [Description("Multiply, quantise in float32.")]
    [Unit("pJ")]
    public required EnergyEntry MultiplyFloat { get; init; }

    [Description("Exponential, reciprocal in fixed point.")]
    [Unit("pJ")]
    public required EnergyEntry SpecialInteger { get; init; }

    [Description("Exponential, reciprocal, reciprocal square root in float32.")]
    [Unit("pJ")]
    public required EnergyEntry SpecialFloat { get; init; }

    [Description("Table look-up.")]
    [Unit("pJ")]
    public required EnergyEntry Lookup { get; init; }

    [Description("One window tap of a pooling.")]
    [Unit("pJ")]
    public required EnergyEntry Pool { get; init; }

    [Description("One element of a reduction on integers.")]
    [Unit("pJ")]
    public required EnergyEntry ReduceInteger { get; init; }

    [Description("One element of a reduction in float32.")]
    [Unit("pJ")]
    public required EnergyEntry ReduceFloat { get; init; }

    /// <summary>The entry of a class and format; int8 with float scales is computed in float32, except where no scale takes part.</summary>
    public EnergyEntry Entry(TimingClass timing, VectorFormat format) => timing switch
    {
        TimingClass.VectorSimple => IsReal(format) ? SimpleFloat : SimpleInteger,
        TimingClass.VectorMultiply => IsReal(format) ? MultiplyFloat : MultiplyInteger,
        TimingClass.VectorSpecial => IsReal(format) ? SpecialFloat : SpecialInteger,
        TimingClass.VectorLookup => Lookup,
        TimingClass.VectorPool => Pool,
        TimingClass.VectorReduce => format == VectorFormat.Float32 ? ReduceFloat : ReduceInteger,
        TimingClass.Control or TimingClass.Configuration or TimingClass.Transfer or TimingClass.ArrayPass or TimingClass.LayerPass
            or TimingClass.Host =>
            throw new ArgumentOutOfRangeException(nameof(timing), timing, "not a class of the vector unit"),
    };

    private static bool IsReal(VectorFormat format) => format switch
    {
        VectorFormat.Int8Float or VectorFormat.Float32 => true,
        VectorFormat.Int8Fixed or VectorFormat.Int32 => false,
    };
}
