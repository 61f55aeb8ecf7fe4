using System.Text.RegularExpressions;
using NpuSim.Cli;
using Xunit;

namespace NpuSim.Tests.Cli;

/// <summary>The documents' commands run, and what they show is what comes out.</summary>
public sealed partial class DocumentTests
{
    private const string FromCheckout = "dotnet run -c Release --project Cli -- ";
    private const string Tool = "npusim ";

    /// <summary>These take minutes, or rewrite a page of the checkout, or never end; BenchTests, AccuracyPageTests and ServeTests run them.</summary>
    private static readonly string[] LongRuns = ["bench", "validate", "serve"];

    /// <summary>Files that stand for the reader's own; such commands are only read, not run.</summary>
    private static readonly Regex OwnFile = ReadersFile();

    public static TheoryData<string> Commands => [.. Documents().SelectMany(CommandsOf).Distinct()];

    [Fact]
    public void The_readme_shows_the_main_command() => Assert.Contains("evaluate glyphnet", CommandsOf(File.ReadAllText(RepositoryFolder.File("README.md"))));

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_command_of_the_documents_runs(string command)
    {
        using var folder = new Workloads.Data.ScratchFolder();
        string[] args = [.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        for (int at = 1; at < args.Length; at++)
        {
            args[at] = args[at].StartsWith("docs/", StringComparison.Ordinal) ? RepositoryFolder.File(args[at]) : args[at];
            args[at] = args[at - 1] is "-o" or "--out" or "--json" or "--csv" or "--trace" or "--svg" or "--html" && args[at] != "-" ? folder.Path(args[at]) : args[at];
        }

        var result = CommandLine.Run(args);
        if (OwnFile.IsMatch(command))
        {
            // The options are right where nothing but the reader's file is missing.
            Assert.Matches("no such file", result.Error);
            return;
        }

        Assert.True(result.ExitCode == ExitCodes.Done, result.Error);
    }

    [Fact]
    public void The_readme_shows_what_its_first_command_prints()
    {
        string readme = File.ReadAllText(RepositoryFolder.File("README.md"));
        string shown = TextBlock().Match(readme).Groups[1].Value;
        string[] printed = CommandLine.Run("evaluate", "glyphnet").Output.Split('\n');
        Assert.All(
            shown.Split('\n').Select(line => line.TrimEnd('…', ' ')).Where(line => line.Length > 0),
            line => Assert.Contains(printed, real => real.StartsWith(line, StringComparison.Ordinal)));
    }

    private static IEnumerable<string> Documents() =>
        new[] { "README.md", "ARCHITECTURE.md" }.Select(name => RepositoryFolder.File(name))
            .Concat(Directory.EnumerateFiles(RepositoryFolder.File("docs"), "*.md").Order(StringComparer.Ordinal)).Select(File.ReadAllText);

    // Lines of shell blocks, and what stands in code marks in running text.
    private static IEnumerable<string> CommandsOf(string document) =>
        ShellBlock().Matches(document).SelectMany(block => block.Groups[1].Value.Split('\n'))
            .Concat(InlineCode().Matches(document).Select(code => code.Groups[1].Value))
            .Select(line => line.Trim())
            .Select(line => line.StartsWith(FromCheckout, StringComparison.Ordinal) ? line[FromCheckout.Length..] : line.StartsWith(Tool, StringComparison.Ordinal) ? line[Tool.Length..] : "")
            .Where(line => line.Length > 0 && !LongRuns.Contains(line.Split(' ')[0]));

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex ShellBlock();

    [GeneratedRegex("```text\n(glyphnet.*?)```", RegexOptions.Singleline)]
    private static partial Regex TextBlock();

    [GeneratedRegex("`(npusim [^`\n]+)`")]
    private static partial Regex InlineCode();

    [GeneratedRegex(@"\b(model\.\w+|topology\.csv|result\.json|before\.json|disasm \S+\.npu)\b")]
    private static partial Regex ReadersFile();
}
