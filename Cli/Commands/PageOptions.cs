using System.CommandLine;
using NpuSim.Cli.Pages;

namespace NpuSim.Cli.Commands;

/// <summary>The options of the porting report: where it goes and what the run is held against.</summary>
internal sealed class PageOptions
{
    private const string FileName = "report.html";
    private const double LeastTarget = 1e-9;
    private const double MostTarget = 1e12;

    private readonly Option<string?> _html = OptionFactory.Text("--html", "FILE", "Writes the porting report, one HTML page that needs no network.");
    private readonly Option<double?> _milliseconds = Target("--target-ms", "Latency that the port must reach, in ms; the report gives the verdict.");
    private readonly Option<double?> _milliwatts = Target("--target-mw", "Average power that it must not exceed, in mW.");
    private readonly Option<double?> _kibibytes = Target("--target-kib", "Main memory and global buffer that it may use, in KiB.");

    public void AddTo(Command command)
    {
        command.Options.Add(_html);
        command.Options.Add(_milliseconds);
        command.Options.Add(_milliwatts);
        command.Options.Add(_kibibytes);
    }

    /// <summary>Whether a page is asked for.</summary>
    public bool IsGiven(ParseResult parsed) => parsed.GetValue(_html) is not null;

    /// <summary>Refuses, before any work, a place that cannot be written.</summary>
    public void Require(ParseResult parsed) => OutputFile.Require(_html.Name, parsed.GetValue(_html));

    /// <summary>Refuses a command line without a page.</summary>
    public void RequireGiven(ParseResult parsed, string command)
    {
        if (!IsGiven(parsed))
        {
            throw new UsageException($"{command}: option {_html.Name} {_html.HelpName} is missing");
        }
    }

    public PageTargets Targets(ParseResult parsed) =>
        new(parsed.GetValue(_milliseconds), parsed.GetValue(_milliwatts), parsed.GetValue(_kibibytes));

    /// <summary>The page's own file; null where it is not given.</summary>
    public string? File(ParseResult parsed) => parsed.GetValue(_html);

    /// <summary>Writes the page where it is asked for: to its own file, and into the folder of everything.</summary>
    public void Write(ParseResult parsed, string? folder, IReadOnlyList<PageRun> runs)
    {
        string?[] files = [parsed.GetValue(_html), folder is null ? null : Path.Combine(folder, FileName)];
        if (files.Any(file => file is not null))
        {
            string page = PageDocument.Text(runs);
            foreach (string file in files.OfType<string>())
            {
                OutputFile.WriteText(file, page);
            }
        }
    }

    private static Option<double?> Target(string name, string description) => OptionFactory.Real(name, description, LeastTarget, MostTarget);
}
