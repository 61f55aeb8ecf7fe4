using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace NpuSim.Tests.Cli.Pages;

/// <summary>Text of pages can be read, in light, dark and print (WCAG 2.1, contrast of normal text).</summary>
public sealed class PageColourTests
{
    private const double LeastContrast = 4.5;

    [Theory]
    [InlineData("--text")]
    [InlineData("--quiet")]
    [InlineData("--link")]
    public void Text_stands_out_from_page_and_panels(string colour)
    {
        string style = File.ReadAllText(RepositoryFolder.File("Cli/Pages/web/page.css"));
        var schemes = Regex.Matches(style, "\\{\\s*--back[^}]*\\}").Select(scheme => scheme.Value).ToList();

        Assert.Equal(4, schemes.Count);
        Assert.All(schemes, scheme => Assert.All(
            (string[])["--back", "--panel"], back => Assert.True(Contrast(Read(scheme, colour), Read(scheme, back)) >= LeastContrast, $"{colour} on {back} in {scheme}")));
    }

    [Fact]
    public void Both_dark_schemes_are_the_same()
    {
        string style = File.ReadAllText(RepositoryFolder.File("Cli/Pages/web/page.css"));
        string[] dark = [.. Regex.Matches(style, "\\{\\s*(--back[^}]*color-scheme: dark;)").Select(scheme => Regex.Replace(scheme.Groups[1].Value, "\\s+", " "))];

        Assert.Equal(2, dark.Length);
        Assert.Equal(dark[0], dark[1]);
    }

    private static string Read(string scheme, string name) => Regex.Match(scheme, $"{name}: #([0-9a-f]{{6}})").Groups[1].Value;

    private static double Contrast(string a, string b)
    {
        double first = Luminance(a), second = Luminance(b);
        return (Math.Max(first, second) + 0.05) / (Math.Min(first, second) + 0.05);
    }

    private static double Luminance(string colour)
    {
        double Channel(int at)
        {
            double value = int.Parse(colour.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
            return value <= 0.03928 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
        }

        return (0.2126 * Channel(0)) + (0.7152 * Channel(2)) + (0.0722 * Channel(4));
    }
}
