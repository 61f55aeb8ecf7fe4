using System.CommandLine;
using System.Globalization;
using NpuSim.Cli.Reports;
using NpuSim.Cli.Running;
using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Commands;

/// <summary>The options that ask what a run takes that is repeated at a fixed rate: <c>--duty</c> and <c>--battery</c>.</summary>
internal sealed class DutyOptions
{
    private const double LeastRate = 1e-6, MostRate = 1e9;

    private readonly Option<double?> _duty = OptionFactory.Real(
        "--duty", "Inferences per second: average power with the standby in between.", LeastRate, MostRate);

    private readonly Option<string?> _battery = OptionFactory.Text("--battery", "MAH@V", "How long a battery lasts at that rate, such as 1000@3.7.");

    public void AddTo(Command command)
    {
        command.Options.Add(_duty);
        command.Options.Add(_battery);
    }

    /// <summary>Refuses, before any work, a battery that is none or has no rate.</summary>
    public void Require(ParseResult parsed)
    {
        if (Battery(parsed) is not null && parsed.GetValue(_duty) is null)
        {
            throw new UsageException("--battery: found without a rate of inferences, expected --duty RATE beside it");
        }
    }

    /// <summary>Adds what is asked for to a finished run.</summary>
    public FinishedRun Complete(ParseResult parsed, FinishedRun run)
    {
        if (parsed.GetValue(_duty) is not { } rate)
        {
            return run;
        }

        double latency = run.Result.Report.LatencyMs;
        var report = DutyCycleReport.Of(run.Result.Report, run.Result.Machine, rate) ?? throw new UsageException(FormattableString.Invariant(
            $"--duty: found {rate} inferences per second, expected at most {1000 / latency:0.######}: one takes {latency:0.######} ms"));
        return run with { Result = run.Result with { DutyCycle = new DutyCycleResult(report, Battery(parsed)) } };
    }

    private Battery? Battery(ParseResult parsed)
    {
        if (parsed.GetValue(_battery) is not { } text)
        {
            return null;
        }

        double[] numbers = [.. text.Split('@').Select(part =>
            double.TryParse(part, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) && number is > 0 and <= 1e6 ? number : 0)];
        return numbers.Length == 2 && numbers.All(number => number > 0) ? new Battery(numbers[0], numbers[1])
            : throw new UsageException($"--battery: found '{text}', expected MAH@VOLTS such as 1000@3.7, both above 0 and at most 1000000");
    }
}
