using System.CommandLine;
using NpuSim.Cli.Pages;
using NpuSim.Cli.Pages.Insight;
using NpuSim.Cli.Reports;
using NpuSim.Cli.Running;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Commands;

/// <summary>The options that say where results go, and the writing of them.</summary>
internal sealed class ReportOptions
{
    private const string StandardOutput = "-";

    private readonly Option<string?> _json = OptionFactory.Text(
        "--json", "FILE", "Writes everything as one JSON object; - is standard output, without the summary.");
    private readonly Option<string?> _csv = OptionFactory.Text("--csv", "FILE", "Writes the layers as CSV; - is standard output.");
    private readonly Option<string?> _out = OptionFactory.Text("--out", "DIR", "Writes everything into a folder: JSON, CSV, HTML, SVG, trace, program, outputs.");
    private readonly Option<int?> _layers = OptionFactory.Integer("--layers", "Shows only the N layers that take longest.", 0, int.MaxValue);
    private readonly Option<bool> _check = OptionFactory.Flag(
        "--check", "Looks for data races, reads of bytes never written and deadlocks in the program; exit code 1 where it finds any.");

    private readonly PageOptions _page = new();
    private readonly DrawingOptions _drawings = new();

    private readonly Option<string?> _explain = OptionFactory.Word(
        "--explain", "energy: prints every counted action with its price, the table rows that it comes from, and which of them are assumed.", "energy");

    private readonly Option<bool> _quiet = OptionFactory.Flag("--quiet", "Prints no summary and no progress.");

    public void AddTo(Command command)
    {
        command.Options.Add(_json);
        command.Options.Add(_csv);
        command.Options.Add(_out);
        _page.AddTo(command);
        _drawings.AddTo(command);
        command.Options.Add(_layers);
        command.Options.Add(_check);
        command.Options.Add(_explain);
        command.Options.Add(_quiet);
    }

    /// <summary>Whether the program is to be checked.</summary>
    public bool IsChecked(ParseResult parsed) => parsed.GetValue(_check);

    /// <summary>Whether the run is to be recorded, for a trace, drawings or a page.</summary>
    public bool IsRecorded(ParseResult parsed) => _drawings.IsGiven(parsed) || IsPaged(parsed);

    /// <summary>Whether a page is to be written.</summary>
    public bool IsPaged(ParseResult parsed) => parsed.GetValue(_out) is not null || _page.IsGiven(parsed);

    /// <summary>Refuses what a layer table does not have.</summary>
    public void RefuseForTable(ParseResult parsed, string table) => _drawings.RefuseForTable(parsed, table);

    public bool IsQuiet(ParseResult parsed) => parsed.GetValue(_quiet);

    /// <summary>Refuses, before any work, places that cannot be written.</summary>
    public void Require(ParseResult parsed)
    {
        Option<string?>[] files = [_json, _csv];
        if (files.All(option => parsed.GetValue(option) is StandardOutput))
        {
            throw new UsageException($"{_json.Name} -, {_csv.Name} -: found both on standard output, expected one of them");
        }

        if (parsed.GetValue(_explain) is not null && files.FirstOrDefault(option => parsed.GetValue(option) is StandardOutput) is { } taken)
        {
            throw new UsageException($"{_explain.Name}: found {taken.Name} - on standard output as well, expected one of them");
        }

        foreach (var option in files.Where(option => parsed.GetValue(option) is not StandardOutput))
        {
            OutputFile.Require(option.Name, parsed.GetValue(option));
        }

        OutputFile.RequireFolder(_out.Name, parsed.GetValue(_out));
        _page.Require(parsed);
        _drawings.Require(parsed);
    }

    /// <summary>Adds to a run what a page shows beyond it, where one is asked for; the others are left as they are.</summary>
    /// <param name="parsed">What is asked for.</param>
    /// <param name="run">The run.</param>
    /// <param name="again">Simulates the same model on another machine, in time alone.</param>
    /// <param name="note">How it does so.</param>
    /// <param name="progress">Told of it.</param>
    public FinishedRun Complete(ParseResult parsed, FinishedRun run, Func<MachineSpec, SimulationReport> again, string note, ProgressLine progress)
    {
        if (!IsPaged(parsed) || (run.Result.Insight ?? RunInsight.Of(run)) is not { } insight)
        {
            return run;
        }

        // A folder of everything is written often and by scripts: it takes no longer than its run.
        var whatIfs = _page.IsGiven(parsed) ? WhatIf.Simulate(run.Result.Machine, again, progress.Stage("changed machines")) : null;
        return run with { Result = run.Result with { Insight = insight with { WhatIfs = whatIfs, WhatIfNote = note } } };
    }

    /// <summary>Prints and writes a run.</summary>
    /// <param name="session">Where to print.</param>
    /// <param name="parsed">What is asked for.</param>
    /// <param name="run">The run.</param>
    /// <param name="showOutputs">Whether the JSON holds the outputs' values.</param>
    /// <returns>The exit code: failed where the check found something.</returns>
    public int Present(Session session, ParseResult parsed, FinishedRun run, bool showOutputs)
    {
        string? folder = parsed.GetValue(_out), json = parsed.GetValue(_json), csv = parsed.GetValue(_csv);
        if (folder is not null)
        {
            RunFolder.Write(folder, run);
        }

        var result = run.Result with { Outputs = folder is not null ? RunFolder.Files(folder, run.Outputs) : showOutputs ? run.Outputs : null };
        Write(session, json, stream => ReportJson.Write(stream, result));
        Write(session, csv, stream => LayerCsv.Write(stream, result.Report.Layers));
        _page.Write(parsed, folder, [PageRun.Of(run, result, _page.Targets(parsed))]);
        _drawings.Write(parsed, folder, run);
        if (json is not StandardOutput && csv is not StandardOutput && !IsQuiet(parsed))
        {
            RunSummary.Print(session, result);
            LayerRows.Print(session, result.Report, parsed.GetValue(_layers));
            PowerText.Print(session, result);
            _drawings.PrintChart(session, parsed, result);
        }

        if (parsed.GetValue(_explain) is not null)
        {
            EnergyText.Explain(session, result.Report.Energy);
        }

        if (result.Check is not { Count: > 0 } check)
        {
            return ExitCodes.Done;
        }

        CheckText.PrintFindings(session.Error, check);
        return ExitCodes.Failed;
    }

    /// <summary>Prints and writes what was found of a run that stood still.</summary>
    /// <returns>The exit code.</returns>
    public int PresentStopped(Session session, ParseResult parsed, StoppedRunException stopped)
    {
        Write(session, parsed.GetValue(_json), stream => ReportJson.Write(stream, stopped));
        CheckText.PrintFindings(session.Error, stopped.Check);
        return ExitCodes.Failed;
    }

    private static void Write(Session session, string? file, Action<Stream> content)
    {
        if (file is StandardOutput)
        {
            using var buffer = new MemoryStream();
            content(buffer);
            session.Output.Write(System.Text.Encoding.UTF8.GetString(buffer.ToArray()));
        }
        else if (file is not null)
        {
            OutputFile.Write(file, content);
        }
    }
}
