using System.CommandLine;
using NpuSim.Cli.Pages;

namespace NpuSim.Cli.Commands;

/// <summary><c>report</c>: the porting report from results of earlier runs.</summary>
internal sealed class ReportCommand : Command
{
    private readonly Argument<string[]> _results = new("RESULT")
    {
        Description = "Results of npusim run or evaluate (--json FILE, or report.json of --out DIR); several are compared.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly PageOptions _page = new();

    public ReportCommand(Session session)
        : base("report", "Writes the porting report of earlier runs as one HTML page.")
    {
        Arguments.Add(_results);
        _page.AddTo(this);
        SetAction(parsed =>
        {
            _page.RequireGiven(parsed, Name);
            _page.Require(parsed);
            var targets = _page.Targets(parsed);
            List<PageRun> runs = [];
            foreach (string file in parsed.GetRequiredValue(_results))
            {
                session.Cancellation.ThrowIfCancellationRequested();
                runs.Add(ResultFile.Load(file) with { Targets = targets });
            }

            _page.Write(parsed, null, runs);
            return ExitCodes.Done;
        });
    }
}
