using NpuSim.Cli.Reports;

namespace NpuSim.Cli.Validation;

/// <summary>The result of a validation on a terminal.</summary>
internal static class ValidationText
{
    private const int NameWidth = 44;

    private static readonly TableColumnSpec[] ErrorColumns =
    [
        new("group"), new("quantity"), new("cases", Numbers: true), new("equal", Numbers: true), new("mean", Numbers: true),
        new("median", Numbers: true), new("worst", Numbers: true), new("bias", Numbers: true), new("worst case"),
    ];

    private static readonly TableColumnSpec[] BoundColumns =
        [new("bound on"), new("quantity"), new("wanted"), new("found", Numbers: true), new("state")];

    /// <summary>Prints a suite: errors per scope, group and quantity, then its bounds.</summary>
    public static void Print(Session session, SuiteResult result)
    {
        var output = session.Output;
        output.WriteLine($"{result.Suite.Name}: {result.Suite.Title}");
        foreach (string absent in result.Absent)
        {
            output.WriteLine($"  {absent} is not there");
        }

        foreach (var scope in result.Groups.GroupBy(group => group.Scope))
        {
            output.WriteLine();
            output.WriteLine(ScopeTitle(scope.Key));
            Tables.Print(session, ErrorColumns, [.. scope.Select(ErrorCells)]);
        }

        if (result.Verdicts.Count > 0)
        {
            output.WriteLine();
            Tables.Print(session, BoundColumns, [.. result.Verdicts.Select(BoundCells)]);
        }

        output.WriteLine();
    }

    /// <summary>One line for all suites.</summary>
    public static string Conclusion(ValidationResult result)
    {
        var verdicts = result.Suites.SelectMany(suite => suite.Verdicts).ToList();
        int Count(BoundState state) => verdicts.Count(verdict => verdict.State == state);
        string interrupted = result.IsComplete ? "" : "interrupted; of the suites that finished: ";
        int cases = result.Suites.Sum(suite => suite.Cases.Count);
        return FormattableString.Invariant($"{interrupted}{cases} figures compared; bounds: {Count(BoundState.Held)} held, ")
            + FormattableString.Invariant($"{Count(BoundState.Broken)} broken, {Count(BoundState.NotThere)} without reference figures");
    }

    /// <summary>Heading of the errors of a scope.</summary>
    public static string ScopeTitle(AccuracyScope scope) => scope switch
    {
        AccuracyScope.Kernel => "Per kernel",
        AccuracyScope.EndToEnd => "End to end",
    };

    /// <summary>Cells of an error table, as <c>group, quantity, cases, equal, mean, median, worst, bias, worst case</c>.</summary>
    public static string[] ErrorCells(AccuracyGroup group)
    {
        var sum = group.Summary;
        return
        [
            group.Name, group.Quantity, Figures.Count(sum.Cases), Figures.Count(sum.Equal), ErrorText.Percent(sum.Mean), ErrorText.Percent(sum.Median),
            ErrorText.Percent(sum.Worst), ErrorText.Signed(sum.Bias), sum.Equal == sum.Cases ? "" : Figures.Short(sum.WorstCase.Name, NameWidth),
        ];
    }

    /// <summary>Cells of a table of bounds, as <c>group, quantity, wanted, found, state</c>.</summary>
    public static string[] BoundCells(BoundVerdict verdict) =>
    [
        verdict.Bound.Group.Length == 0 ? "all" : verdict.Bound.Group, verdict.Bound.Quantity, verdict.Wanted, verdict.Found, verdict.StateText,
    ];
}
