using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace NpuSim.Tests.Cli.Pages;

/// <summary>The page of a sweep.</summary>
public sealed class SweepPageTests : IDisposable
{
    private const string Spec =
        """
        {
          "name": "small <b>sweep</b>",
          "models": ["glyphnet"],
          "machine": "edge",
          "parameters": {
            "core.array.rows": { "values": [16, 32] },
            "core.array.columns": { "values": [32, 64] },
            "memory.dram.bandwidthMBps": { "values": [3200, 12800] }
          },
          "constraints": ["latencyMs <= 0.036"],
          "objectives": ["minimise latencyMs", "minimise energy.totalUj"]
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("sweep-page").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Runs a small sweep in a folder and gives the file of its page.</summary>
    public static string Write(string folder)
    {
        string spec = Path.Combine(folder, "sweep.jsonc"), page = Path.Combine(folder, "sweep.html");
        File.WriteAllText(spec, Spec);
        var result = CommandLine.Run("sweep", spec, "--quiet", "--out", Path.Combine(folder, "out"), "--html", page);
        Assert.Equal(("", 0), (result.Error, result.ExitCode));
        return page;
    }

    [Fact]
    public void A_page_of_the_folder_is_that_of_the_sweep()
    {
        string page = Write(_folder), again = Path.Combine(_folder, "again.html");

        var result = CommandLine.Run("report", Path.Combine(_folder, "out"), "--html", again);

        Assert.Equal(("", 0), (result.Error, result.ExitCode));
        Assert.Equal(File.ReadAllText(page), File.ReadAllText(again));
        Assert.DoesNotContain("<b>sweep", File.ReadAllText(page), StringComparison.Ordinal);
    }

    [Fact]
    public void The_best_of_each_pair_of_values_is_that_of_the_feasible_points()
    {
        string text = File.ReadAllText(Write(_folder));
        if (text.Contains("data-charts=\"static\"", StringComparison.Ordinal))
        {
            return;
        }

        using var data = JsonDocument.Parse(Regex.Match(text, "<script type=\"application/json\"[^>]*>(.*?)</script>", RegexOptions.Singleline).Groups[1].Value);
        var root = data.RootElement;
        var points = root.GetProperty("points").EnumerateArray().Where(point => point.GetProperty("kind").GetInt32() > 0).ToList();
        Assert.Equal(8, root.GetProperty("points").GetArrayLength());
        Assert.Equal(3 * 2, root.GetProperty("pairs").GetArrayLength());
        foreach (var pair in root.GetProperty("pairs").EnumerateArray())
        {
            int Of(string name) => pair.GetProperty(name).GetInt32();
            double?[] best = [.. pair.GetProperty("best").EnumerateArray().Select(value => value.ValueKind == JsonValueKind.Null ? (double?)null : value.GetDouble())];
            for (int cell = 0; cell < best.Length; cell++)
            {
                var there = points.Where(point => (2 * Level(point, Of("first"))) + Level(point, Of("second")) == cell)
                    .Select(point => (double?)point.GetProperty("values")[Of("objective")].GetDouble());
                Assert.Equal(there.Min(), best[cell]);
            }
        }
    }

    [Fact]
    public void A_folder_without_a_finished_sweep_is_refused()
    {
        var result = CommandLine.Run("report", _folder, "--html", Path.Combine(_folder, "x.html"));

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("expected a finished sweep", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    private static int Level(JsonElement point, int axis) => point.GetProperty("levels")[axis].GetInt32();
}
