using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace NpuSim.Tests.Cli.Pages;

/// <summary>The porting report as a file: what it says, that it needs nothing beside it, and that names in models do it no harm.</summary>
public sealed partial class PageTests : IDisposable
{
    private const string HostileName = "</script><script>alert(1)</script><!--\"'&\u202Egnp\u2028=1+1\u0001\U0001F600層";

    private readonly string _folder = Directory.CreateTempSubdirectory("pages").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_page_tells_latency_energy_and_whether_targets_are_met()
    {
        string page = Run(Table("a"), "--target-ms", "1000", "--target-mw", "0.001");

        Assert.Contains("Missed: average power", page, StringComparison.Ordinal);
        Assert.Contains("✓ met", page, StringComparison.Ordinal);
        Assert.Contains("✗ missed", page, StringComparison.Ordinal);
        Assert.Contains("Energy by part", page, StringComparison.Ordinal);
        Assert.Contains("bits that change", page, StringComparison.Ordinal);
        Assert.Contains("Area by component", page, StringComparison.Ordinal);
        Assert.DoesNotContain("0.00 ms", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_loads_nothing_and_runs_only_its_own_scripts()
    {
        string page = Run(Table("a"));
        string outside = Script().Replace(Style().Replace(page, ""), "");
        string policy = Regex.Match(page, "Content-Security-Policy\" content=\"([^\"]*)\"").Groups[1].Value;

        Assert.StartsWith("default-src 'none';", policy, StringComparison.Ordinal);
        Assert.DoesNotMatch("(src|href)=\"(?!#)", outside);
        Assert.DoesNotContain("url(", Style().Match(page).Value, StringComparison.Ordinal);
        var scripts = Script().Matches(page).Where(match => !match.Groups[1].Value.Contains("application/json", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(scripts);
        Assert.All(scripts, script =>
        {
            string hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script.Groups[2].Value)));
            Assert.Contains($"'sha256-{hash}'", policy, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Names_cannot_leave_the_place_they_stand_in()
    {
        string plain = Run(Table("plain")), page = Run(Table(HostileName));

        Assert.Equal(Script().Count(plain), Script().Count(page));
        Assert.DoesNotContain("alert(1)</script>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
        Assert.DoesNotContain('\u0001', page);
        Assert.Contains("&lt;/script&gt;", page, StringComparison.Ordinal);
        Assert.Equal(Tags(plain), Tags(page));
    }

    [Fact]
    public void Names_reach_the_charts_as_they_are()
    {
        string page = Run(Table(HostileName));
        var data = Script().Matches(page).Where(match => match.Groups[1].Value.Contains("application/json", StringComparison.Ordinal)).ToList();
        if (data.Count == 0)
        {
            Assert.Contains("data-charts=\"static\"", page, StringComparison.Ordinal);
            return;
        }

        using var json = JsonDocument.Parse(data[0].Groups[2].Value);
        Assert.Equal("npusim.page/1", json.RootElement.GetProperty("schema").GetString());
        Assert.Equal(HostileName, json.RootElement.GetProperty("layers").GetProperty("name")[0].GetString());
    }

    [Fact]
    public void A_page_from_a_result_says_what_the_page_of_the_run_said()
    {
        string json = Path.Combine(_folder, "r.json");
        string direct = Run(Table("a"), "--json", json, "--target-ms", "5");
        string file = Path.Combine(_folder, "again.html");

        var result = CommandLine.Run("report", json, "--html", file, "--target-ms", "5");

        Assert.Equal(("", 0), (result.Error, result.ExitCode));
        Assert.Equal(direct, File.ReadAllText(file));
    }

    [Theory]
    [InlineData("", "no result of npusim run --json")]
    [InlineData("[1]", "found schema (none)")]
    [InlineData("{\"schema\": \"npusim.sweep/1\"}", "found schema npusim.sweep/1, expected npusim.run/1")]
    [InlineData("{\"schema\": \"npusim.run/1\"}", "found no \"model\"")]
    [InlineData("{\"schema\": \"npusim.run/1\", \"model\": 7}", "\"model\"")]
    public void What_is_no_result_is_refused_in_a_line(string content, string expected)
    {
        string file = Path.Combine(_folder, "bad.json");
        File.WriteAllText(file, content);

        var result = CommandLine.Run("report", file, "--html", Path.Combine(_folder, "x.html"));

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(expected, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_folder, "x.html")));
    }

    private static string Tags(string page) => string.Join('\n', Regex.Matches(Script().Replace(page, ""), "<[^>]*>").Select(tag => tag.Value));

    [GeneratedRegex("<script([^>]*)>(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex Script();

    [GeneratedRegex("<style>(.*?)</style>", RegexOptions.Singleline)]
    private static partial Regex Style();

    private string Table(string name)
    {
        string file = Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"t{name.Length}.csv"));
        File.WriteAllText(file, $"name,W,H,C,K,R,S,stride,pad,groups\n\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\",8,8,16,16,3,3,1,1,1\nsecond,8,8,16,32,1,1,1,0,1\n");
        return file;
    }

    private string Run(string model, params string[] more)
    {
        string file = Path.Combine(_folder, "page.html");
        var result = CommandLine.Run(["run", model, "--mode", "timing", "--quiet", "--html", file, .. more]);
        Assert.Equal(("", 0), (result.Error, result.ExitCode));
        return File.ReadAllText(file);
    }
}
