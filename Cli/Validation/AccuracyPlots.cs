using NpuSim.Cli.Plots;

namespace NpuSim.Cli.Validation;

/// <summary>Plots of simulated against reference figures.</summary>
internal static class AccuracyPlots
{
    private const string Cycles = "cycles";

    /// <summary>The plots of a suite, one per quantity, with file names; groups are colours.</summary>
    public static IEnumerable<(string File, string Svg)> Of(SuiteResult result)
    {
        foreach (var quantity in result.Groups.GroupBy(group => group.Quantity))
        {
            var series = quantity.Select(group => new ScatterSeries(group.Name, [.. group.Cases.Select(Point)])).ToList();
            if (new ScatterPlot($"{result.Suite.Title}: {quantity.Key}", "reference", "simulated", series).ToSvg() is { } svg)
            {
                yield return ($"{result.Suite.Name}-{FilePart(quantity.Key)}.svg", svg);
            }
        }
    }

    /// <summary>Cycles of all suites in one plot; suites are colours. Null where there are none.</summary>
    public static string? OfCycles(ValidationResult result)
    {
        var series = result.Suites.Select(suite => new ScatterSeries(
            suite.Suite.Name, [.. suite.Cases.Where(item => item.Quantity.EndsWith(Cycles, StringComparison.Ordinal)).Select(Point)]));
        return new ScatterPlot("Cycles, simulated against reference (dashed: ±10 %)", "reference cycles", "simulated cycles", [.. series]).ToSvg();
    }

    private static ScatterPoint Point(AccuracyCase item) =>
        new(item.Reference, item.Simulated, $"{item.Group} {item.Name}: {ErrorText.Signed(item.Error)}");

    private static string FilePart(string text) =>
        string.Concat(text.ToLowerInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-')).Trim('-');
}
