using System.CommandLine;
using NpuSim.Cli.Bench;
using NpuSim.Kernels;

namespace NpuSim.Cli.Commands;

/// <summary><c>bench</c>: how fast the kernels are on this host, and how near its limits.</summary>
internal sealed class BenchCommand : Command
{
    private const string StandardOutput = "-";

    private readonly Session _session;
    private readonly Option<string?> _kernel = OptionFactory.Word("--kernel", "Measures one kernel, or the event loop, instead of all; a sweep is measured only where it is asked for.", [.. BenchRun.Kernels]);
    private readonly Option<string?> _simd = HostOptions.SimdOption("Measures one SIMD level instead of all that this processor has.");

    private readonly Option<bool> _quick = OptionFactory.Flag("--quick", "Measures briefly, hence roughly.");
    private readonly Option<string?> _json = OptionFactory.Text("--json", "FILE", "Writes the figures as one JSON object; - is standard output, without the tables.");

    public BenchCommand(Session session)
        : base("bench", "Measures the kernels per format and SIMD level, against what registers and copies reach on this host.")
    {
        _session = session;
        Options.Add(_kernel);
        _simd.Aliases.Add("--level");
        Options.Add(_simd);
        Options.Add(_quick);
        Options.Add(_json);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        string? json = parsed.GetValue(_json);
        if (json is not StandardOutput)
        {
            OutputFile.Require(_json.Name, json);
        }

        IReadOnlyList<SimdLevel> levels = HostOptions.Level(parsed, _simd) is { } level ? [level] : Simd.Supported;
        var cases = BenchRun.Cases.Where(item => parsed.GetValue(_kernel) is not { } kernel || item.Kernel == kernel).ToList();
        var report = Measure(parsed, cases, cases.Count == 0 ? [] : levels);
        if (json is not StandardOutput)
        {
            BenchPresentation.Print(_session, report);
        }

        if (json is StandardOutput)
        {
            using var buffer = new MemoryStream();
            BenchPresentation.Write(buffer, report);
            _session.Output.Write(System.Text.Encoding.UTF8.GetString(buffer.ToArray()));
        }
        else if (json is not null)
        {
            OutputFile.Write(json, stream => BenchPresentation.Write(stream, report));
        }

        return ExitCodes.Done;
    }

    private BenchReport Measure(ParseResult parsed, List<BenchCase> cases, IReadOnlyList<SimdLevel> levels)
    {
        bool quick = parsed.GetValue(_quick);
        var clock = quick ? BenchClock.Quick : BenchClock.Usual;
        string? kernel = parsed.GetValue(_kernel);
        using var line = new ProgressLine(_session);
        var report = BenchRun.Measure(cases, levels, clock, line.Stage("measuring"), _session.Cancellation);
        report = kernel is null or EventLoopBench.Name ? report with { EventLoop = EventLoopBench.Measure(clock, _session.Cancellation) } : report;
        // Longer than everything else together.
        return kernel is SweepBench.Name
            ? report with { Sweep = SweepBench.Measure(quick, Environment.ProcessorCount, line, _session.Cancellation) } : report;
    }
}
