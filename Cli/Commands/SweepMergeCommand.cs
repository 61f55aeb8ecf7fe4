using System.CommandLine;
using NpuSim.Cli.Sweeps;

namespace NpuSim.Cli.Commands;

/// <summary><c>sweep merge</c>: shards become one sweep.</summary>
internal sealed class SweepMergeCommand : Command
{
    private readonly Session _session;
    private readonly Argument<string[]> _folders = new("DIR")
    {
        Arity = ArgumentArity.OneOrMore,
        Description = "Folders of shards, or the folder that holds them.",
    };

    private readonly Option<string?> _out = OptionFactory.Text("--out", "DIR", "Where the whole goes. Default: the one DIR that is given.");
    private readonly SweepOutputs _outputs = new();

    public SweepMergeCommand(Session session)
        : base("merge", "Joins the shards of a sweep into what one computer would have written, and answers.")
    {
        _session = session;
        Arguments.Add(_folders);
        Options.Add(_out);
        _outputs.AddTo(this);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        string[] folders = parsed.GetRequiredValue(_folders);
        OutputFile.RequireFolder(_out.Name, parsed.GetValue(_out));
        _outputs.Require(parsed);
        string output = parsed.GetValue(_out) ?? (folders.Length == 1
            ? folders[0] : throw new UsageException("merge: found several folders and no --out, expected where the whole goes"));
        var plan = SweepMerge.Run(folders, output);
        _outputs.Present(_session, parsed, plan, output);
        return ExitCodes.Done;
    }
}
