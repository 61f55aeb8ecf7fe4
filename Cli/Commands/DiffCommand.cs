using System.CommandLine;
using System.Text;
using NpuSim.Cli.Diffs;
using NpuSim.Cli.Pages;

namespace NpuSim.Cli.Commands;

/// <summary><c>diff</c>: what changed from one run to another.</summary>
internal sealed class DiffCommand : Command
{
    private const string StandardOutput = "-";
    private const string ReportFile = "report.json";
    private const int DefaultLayers = 20;

    private readonly Session _session;
    private readonly Argument<string> _before = Result("A", "Result of the first run: the file of --json, or the folder of --out.");
    private readonly Argument<string> _after = Result("B", "Result of the second run.");
    private readonly Option<string?> _json = OptionFactory.Text("--json", "FILE", "Writes the changes as one JSON object; - is standard output, without the tables.");
    private readonly Option<string?> _csv = OptionFactory.Text("--csv", "FILE", "Writes the changes of the layers as CSV; - is standard output, without the tables.");
    private readonly Option<int?> _layers = OptionFactory.Integer(
        "--layers", FormattableString.Invariant($"Shows the N layers that changed most. Default: {DefaultLayers}."), 0, int.MaxValue);
    private readonly Option<bool> _quiet = OptionFactory.Flag("--quiet", "Prints no tables.");

    public DiffCommand(Session session)
        : base("diff", "Says what got faster or slower from one run to another, and why: by layer, owner of cycles, part of the energy.")
    {
        _session = session;
        Arguments.Add(_before);
        Arguments.Add(_after);
        Options.Add(_json);
        Options.Add(_csv);
        Options.Add(_layers);
        Options.Add(_quiet);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        Option<string?>[] files = [_json, _csv];
        if (files.All(option => parsed.GetValue(option) is StandardOutput))
        {
            throw new UsageException($"{_json.Name} -, {_csv.Name} -: found both on standard output, expected one of them");
        }

        foreach (var option in files.Where(option => parsed.GetValue(option) is not StandardOutput))
        {
            OutputFile.Require(option.Name, parsed.GetValue(option));
        }

        var diff = new RunDiff(Load(parsed.GetRequiredValue(_before)), Load(parsed.GetRequiredValue(_after)));
        Write(parsed.GetValue(_json), stream => DiffJson.Write(stream, diff));
        Write(parsed.GetValue(_csv), stream => DiffCsv.Write(stream, diff));
        if (files.All(option => parsed.GetValue(option) is not StandardOutput) && !parsed.GetValue(_quiet))
        {
            DiffText.Print(_session, diff, parsed.GetValue(_layers) ?? DefaultLayers);
        }

        return ExitCodes.Done;
    }

    private static Simulator.Reports.SimulationReport Load(string path) =>
        ResultFile.Load(Directory.Exists(path) && File.Exists(Path.Combine(path, ReportFile)) ? Path.Combine(path, ReportFile) : path).Report;

    private static Argument<string> Result(string name, string description) => new(name) { Description = description };

    private void Write(string? file, Action<Stream> content)
    {
        if (file is StandardOutput)
        {
            using var buffer = new MemoryStream();
            content(buffer);
            _session.Output.Write(Encoding.UTF8.GetString(buffer.ToArray()));
        }
        else if (file is not null)
        {
            OutputFile.Write(file, content);
        }
    }
}
