using NpuSim.Isa.Energy;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Reports;

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

    /// <summary>Inferences per joule; 0 where one takes no energy.</summary>
    public static double PerJoule(double microjoules) => microjoules > 0 ? 1e6 / microjoules : 0;

    /// <summary>Tera-operations per watt, two per multiply-accumulate; 0 where no energy was taken.</summary>
    public static double TopsPerWatt(SimulationReport report) => report.Energy.TotalUj > 0 ? 2 * report.Macs / (report.Energy.TotalUj * 1e6) : 0;

    /// <summary>The line of the summary.</summary>
    public static string Line(SimulationReport report)
    {
        var power = report.Power;
        string highest = power is { PeakMw: { } peak, PeakWindowCycles: { } window, PeakAtCycle: { } at }
            ? $", {Figures.Three(peak)} mW in the highest window of {Figures.Count(window)} cycles (from cycle {Figures.Count(at)})" : "";
        string current = power.PeakCurrentMa is { } most ? $", at most {Figures.Three(most)}" : "";
        return $"{Figures.Three(power.AverageMw)} mW on average{highest}; {Figures.Three(power.CurrentMa)} mA{current} from the chip's own supply; "
            + $"{Figures.Three(PerJoule(report.Energy.TotalUj))} inferences/J, {Figures.Three(TopsPerWatt(report))} TOPS/W";
    }

    /// <summary>Prints what was asked for.</summary>
    public static void Print(Session session, RunResult result)
    {
        if (result.OperatingPoints is { } points)
        {
            OperatingPointRows.Print(session, points);
        }

        if (result.DutyCycle is { } duty)
        {
            DutyCycleText.Print(session, duty, result.Machine);
        }
    }
}
