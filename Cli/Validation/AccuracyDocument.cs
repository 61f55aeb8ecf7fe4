using System.Text;
using NpuSim.Cli.Reports;

namespace NpuSim.Cli.Validation;

/// <summary>docs/Accuracy.md and docs/Energy.md: how near the simulator comes to its references. Nothing in it depends on the time or the computer.</summary>
internal static class AccuracyDocument
{
    /// <summary>The plot beside the document.</summary>
    public const string PlotFile = "Accuracy.svg";

    private const int MostUnfolded = 12;

    private const string Generated =
        """
        This page is **generated** by `npusim validate --write` from the reference figures in `Tests/Reference`; do not edit it. An error is
        simulated / reference − 1; mean, median and worst are of its absolute value, bias is the mean with its sign.
        """;

    private const string CyclesHead =
        """
        # Accuracy

        How near simulated cycles and traffic come to hardware, to cycle-accurate simulators and to published silicon; [energy, power and area](Energy.md)
        have a page of their own. Errors of single kernels and of whole networks stand apart: the first cancel in the second.
        """;

    private const string EnergyHead =
        """
        # Energy, power and area

        How near simulated energy, power and area come to published silicon and to the models that the tables are made of. Where the tables' entries come
        from: [tables](energy/tables.md); what is counted and where: [actions](energy/actions.md); what data changes: [data](energy/data.md); voltage, clock,
        temperature, power over time: [power](energy/power.md). [Cycles](Accuracy.md) have a page of their own.
        """;

    /// <summary>The page.</summary>
    /// <param name="page">Which one.</param>
    /// <param name="result">Its suites.</param>
    /// <param name="hasPlot">Whether there is a plot to show.</param>
    public static string Text(AccuracyPage page, ValidationResult result, bool hasPlot)
    {
        string head = page switch
        {
            AccuracyPage.Cycles => CyclesHead,
            AccuracyPage.Energy => EnergyHead,
        };
        var text = new StringBuilder($"{head} {Generated}\n\n".ReplaceLineEndings("\n"));
        text.Append("## Summary\n");
        foreach (var scope in Enum.GetValues<AccuracyScope>())
        {
            AppendSummary(text, result, scope);
        }

        AppendBounds(text, result);
        if (hasPlot)
        {
            text.Append("\n![Cycles, simulated against reference](").Append(PlotFile).Append(")\n");
        }

        foreach (var suite in result.Suites)
        {
            AppendSuite(text, suite);
        }

        return text.ToString();
    }

    // Over all groups of a suite: one line per quantity.
    private static void AppendSummary(StringBuilder text, ValidationResult result, AccuracyScope scope)
    {
        var rows = result.Suites.SelectMany(suite => suite.Cases.Where(item => item.Scope == scope).GroupBy(item => item.Quantity)
            .Select(group => ValidationText.ErrorCells(new AccuracyGroup(scope, suite.Suite.Name, group.Key, [.. group])))).ToList();
        if (rows.Count > 0)
        {
            text.Append("\n### ").Append(ValidationText.ScopeTitle(scope)).Append("\n\n");
            AppendTable(text, ["suite", "quantity", "cases:", "equal:", "mean:", "median:", "worst:", "bias:"], rows.Select(row => row[..^1]));
        }
    }

    private static void AppendBounds(StringBuilder text, ValidationResult result)
    {
        var rows = result.Suites.SelectMany(suite => suite.Verdicts.Select(verdict => BoundRow(suite, verdict))).ToList();
        if (rows.Count > 0)
        {
            text.Append("\n### Bounds\n\n");
            AppendTable(text, ["suite", "group", "quantity", "wanted", "found:", "state"], rows);
        }
    }

    private static string[] BoundRow(SuiteResult suite, BoundVerdict verdict) => [suite.Suite.Name, .. ValidationText.BoundCells(verdict)];

    private static void AppendSuite(StringBuilder text, SuiteResult result)
    {
        text.Append("\n## ").Append(Plain(result.Suite.Title)).Append("\n\n`npusim validate ").Append(result.Suite.Name).Append("`. ");
        text.Append(result.Suite.Source.ReplaceLineEndings(" ")).Append('\n');
        foreach (string absent in result.Absent)
        {
            text.Append("\n`").Append(absent).Append("` is not there.\n");
        }

        foreach (var scope in result.Groups.GroupBy(group => group.Scope))
        {
            text.Append("\n**").Append(ValidationText.ScopeTitle(scope.Key)).Append("**\n\n");
            AppendGroups(text, [.. scope]);
        }
    }

    // Groups of which every figure is equal take a sentence, the others a table and their cases.
    private static void AppendGroups(StringBuilder text, IReadOnlyList<AccuracyGroup> all)
    {
        var groups = all.GroupBy(group => group.Name).ToLookup(name => name.All(group => group.Summary.Equal == group.Summary.Cases));
        if (groups[true].Any())
        {
            var sizes = groups[true].Select(name => $"{Plain(name.Key)} ({Figures.Count(name.Sum(group => group.Cases.Count))} figures)");
            text.Append("Equal in every figure: ").AppendJoin(", ", sizes).Append(".\n").Append(groups[false].Any() ? "\n" : "");
        }

        if (groups[false].Any())
        {
            AppendTable(
                text, ["group", "quantity", "cases:", "equal:", "mean:", "median:", "worst:", "bias:", "worst case"],
                groups[false].SelectMany(name => name).Select(ValidationText.ErrorCells));
        }

        foreach (var name in groups[false])
        {
            AppendCases(text, name.Key, [.. name]);
        }
    }

    // One line per case name, its quantities side by side.
    private static void AppendCases(StringBuilder text, string name, IReadOnlyList<AccuracyGroup> quantities)
    {
        string[] names = [.. quantities.SelectMany(group => group.Cases).Select(item => item.Name).Distinct()];
        var cells = quantities.Select(group => group.Cases.GroupBy(item => item.Name).ToDictionary(same => same.Key, same => same.First())).ToList();
        bool isFolded = names.Length > MostUnfolded;
        text.Append(isFolded
            ? $"\n<details><summary>{Plain(name)}: {Figures.Count(names.Length)} cases</summary>\n\n" : $"\n{Plain(name)}:\n\n");
        string[] heads = ["case", .. quantities.SelectMany(group => new[] { $"{group.Quantity}, reference:", "simulated:", "error:" })];
        AppendTable(text, heads, names.Select(item => CaseRow(item, cells)));
        text.Append(isFolded ? "\n</details>\n" : "");
    }

    private static string[] CaseRow(string name, List<Dictionary<string, AccuracyCase>> quantities) =>
    [
        name, .. quantities.SelectMany(cells => cells.TryGetValue(name, out var item)
            ? [ErrorText.Figure(item.Reference), ErrorText.Figure(item.Simulated), ErrorText.Signed(item.Error)] : new[] { "", "", "" }),
    ];

    // A head that ends with a colon is one of numbers.
    private static void AppendTable(StringBuilder text, string[] heads, IEnumerable<string[]> rows)
    {
        AppendRow(text, heads.Select(head => head.TrimEnd(':')));
        text.Append('|').AppendJoin('|', heads.Select(head => head.EndsWith(':') ? "--:" : "---")).Append("|\n");
        foreach (string[] row in rows)
        {
            AppendRow(text, row);
        }
    }

    private static void AppendRow(StringBuilder text, IEnumerable<string> cells) =>
        text.Append("| ").AppendJoin(" | ", cells.Select(Plain)).Append(" |\n");

    private static string Plain(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
        .ReplaceLineEndings(" ");
}
