using System.CommandLine;
using System.Globalization;
using NpuSim.Cli.Reports;
using NpuSim.Cli.Running;
using NpuSim.Isa.Energy;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Commands;

/// <summary>The options that ask for more about power than a run's own figures.</summary>
internal sealed class PowerOptions
{
    private const int MostPoints = 1000;
    private const double LeastVoltage = 0.3, MostVoltage = 1.5;
    private const int MostMHz = 10_000;

    private readonly Option<string?> _dvfs = OptionFactory.Text(
        "--dvfs", "LOW:HIGH:STEP|V@MHZ,...", "Runs at several supply voltages too: a range, each with the highest clock that it allows, or points such as 0.65@240,0.8@370.");

    private readonly Option<string?> _power = OptionFactory.Text("--power", "FILE", "Writes power over time as CSV: mW by part and mA of the supply, window by window.");

    private readonly Option<int?> _window = OptionFactory.Integer(
        "--power-window",
        FormattableString.Invariant($"Core cycles of a window of power over time, of which the highest is the peak. Default: {PowerCurve.UsualWindowCycles}, longer for very long runs."),
        1, int.MaxValue);

    public void AddTo(Command command)
    {
        command.Options.Add(_dvfs);
        command.Options.Add(_power);
        command.Options.Add(_window);
    }

    /// <summary>Cycles of a window of power over time; 0 for the usual.</summary>
    public long WindowCycles(ParseResult parsed) => parsed.GetValue(_window) ?? 0;

    /// <summary>Refuses, before any work, what cannot be asked of a layer table, whose rows are runs of their own.</summary>
    public void RefuseForTable(ParseResult parsed, string model)
    {
        foreach (var option in (ReadOnlySpan<Option<string?>>)[_dvfs, _power])
        {
            if (parsed.GetValue(option) is not null)
            {
                throw new UsageException($"{option.Name}: {model} is a layer table, whose rows are runs of their own; expected a model or a program");
            }
        }
    }

    /// <summary>Refuses, before any work, points that the machine cannot have and files that cannot be written.</summary>
    public void Require(ParseResult parsed, MachineSpec machine)
    {
        OutputFile.Require(_power.Name, parsed.GetValue(_power));
        Points(parsed, machine);
    }

    /// <summary>Adds what is asked for to a finished run, and writes it where it has a file of its own.</summary>
    public FinishedRun Complete(ParseResult parsed, FinishedRun run, ProgressLine progress, CancellationToken cancellation)
    {
        if (parsed.GetValue(_power) is { } file && run.Result.Report.Power.Curve is { } curve)
        {
            OutputFile.Write(file, stream => PowerCsv.Write(stream, curve));
        }

        var points = Points(parsed, run.Result.Machine);
        return points.Count == 0 || run.Program is null
            ? run
            : run with
            {
                Result = run.Result with
                {
                    OperatingPoints = OperatingPointRun.Run(run.Program, run.Result.Machine, points, WindowCycles(parsed), progress, cancellation),
                },
            };
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
