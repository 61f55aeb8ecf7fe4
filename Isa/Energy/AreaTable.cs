using System.ComponentModel;

namespace NpuSim.Isa.Energy;

/// <summary>Areas of arithmetic and registers as cells, and what logic takes around them: <c>area</c> of a table.</summary>
public sealed record AreaTable
{
    [Description("int8 multiplier.")]
    [Unit("um2")]
    public required EnergyEntry Int8Multiply { get; init; }

    [Description("int16 multiplier.")]
    [Unit("um2")]
    public required EnergyEntry Int16Multiply { get; init; }

    [Description("int32 multiplier.")]
    [Unit("um2")]
    public required EnergyEntry Int32Multiply { get; init; }

    [Description("int32 adder.")]
    [Unit("um2")]
    public required EnergyEntry Int32Add { get; init; }

    [Description("bfloat16 multiplier.")]
    [Unit("um2")]
    public required EnergyEntry Bf16Multiply { get; init; }

    [Description("float32 adder.")]
    [Unit("um2")]
    public required EnergyEntry Float32Add { get; init; }

    [Description("float32 multiplier.")]
    [Unit("um2")]
    public required EnergyEntry Float32Multiply { get; init; }

    [Description("Flip-flop of one bit.")]
    [Unit("um2")]
    public required EnergyEntry RegisterBit { get; init; }

    [Description("Control of one engine: address generation, state, its share of configuration and bus interfaces; placed.")]
    [Unit("um2")]
    public required EnergyEntry EngineControl { get; init; }

    [Description("Placed logic with pipeline registers, control, clock tree and gaps, over its arithmetic and registers as cells.")]
    [Unit("ratio")]
    public required EnergyEntry LogicOverhead { get; init; }
}
