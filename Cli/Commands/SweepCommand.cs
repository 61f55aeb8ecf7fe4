using System.CommandLine;
using System.Globalization;
using System.Text;
using NpuSim.Cli.Reports;
using NpuSim.Cli.Sweeps;
using NpuSim.Cli.Sweeps.Engine;
using NpuSim.Cli.Sweeps.Points;
using NpuSim.Cli.Sweeps.Spec;

namespace NpuSim.Cli.Commands;

/// <summary><c>sweep</c>: many machines, one answer.</summary>
internal sealed class SweepCommand : Command
{
    private readonly Session _session;
    private readonly Argument<string> _spec = new("SPEC") { Description = "A sweep: a file (npusim schema sweep) or the name of one of configs/sweeps." };
    private readonly Option<string?> _out = OptionFactory.Text(
        "--out", "DIR", "Keeps points and answers in a folder; the same command goes on where it was interrupted. Without it, nothing is kept.");

    private readonly Option<string?> _shard = OptionFactory.Text("--shard", "i/N", "Evaluates only the i-th of N parts, into DIR/shard-i-of-N; npusim sweep merge DIR joins them.");
    private readonly Option<string?> _point = OptionFactory.Text("--point", "N", "Prints the command that runs point N by itself, and does nothing else.");
    private readonly Option<string?> _replay = OptionFactory.Text("--replay", "N", "Evaluates point N alone and prints its line of the results.");
    private readonly ClusterOptions _cluster = new();
    private readonly SweepOutputs _outputs = new();
    private readonly HostOptions _host = new();

    public SweepCommand(Session session)
        : base("sweep", "Evaluates many machines and says which are best.")
    {
        _session = session;
        Arguments.Add(_spec);
        Options.Add(_out);
        Options.Add(_shard);
        Options.Add(_point);
        Options.Add(_replay);
        _cluster.AddTo(this);
        _host.AddTo(this);
        _outputs.AddTo(this);
        Subcommands.Add(new SweepMergeCommand(session));
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        OutputFile.RequireFolder(_out.Name, parsed.GetValue(_out));
        var shard = parsed.GetValue(_shard) is { } text ? Shard.Parse(text) : null;
        if (shard is not null && parsed.GetValue(_out) is null)
        {
            throw new UsageException("--shard: found no --out, expected the folder that shards are kept in");
        }

        _outputs.Require(parsed, shard);
        bool clustered = _cluster.AreGiven(parsed);
        if (new[] { shard is not null, clustered, parsed.GetValue(_point) is not null, parsed.GetValue(_replay) is not null }.Count(given => given) > 1)
        {
            throw new UsageException("--shard, --point, --replay, --slurm, --kubernetes: found two of them, expected one");
        }

        using var level = _host.SelectLevel(parsed);
        var plan = SweepPlan.Load(parsed.GetRequiredValue(_spec));
        if (parsed.GetValue(_point) is { } shown)
        {
            return Print(string.Join("\n", ReplayCommand.Of(plan, PointNumber(plan, _point.Name, shown))) + "\n");
        }

        if (parsed.GetValue(_replay) is { } replayed)
        {
            var evaluation = new PointEvaluation(plan, new Workload(plan));
            var result = evaluation.Evaluate(PointNumber(plan, _replay.Name, replayed), plan.Spec.Mode, _session.Cancellation);
            return Print(Encoding.UTF8.GetString(PointLine.Write(plan, result)));
        }

        if (clustered)
        {
            _cluster.Launch(_session, parsed, plan, parsed.GetValue(_out), _host.IsThreadsGiven(parsed) ? _host.Threads(parsed) : 1);
            return ExitCodes.Done;
        }

        return Sweep(parsed, plan, shard);
    }

    private int Sweep(ParseResult parsed, SweepPlan plan, Shard? shard)
    {
        string? kept = parsed.GetValue(_out);
        string folder = kept is null ? Directory.CreateTempSubdirectory("npusim-sweep-").FullName : shard is null ? kept : Path.Combine(kept, shard.Folder);
        try
        {
            using var progress = new ProgressLine(_session, _outputs.IsQuiet(parsed));
            var report = SweepRun.Run(plan, folder, shard, _host.Threads(parsed), progress, _session.Cancellation);
            progress.Dispose();
            Summarise(parsed, report);
            if (shard is null)
            {
                _outputs.Present(_session, parsed, plan, folder);
            }

            return ExitCodes.Done;
        }
        catch (OperationCanceledException) when (kept is not null)
        {
            _session.Error.WriteLine($"npusim: interrupted; finished points are in {folder}, the same command goes on from there");
            return ExitCodes.Interrupted;
        }
        finally
        {
            if (kept is null)
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private void Summarise(ParseResult parsed, SweepRunReport report)
    {
        if (!_outputs.IsQuiet(parsed))
        {
            _session.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{report.Points} of {report.Expected} points, {report.Evaluated} evaluated now at {Figures.Three(report.Rate)} a second{(report.RanOutOfTime ? "; budget.seconds is used up, the same command goes on" : "")}"));
        }
    }

    private int Print(string text)
    {
        _session.Output.Write(text);
        return ExitCodes.Done;
    }

    private static long PointNumber(SweepPlan plan, string option, string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long point) && point < plan.Space.Size
            ? point
            : throw new UsageException(FormattableString.Invariant($"{option}: found '{text}', expected a point from 0 to {plan.Space.Size - 1}"));
}
