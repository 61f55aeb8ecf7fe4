using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace NpuSim.Tests.Cli.Pages;

/// <summary>Pages as a browser shows them.</summary>
[Trait("Category", "Browser")]
public sealed partial class BrowserTests : IDisposable
{
    private const int Milliseconds = 90_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("browser").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [BrowserFact]
    public void Every_chart_of_a_run_is_drawn_and_nothing_is_complained_of()
    {
        string page = Path.Combine(_folder, "page.html");
        Assert.Equal(0, CommandLine.Run("run", "glyphnet", "--mode", "timing", "--quiet", "--html", page).ExitCode);

        string shown = Show(page);

        AssertDrawn(File.ReadAllText(page), shown);
    }

    [BrowserFact]
    public void Names_of_layers_run_nothing()
    {
        string table = Path.Combine(_folder, "t.csv"), page = Path.Combine(_folder, "page.html");
        const string Name = "</script><img src=x onerror=document.title='broken'><script>document.title='broken'</script>";
        File.WriteAllText(table, $"name,W,H,C,K,R,S,stride,pad,groups\n\"{Name}\",8,8,16,16,3,3,1,1,1\n");
        Assert.Equal(0, CommandLine.Run("run", table, "--mode", "timing", "--quiet", "--html", page).ExitCode);

        string shown = Show(page);

        Assert.Contains("<title>t on edge: porting report</title>", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", shown, StringComparison.Ordinal);
        AssertDrawn(File.ReadAllText(page), shown);
    }

    [BrowserFact]
    public void Every_chart_of_a_sweep_is_drawn()
    {
        string page = SweepPageTests.Write(_folder);

        AssertDrawn(File.ReadAllText(page), Show(page));
    }

    // Where the tool has no scripts for charts, drawings stand there already.
    private static void AssertDrawn(string file, string shown)
    {
        if (file.Contains("data-charts=\"static\"", StringComparison.Ordinal))
        {
            return;
        }

        Assert.Equal(Chart().Count(file), DrawnChart().Count(shown));
        Assert.NotEqual(0, Chart().Count(file));
    }

    private string Show(string page)
    {
        var start = new ProcessStartInfo(BrowserFactAttribute.Browser!)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList =
            {
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", $"--user-data-dir={Path.Combine(_folder, "profile")}",
                "--window-size=1280,16000", "--virtual-time-budget=5000", "--enable-logging=stderr", "--dump-dom", new Uri(page).AbsoluteUri,
            },
        };
        using var browser = Process.Start(start)!;
        var errors = browser.StandardError.ReadToEndAsync();
        var shown = browser.StandardOutput.ReadToEndAsync();
        if (!browser.WaitForExit(Milliseconds))
        {
            browser.Kill(entireProcessTree: true);
            Assert.Fail("the browser did not finish");
        }

        Assert.DoesNotContain(errors.Result.Split('\n'), line => line.Contains("CONSOLE", StringComparison.Ordinal));
        return shown.Result;
    }

    [GeneratedRegex("data-chart=\"")]
    private static partial Regex Chart();

    [GeneratedRegex("data-chart=\"[^>]*>\\s*<div[^>]*>\\s*<canvas")]
    private static partial Regex DrawnChart();
}
