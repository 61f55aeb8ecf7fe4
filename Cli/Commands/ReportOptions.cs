using System.CommandLine;
using NpuSim.Cli.Reports;
using NpuSim.Cli.Running;

namespace NpuSim.Cli.Commands;

/// <summary>The options that say where results go, and the writing of them.</summary>
internal sealed class ReportOptions
{
    private const string StandardOutput = "-";

    private readonly Option<string?> _json = OptionFactory.Text(
        "--json", "FILE", "Writes everything as one JSON object; - is standard output, without the summary.");
    private readonly Option<string?> _csv = OptionFactory.Text("--csv", "FILE", "Writes the layers as CSV.");
    private readonly Option<string?> _out = OptionFactory.Text("--out", "DIR", "Writes everything into a folder: JSON, CSV, program, outputs.");
    private readonly Option<int?> _layers = OptionFactory.Integer("--layers", "Shows only the N layers that take longest.", 0, int.MaxValue);
    private readonly Option<bool> _quiet = OptionFactory.Flag("--quiet", "Prints no summary and no progress.");

    public void AddTo(Command command)
    {
        command.Options.Add(_json);
        command.Options.Add(_csv);
        command.Options.Add(_out);
        command.Options.Add(_layers);
        command.Options.Add(_quiet);
    }

    public bool IsQuiet(ParseResult parsed) => parsed.GetValue(_quiet);

    /// <summary>Refuses, before any work, places that cannot be written.</summary>
    public void Require(ParseResult parsed)
    {
        if (parsed.GetValue(_json) is not StandardOutput)
        {
            OutputFile.Require(_json.Name, parsed.GetValue(_json));
        }

        OutputFile.Require(_csv.Name, parsed.GetValue(_csv));
        OutputFile.RequireFolder(_out.Name, parsed.GetValue(_out));
    }

    /// <summary>Prints and writes a run.</summary>
    /// <param name="session">Where to print.</param>
    /// <param name="parsed">What is asked for.</param>
    /// <param name="run">The run.</param>
    /// <param name="showOutputs">Whether the JSON holds the outputs' values.</param>
    public void Present(Session session, ParseResult parsed, FinishedRun run, bool showOutputs)
    {
        string? folder = parsed.GetValue(_out), json = parsed.GetValue(_json);
        if (folder is not null)
        {
            RunFolder.Write(folder, run);
        }

        var result = run.Result with { Outputs = folder is not null ? RunFolder.Files(folder, run.Outputs) : showOutputs ? run.Outputs : null };
        if (json is StandardOutput)
        {
            using var buffer = new MemoryStream();
            ReportJson.Write(buffer, result);
            session.Output.Write(System.Text.Encoding.UTF8.GetString(buffer.ToArray()));
        }
        else if (json is not null)
        {
            OutputFile.Write(json, stream => ReportJson.Write(stream, result));
        }

        if (parsed.GetValue(_csv) is { } csv)
        {
            OutputFile.Write(csv, stream => LayerCsv.Write(stream, result.Report.Layers));
        }

        if (json is not StandardOutput && !IsQuiet(parsed))
        {
            RunSummary.Print(session, result);
            LayerRows.Print(session, result.Report, parsed.GetValue(_layers));
        }
    }
}
