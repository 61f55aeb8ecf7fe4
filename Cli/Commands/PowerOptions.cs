using System.CommandLine;
using System.Globalization;
using NpuSim.Cli.Running;
using NpuSim.Isa.Energy;
using NpuSim.Isa.Machine;

namespace NpuSim.Cli.Commands;

/// <summary>The options that ask for more about power than a run's own figures.</summary>
internal sealed class PowerOptions
{
    private const int MostPoints = 1000;
    private const double LeastVoltage = 0.3, MostVoltage = 1.5;
    private const int MostMHz = 10_000;

    private readonly Option<string?> _dvfs = OptionFactory.Text(
        "--dvfs", "LOW:HIGH:STEP|V@MHZ,...", "Runs at several supply voltages too: a range, each with the highest clock that it allows, or points such as 0.65@240,0.8@370.");

    public void AddTo(Command command) => command.Options.Add(_dvfs);

    /// <summary>Refuses, before any work, what cannot be asked of a layer table, whose rows are runs of their own.</summary>
    public void RefuseForTable(ParseResult parsed, string model)
    {
        if (parsed.GetValue(_dvfs) is not null)
        {
            throw new UsageException($"--dvfs: {model} is a layer table, whose rows are compiled one by one; expected a model or a program");
        }
    }

    /// <summary>Refuses, before any work, points that the machine cannot have.</summary>
    public void Require(ParseResult parsed, MachineSpec machine) => Points(parsed, machine);

    /// <summary>Adds what is asked for to a finished run of a model or a program.</summary>
    public FinishedRun Complete(ParseResult parsed, FinishedRun run, ProgressLine progress, CancellationToken cancellation)
    {
        var points = Points(parsed, run.Result.Machine);
        return points.Count == 0 || run.Program is null
            ? run
            : run with { Result = run.Result with { OperatingPoints = OperatingPointRun.Run(run.Program, run.Result.Machine, points, progress, cancellation) } };
    }

    private IReadOnlyList<OperatingPoint> Points(ParseResult parsed, MachineSpec machine)
    {
        if (parsed.GetValue(_dvfs) is not { } text)
        {
            return [];
        }

        return text.Contains('@', StringComparison.Ordinal) ? [.. text.Split(',').Select(Point)] : [.. Voltages(text).Select(volts => Highest(machine, volts))];
    }

    private static OperatingPoint Highest(MachineSpec machine, double volts)
    {
        var point = OperatingPoint.Highest(machine, volts);
        return point.ClockMHz is >= 1 and <= MostMHz ? point : throw new UsageException(FormattableString.Invariant(
            $"--dvfs: {volts} V allows {point.ClockMHz} MHz on {machine.Name} (energy.rated, energy.thresholdVoltage {machine.Energy.ThresholdVoltage}), expected 1 to {MostMHz} MHz"));
    }

    private static OperatingPoint Point(string text)
    {
        string[] parts = text.Split('@');
        if (parts.Length == 2 && Voltage(parts[0]) is { } volts && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int clock)
            && clock is >= 1 and <= MostMHz)
        {
            return new OperatingPoint((double)volts, clock);
        }

        throw new UsageException(FormattableString.Invariant(
            $"--dvfs: found '{text}', expected VOLTS@MHZ with {LeastVoltage} to {MostVoltage} V and a whole clock of 1 to {MostMHz} MHz"));
    }

    private static IEnumerable<double> Voltages(string text)
    {
        string[] parts = text.Split(':');
        if (parts.Length != 3 || Voltage(parts[0]) is not { } low || Voltage(parts[1]) is not { } high || high < low
            || !decimal.TryParse(parts[2], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal step)
            || step <= 0 || (high - low) / step >= MostPoints)
        {
            throw new UsageException(FormattableString.Invariant(
                $"--dvfs: found '{text}', expected LOW:HIGH:STEP in V, {LeastVoltage} to {MostVoltage} ascending, at most {MostPoints} points; or VOLTS@MHZ,..."));
        }

        // Decimal steps, so that 0.6 + 0.05 is 0.65.
        return Enumerable.Range(0, (int)((high - low) / step) + 1).Select(index => (double)(low + (index * step)));
    }

    private static decimal? Voltage(string text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal volts)
        && volts is >= (decimal)LeastVoltage and <= (decimal)MostVoltage ? volts : null;
}
