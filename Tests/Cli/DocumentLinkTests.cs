using System.Text.RegularExpressions;
using Xunit;

namespace NpuSim.Tests.Cli;

/// <summary>No document sends its reader nowhere.</summary>
public sealed partial class DocumentLinkTests
{
    public static TheoryData<string> Documents =>
    [
        .. new[] { "README.md", "ARCHITECTURE.md" }.Select(name => RepositoryFolder.File(name))
            .Concat(Directory.EnumerateFiles(RepositoryFolder.File("docs"), "*.md", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(RepositoryFolder.Path, path).Replace('\\', '/')).Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Documents))]
    public void A_relative_link_leads_to_a_file(string document)
    {
        string path = RepositoryFolder.File(document), folder = Path.GetDirectoryName(path)!;
        Assert.All(Links(File.ReadAllText(path)), link => Assert.True(Path.Exists(Path.Combine(folder, link)), $"{document}: {link} is not there"));
    }

    private static IEnumerable<string> Links(string text) => Link().Matches(text).Select(match => match.Groups[1].Value.Split('#')[0])
        .Where(link => link.Length > 0 && !link.Contains("://", StringComparison.Ordinal));

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
