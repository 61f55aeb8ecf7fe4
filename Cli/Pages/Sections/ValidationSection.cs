using NpuSim.Cli.Validation;

namespace NpuSim.Cli.Pages.Sections;

/// <summary>What the simulator is held against, and how near it must come.</summary>
internal static class ValidationSection
{
    public static void Write(Html html)
    {
        SectionText.Open(html, "validation", "What is validated against what");
        html.Element("p", "The simulator's own figures are held against these references by npusim validate; docs/Accuracy.md has every case. Figures of machines that are "
            + "not among them are as good as their descriptions. Energy, power and area have bands instead.");
        PageTables.Write(html, "Suites of npusim validate", [new("Suite"), new("What"), new("Reference"), new("Bounds that hold")],
            AccuracySuites.All.Select(suite => (IReadOnlyList<PageCell>)[suite.Name, suite.Title, suite.Source, Bounds(suite)]));
        html.Close();
    }

    private static string Bounds(IAccuracySuite suite) => suite.Bounds.Count == 0
        ? "none" : string.Join("; ", suite.Bounds.Select(bound => $"{(bound.Group.Length > 0 ? $"{bound.Group}: " : "")}{bound.Quantity} {BoundVerdict.Of(bound, []).Wanted}"));
}
