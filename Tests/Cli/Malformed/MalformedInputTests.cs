using NpuSim.Cli;
using NpuSim.Tests.Workloads.Data;
using Xunit;

namespace NpuSim.Tests.Cli.Malformed;

public sealed class MalformedInputTests
{
    private static readonly Dictionary<string, MalformedCase> Cases =
        OptionCases.All().Concat(MachineCases.All()).Concat(ProgramCases.All()).Concat(TableCases.All()).Concat(DataCases.All()).Concat(ModelCases.All())
            .ToDictionary(one => one.Name);

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Fact]
    public void There_are_at_least_two_hundred_cases() => Assert.True(Cases.Count >= 200, $"{Cases.Count} cases");

    [Theory]
    [MemberData(nameof(Names))]
    public void Bad_input_gives_two_lines_at_most_and_exit_code_2(string name)
    {
        using var folder = new ScratchFolder();
        string[] args = Cases[name].Arrange(folder);
        string[] before = Files(folder);
        var result = CommandLine.Run(args);
        Assert.True(result.ExitCode == ExitCodes.BadInput, $"exit code {result.ExitCode}: {result.Error}");
        Assert.InRange(result.ErrorLines.Count, 1, 2);
        Assert.Empty(result.Output);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", result.Error, StringComparison.Ordinal);
        Assert.All(result.ErrorLines, line => Assert.InRange(line.Length, 10, 600));
        Assert.Equal(before, Files(folder));
    }

    private static string[] Files(ScratchFolder folder) => [.. Directory.EnumerateFileSystemEntries(folder.Path(""), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
}
