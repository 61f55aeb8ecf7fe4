using System.CommandLine;
using NpuSim.Cli.Running;
using NpuSim.Cli.Traces;

namespace NpuSim.Cli.Commands;

/// <summary>The options that draw a run: trace.</summary>
internal sealed class DrawingOptions
{
    private readonly Option<string?> _trace = OptionFactory.Text(
        "--trace", "FILE", "Writes when every instruction worked and whom it waited for; opens in ui.perfetto.dev and chrome://tracing.");

    public void AddTo(Command command) => command.Options.Add(_trace);

    /// <summary>Whether a trace is asked for.</summary>
    public bool HasTrace(ParseResult parsed) => parsed.GetValue(_trace) is not null;

    /// <summary>Refuses, before any work, places that cannot be written.</summary>
    public void Require(ParseResult parsed) => OutputFile.Require(_trace.Name, parsed.GetValue(_trace));

    /// <summary>Refuses what a layer table does not have.</summary>
    public void RefuseForTable(ParseResult parsed, string table)
    {
        if (HasTrace(parsed))
        {
            throw new UsageException($"{_trace.Name}: {table} is a layer table, whose rows are simulated one by one; expected a model or a program");
        }
    }

    /// <summary>Writes what is asked for.</summary>
    public void Write(ParseResult parsed, FinishedRun run)
    {
        if (parsed.GetValue(_trace) is { } file && run.Trace is { } trace)
        {
            OutputFile.Write(file, stream => TraceFile.Write(stream, trace, run.Result.Report));
        }
    }
}
