using System.CommandLine;
using NpuSim.Cli.Drawings;
using NpuSim.Cli.Reports;
using NpuSim.Cli.Running;
using NpuSim.Cli.Traces;

namespace NpuSim.Cli.Commands;

/// <summary>The options that draw a run: in the terminal, as pictures and as a trace.</summary>
internal sealed class DrawingOptions
{
    private const string PictureFolder = "svg";
    private const string TraceName = "trace.json";

    private readonly Option<string?> _svg = OptionFactory.Text(
        "--svg", "DIR", "Writes pictures: cycles and energy by layer, roofline, engines, memories and power over time.");

    private readonly Option<string?> _trace = OptionFactory.Text(
        "--trace", "FILE", "Writes when every instruction worked and whom it waited for; opens in ui.perfetto.dev and chrome://tracing.");

    private readonly Option<bool> _chart = OptionFactory.Flag(
        "--chart", "Draws bars of layers and engines under the summary, as a terminal has them anyway.");

    public void AddTo(Command command)
    {
        command.Options.Add(_chart);
        command.Options.Add(_svg);
        command.Options.Add(_trace);
    }

    /// <summary>Whether the run must be recorded.</summary>
    public bool IsGiven(ParseResult parsed) => parsed.GetValue(_trace) is not null || parsed.GetValue(_svg) is not null;

    /// <summary>Refuses, before any work, places that cannot be written.</summary>
    public void Require(ParseResult parsed)
    {
        OutputFile.RequireFolder(_svg.Name, parsed.GetValue(_svg));
        OutputFile.Require(_trace.Name, parsed.GetValue(_trace));
    }

    /// <summary>Refuses what a layer table does not have.</summary>
    public void RefuseForTable(ParseResult parsed, string table)
    {
        if (parsed.GetValue(_trace) is not null)
        {
            throw new UsageException($"{_trace.Name}: {table} is a layer table, whose rows are simulated one by one; expected a model or a program");
        }
    }

    /// <summary>Draws bars under the summary where they are asked for or the summary goes to a terminal.</summary>
    public void PrintChart(Session session, ParseResult parsed, RunResult result)
    {
        if (session.OutputIsTerminal || parsed.GetValue(_chart))
        {
            TerminalChart.Print(session, result.Report);
        }
    }

    /// <summary>Writes what is asked for: to its own place, and into the folder of everything.</summary>
    public void Write(ParseResult parsed, string? folder, FinishedRun run)
    {
        foreach (string file in Places(parsed.GetValue(_trace), folder, TraceName))
        {
            if (run.Trace is { IsRecorded: true } trace)
            {
                OutputFile.Write(file, stream => TraceFile.Write(stream, trace, run.Result.Report));
            }
        }

        foreach (string pictures in Places(parsed.GetValue(_svg), folder, PictureFolder))
        {
            RunDrawings.Write(_svg.Name, pictures, run);
        }
    }

    private static IEnumerable<string> Places(string? own, string? folder, string name)
    {
        if (own is not null)
        {
            yield return own;
        }

        if (folder is not null)
        {
            yield return Path.Combine(folder, name);
        }
    }
}
