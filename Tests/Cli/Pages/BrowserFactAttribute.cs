using Xunit;

namespace NpuSim.Tests.Cli.Pages;

/// <summary>A test that shows a page in headless Chromium; skipped where there is none.</summary>
public sealed class BrowserFactAttribute : FactAttribute
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    public BrowserFactAttribute()
    {
        if (Browser is null)
        {
            Skip = "no Chromium on this computer";
        }
    }

    /// <summary>Full path of the browser; null where there is none.</summary>
    public static string? Browser { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(folder => Names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
}
