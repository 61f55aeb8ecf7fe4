using System.CommandLine;
using System.Text;
using NpuSim.Cli.Pages.SweepPages;
using NpuSim.Cli.Sweeps.Answers;
using NpuSim.Cli.Sweeps.Engine;
using NpuSim.Cli.Sweeps.Spec;

namespace NpuSim.Cli.Commands;

/// <summary>The options that say where the answers of a sweep go, and the writing of them.</summary>
internal sealed class SweepOutputs
{
    private const string StandardOutput = "-";

    private readonly Option<string?> _json = OptionFactory.Text("--json", "FILE", "Writes the answers as one JSON object; - is standard output, without the tables.");
    private readonly Option<string?> _csv = OptionFactory.Text("--csv", "FILE", "Writes the points as CSV; - is standard output, without the tables.");
    private readonly Option<string?> _html = OptionFactory.Text("--html", "FILE", "Writes the answers and points as one HTML page that needs no network.");
    private readonly Option<bool> _quiet = OptionFactory.Flag("--quiet", "Prints no answers and no progress.");

    public void AddTo(Command command)
    {
        command.Options.Add(_json);
        command.Options.Add(_csv);
        command.Options.Add(_html);
        command.Options.Add(_quiet);
    }

    public bool IsQuiet(ParseResult parsed) => parsed.GetValue(_quiet);

    /// <summary>Refuses, before any work, what cannot be written.</summary>
    public void Require(ParseResult parsed, Shard? shard = null)
    {
        Option<string?>[] given = [.. new[] { _json, _csv, _html }.Where(option => parsed.GetValue(option) is not null)];
        if (given.Length > 0 && shard is not null)
        {
            throw new UsageException($"{given[0].Name}: a shard has no answers, npusim sweep merge has");
        }

        if (new[] { _json, _csv }.All(option => parsed.GetValue(option) == StandardOutput))
        {
            throw new UsageException($"{_json.Name} -, {_csv.Name} -: found both on standard output, expected one of them");
        }

        foreach (var option in given.Where(option => option == _html || parsed.GetValue(option) != StandardOutput))
        {
            OutputFile.Require(option.Name, parsed.GetValue(option));
        }
    }

    /// <summary>Draws the answers of a finished sweep, writes them into its folder and prints them.</summary>
    public void Present(Session session, ParseResult parsed, SweepPlan plan, string folder)
    {
        var answers = AnswerFolder.Write(folder, plan);
        Copy(session, parsed.GetValue(_json), Path.Combine(folder, AnswerFolder.AnswersFile));
        Copy(session, parsed.GetValue(_csv), Path.Combine(folder, AnswerFolder.PointsFile));
        if (parsed.GetValue(_html) is { } page)
        {
            OutputFile.WriteText(page, SweepPage.Text(EvaluatedPoints.Load(plan, folder), answers));
        }

        if (parsed.GetValue(_json) != StandardOutput && parsed.GetValue(_csv) != StandardOutput && !IsQuiet(parsed))
        {
            AnswerText.Print(session, plan, answers);
        }
    }

    private static void Copy(Session session, string? target, string file)
    {
        if (target == StandardOutput)
        {
            session.Output.Write(File.ReadAllText(file, Encoding.UTF8));
        }
        else if (target is not null)
        {
            OutputFile.Write(target, stream =>
            {
                using var source = File.OpenRead(file);
                source.CopyTo(stream);
            });
        }
    }
}
