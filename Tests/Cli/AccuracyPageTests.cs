using NpuSim.Cli;
using Xunit;

namespace NpuSim.Tests.Cli;

/// <summary>docs/Accuracy.md and docs/Energy.md are what the command writes, and every bound in it holds.</summary>
public sealed class AccuracyPageTests
{
    [Fact]
    [Trait("Category", "Slow")]
    public void Every_bound_holds_and_the_page_is_what_the_command_writes()
    {
        string folder = Directory.CreateTempSubdirectory("accuracy").FullName;
        try
        {
            var result = CommandLine.Run("validate", "--reference", RepositoryFolder.File("Tests", "Reference"), "--out", folder, "--quiet");
            Assert.True(result.ExitCode == ExitCodes.Done, result.Error);
            foreach (string file in new[] { "Accuracy.md", "Accuracy.svg", "Energy.md" })
            {
                Assert.True(
                    File.ReadAllText(RepositoryFolder.File("docs", file)) == File.ReadAllText(Path.Combine(folder, file)),
                    $"docs/{file} is not what npusim validate --write writes");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Every_suite_has_a_section()
    {
        string page = File.ReadAllText(RepositoryFolder.File("docs", "Accuracy.md")) + File.ReadAllText(RepositoryFolder.File("docs", "Energy.md"));
        string help = CommandLine.Run("validate", "--help").Output;
        string suites = string.Join(' ', help.Split('\n').SkipWhile(line => !line.Contains("Suites to run:", StringComparison.Ordinal))
            .TakeWhile(line => line.Length > 0));
        string list = suites[(suites.IndexOf("run:", StringComparison.Ordinal) + 4)..suites.IndexOf(". Default", StringComparison.Ordinal)];
        Assert.All(
            list.Split(',', StringSplitOptions.TrimEntries), suite => Assert.Contains($"`npusim validate {suite}`", page, StringComparison.Ordinal));
    }
}
