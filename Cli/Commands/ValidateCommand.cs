using System.CommandLine;
using NpuSim.Cli.Validation;

namespace NpuSim.Cli.Commands;

/// <summary><c>validate</c>: simulated figures against reference figures, with a bound on the error of each table.</summary>
internal sealed class ValidateCommand : Command
{
    private const string StandardOutput = "-";

    private readonly Session _session;
    private readonly Argument<string[]> _what = new("WHAT")
    {
        Arity = ArgumentArity.ZeroOrMore,
        Description = $"Suites to run: {string.Join(", ", AccuracySuites.All.Select(suite => suite.Name))}. Default: all.",
    };

    private readonly Option<string?> _reference = OptionFactory.Text(
        "--reference", "DIR", $"Folder of the reference tables. Default: {ReferenceFolder.DefaultPath} of the checkout.");
    private readonly Option<string?> _json = OptionFactory.Text(
        "--json", "FILE", "Writes every case as one JSON object; - is standard output, without the tables.");
    private readonly Option<string?> _csv = OptionFactory.Text("--csv", "FILE", "Writes every case as CSV; - is standard output, without the tables.");
    private readonly Option<string?> _out = OptionFactory.Text("--out", "DIR", "Writes everything into a folder: JSON, CSV, pages, plots.");
    private readonly Option<string?> _svg = OptionFactory.Text("--svg", "DIR", "Writes plots of simulated against reference figures, one per suite and quantity.");
    private readonly Option<bool> _write = OptionFactory.Flag(
        "--write", $"Writes docs/Accuracy.md and docs/Energy.md anew, from all suites and {ReferenceFolder.DefaultPath} of the checkout.");
    private readonly Option<bool> _quiet = OptionFactory.Flag("--quiet", "Prints no tables and no progress, only broken bounds.");

    public ValidateCommand(Session session)
        : base("validate", "Compares simulated figures with reference figures; fails (exit code 1) where a bound on the error is broken.")
    {
        _session = session;
        Arguments.Add(_what);
        Options.Add(_reference);
        Options.Add(_json);
        Options.Add(_csv);
        Options.Add(_out);
        Options.Add(_svg);
        Options.Add(_write);
        Options.Add(_quiet);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        var suites = AccuracySuites.Named(parsed.GetValue(_what) ?? []);
        Require(parsed);
        string folder = Folder(parsed);
        ValidationResult result;
        using (var progress = new ProgressLine(_session, parsed.GetValue(_quiet)))
        {
            result = ValidationRun.Run(suites, folder, progress, _session.Cancellation);
        }

        Present(parsed, result);
        _session.Cancellation.ThrowIfCancellationRequested();
        if (result.Suites.All(suite => suite.Cases.Count == 0))
        {
            throw new UsageException($"validate: nothing to compare with in {folder}, expected {string.Join(", ", result.Suites.SelectMany(suite => suite.Absent))}");
        }

        if (parsed.GetValue(_write))
        {
            ValidationFolder.WriteDocument(Documents(folder), result);
        }

        return Judge(result);
    }

    private void Require(ParseResult parsed)
    {
        string?[] files = [parsed.GetValue(_json), parsed.GetValue(_csv)];
        if (files.All(file => file is StandardOutput))
        {
            throw new UsageException($"{_json.Name} -, {_csv.Name} -: found both on standard output, expected one of them");
        }

        foreach (var option in new[] { _json, _csv }.Where(option => parsed.GetValue(option) is not StandardOutput))
        {
            OutputFile.Require(option.Name, parsed.GetValue(option));
        }

        OutputFile.RequireFolder(_out.Name, parsed.GetValue(_out));
        OutputFile.RequireFolder(_svg.Name, parsed.GetValue(_svg));
        if (parsed.GetValue(_write) && (parsed.GetValue(_what) is { Length: > 0 } || parsed.GetValue(_reference) is not null))
        {
            throw new UsageException($"{_write.Name}: the pages hold all suites on the checkout's own tables, expected no WHAT and no {_reference.Name}");
        }
    }

    private string Folder(ParseResult parsed) => parsed.GetValue(_reference) switch
    {
        null => ReferenceFolder.Find(),
        var given when Directory.Exists(given) => given,
        var given => throw new UsageException($"{_reference.Name} {given}: no such folder, expected one of reference tables"),
    };

    // Tests/Reference and docs are in the same checkout.
    private static string Documents(string reference) => Path.GetFullPath(Path.Combine(reference, "..", "..", "docs"));

    private void Present(ParseResult parsed, ValidationResult result)
    {
        string? json = parsed.GetValue(_json), csv = parsed.GetValue(_csv);
        if (parsed.GetValue(_out) is { } folder)
        {
            ValidationFolder.Write(folder, result);
        }

        if (parsed.GetValue(_svg) is { } plots)
        {
            ValidationFolder.WritePlots(plots, result);
        }

        Write(json, stream => ValidationJson.Write(stream, result));
        Write(csv, stream => ValidationCsv.Write(stream, result));
        if (json is StandardOutput || csv is StandardOutput || parsed.GetValue(_quiet))
        {
            return;
        }

        foreach (var suite in result.Suites)
        {
            ValidationText.Print(_session, suite);
        }

        _session.Output.WriteLine(ValidationText.Conclusion(result));
    }

    private void Write(string? file, Action<Stream> content)
    {
        if (file is StandardOutput)
        {
            using var buffer = new MemoryStream();
            content(buffer);
            _session.Output.Write(System.Text.Encoding.UTF8.GetString(buffer.ToArray()));
        }
        else if (file is not null)
        {
            OutputFile.Write(file, content);
        }
    }

    private int Judge(ValidationResult result)
    {
        foreach (var (suite, verdict) in result.Broken)
        {
            string group = verdict.Bound.Group.Length == 0 ? suite.Suite.Name : $"{suite.Suite.Name}, {verdict.Bound.Group}";
            _session.Error.WriteLine($"npusim: validate: {group}, {verdict.Bound.Quantity}: found {verdict.Found}, expected {verdict.Wanted}");
        }

        return result.Broken.Any() ? ExitCodes.Failed : ExitCodes.Done;
    }
}
