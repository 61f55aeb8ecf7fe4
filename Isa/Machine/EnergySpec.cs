using System.ComponentModel;
using NpuSim.Isa.Energy;

namespace NpuSim.Isa.Machine;

/// <summary>Technology and operating point: docs/energy/power.md.</summary>
public sealed record EnergySpec
{
    /// <summary>350 K, the temperature at which the leakage of the tables holds, in °C.</summary>
    public const double TableTemperatureC = 76.85;

    [Description("Technology node in nm: 90, 65, 45, 40, 32, 28, 22, 16, 12, 10, 7 or 5; a table of configs/energy.")]
    [Bounds(5, 90)]
    public required int TechnologyNm { get; init; }

    [Description("Supply voltage in V; dynamic energy goes with its square against the table's nominal voltage.")]
    [Bounds(0.3, 1.5)]
    public required double Voltage { get; init; }

    [Description("Temperature of the silicon in degrees Celsius, for leakage; the tables hold at 350 K, which is the default.")]
    [Bounds(-40, 125)]
    public double TemperatureC { get; init; } = TableTemperatureC;

    [Description("Voltage and clock at which the machine is known to work, from which its highest clock at another voltage follows; absent where nothing is known.")]
    public RatedPointSpec? Rated { get; init; }

    [Description("Threshold voltage in V of the law of the highest clock, f ~ (V - threshold)^1.3 / V.")]
    [Bounds(0.05, 0.8)]
    public double ThresholdVoltage { get; init; } = RatedPointSpec.UsualThreshold;

    [Description("Transistors of SRAM macros: lowStandby cells with fast periphery, highPerformance throughout, lowStandbyAll throughout.")]
    public SramCells SramCells { get; init; } = SramCells.LowStandby;

    [Description("What units without work still burn.")]
    public GatingSpec Gating { get; init; } = new();

    [Description("Share of the supply's power that voltage regulators pass on; 1: figures are those at the chip's pins.")]
    [Bounds(0.1, 1)]
    public double RegulatorEfficiency { get; init; } = 1;

    [Description("Declared statistics of data, for the data-dependent energy where no operands are looked at.")]
    public ActivitySpec Activity { get; init; } = new();
}

/// <summary>A point at which a machine is known to work.</summary>
public sealed record RatedPointSpec
{
    /// <summary>Threshold voltage in V where nothing else is known (secondary: a public design specification).</summary>
    public const double UsualThreshold = 0.3;

    [Description("Supply voltage in V.")]
    [Bounds(0.3, 1.5)]
    public required double Voltage { get; init; }

    [Description("Core clock in MHz that it allows.")]
    [Bounds(1, 10_000)]
    public required double ClockMHz { get; init; }
}

/// <summary>What units without work still burn. Shares after a public design specification (secondary): an idle multiplier takes 0.1 of a working one
/// where clocks are gated and 0.35 where not; a block without power leaks 0.05.</summary>
public sealed record GatingSpec
{
    [Description("Share of its clock energy that an engine without work still takes; 1 where its clock is not gated.")]
    [Bounds(0, 1)]
    public double IdleClockShare { get; init; } = 0.1 / 0.35;

    [Description("Share of its leakage that an engine without work still has in the middle of a run; 1 where its power is not gated.")]
    [Bounds(0, 1)]
    public double IdleLeakageShare { get; init; } = 1;

    [Description("Share of its leakage that the machine still has between two inferences; 1 where its power stays on.")]
    [Bounds(0, 1)]
    public double SleepLeakageShare { get; init; } = 0.05;
}

/// <summary>Declared statistics of data; the default is what the tables' energies stand for.</summary>
public sealed record ActivitySpec
{
    [Description("Share of operands of the array that are zero.")]
    [Bounds(0, 1)]
    public double Zeros { get; init; }

    [Description("Share of the switching that the tables' energies stand for: 1 as the tables, 0 where no bit ever changes.")]
    [Bounds(0, 2)]
    public double Toggles { get; init; } = 1;
}
