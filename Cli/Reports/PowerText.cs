using NpuSim.Isa.Energy;
using NpuSim.Isa.Machine;

namespace NpuSim.Cli.Reports;

/// <summary>What a run says of power beside its own figures.</summary>
internal static class PowerText
{
    // A clock that was computed from the law itself is within it.
    private const double Rounding = 1e-9;

    /// <summary>Says that a machine's clock is beyond what its voltage allows; null where it is not, or nothing is known.</summary>
    public static string? Warning(MachineSpec machine) => OperatingPoint.HighestClockMHz(machine) is { } highest && IsBeyond(machine.ClockMHz, highest)
        ? FormattableString.Invariant($"{machine.ClockMHz} MHz is beyond the {highest:0.#} MHz that {machine.Energy.Voltage} V allows (rated ")
            + FormattableString.Invariant($"{machine.Energy.Rated!.ClockMHz} MHz at {machine.Energy.Rated.Voltage} V, threshold {machine.Energy.ThresholdVoltage} V): silicon could not run so")
        : null;

    /// <summary>Whether a clock is beyond the highest.</summary>
    public static bool IsBeyond(int clockMHz, double highestMHz) => clockMHz > highestMHz * (1 + Rounding);

    /// <summary>Prints what was asked for.</summary>
    public static void Print(Session session, RunResult result)
    {
        if (result.OperatingPoints is { } points)
        {
            OperatingPointRows.Print(session, points);
        }
    }
}
