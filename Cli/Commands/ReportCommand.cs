using System.CommandLine;
using NpuSim.Cli.Pages;
using NpuSim.Cli.Pages.SweepPages;

namespace NpuSim.Cli.Commands;

/// <summary><c>report</c>: the porting report from results of earlier runs.</summary>
internal sealed class ReportCommand : Command
{
    private readonly Argument<string[]> _results = new("RESULT")
    {
        Description = "Results of npusim run or evaluate (--json FILE, or report.json of --out DIR), several are compared; or the folder of a finished sweep.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly PageOptions _page = new();

    public ReportCommand(Session session)
        : base("report", "Writes the porting report of earlier runs as one HTML page.")
    {
        Arguments.Add(_results);
        _page.AddTo(this);
        SetAction(parsed => Run(session, parsed));
    }

    private int Run(Session session, ParseResult parsed)
    {
        _page.RequireGiven(parsed, Name);
        _page.Require(parsed);
        string[] results = parsed.GetRequiredValue(_results);
        if (results is [var folder] && Directory.Exists(folder))
        {
            OutputFile.WriteText(_page.File(parsed)!, SweepPage.OfFolder(folder));
            return ExitCodes.Done;
        }

        List<PageRun> runs = [];
        foreach (string file in results)
        {
            session.Cancellation.ThrowIfCancellationRequested();
            runs.Add(ResultFile.Load(file) with { Targets = _page.Targets(parsed) });
        }

        _page.Write(parsed, null, runs);
        return ExitCodes.Done;
    }
}
