namespace NpuSim.Cli.Validation;

/// <summary>A suite that has run.</summary>
/// <param name="Suite">The suite.</param>
/// <param name="Cases">Every case, in order.</param>
/// <param name="Absent">Reference files that it asked for and that are not there.</param>
internal sealed record SuiteResult(IAccuracySuite Suite, IReadOnlyList<AccuracyCase> Cases, IReadOnlyList<string> Absent)
{
    /// <summary>Every bound beside what was measured.</summary>
    public IReadOnlyList<BoundVerdict> Verdicts { get; } = [.. Suite.Bounds.Select(bound => BoundVerdict.Of(bound, Cases))];

    /// <summary>The cases by scope, group and quantity, in the order of their first case.</summary>
    public IReadOnlyList<AccuracyGroup> Groups { get; } =
    [
        .. Cases.GroupBy(item => (item.Scope, item.Group, item.Quantity))
            .Select(group => new AccuracyGroup(group.Key.Scope, group.Key.Group, group.Key.Quantity, [.. group])),
    ];
}

/// <summary>Cases of one scope, group and quantity.</summary>
internal sealed record AccuracyGroup(AccuracyScope Scope, string Name, string Quantity, IReadOnlyList<AccuracyCase> Cases)
{
    /// <summary>Their errors.</summary>
    public AccuracySummary Summary { get; } = AccuracySummary.Of(Cases);
}

/// <summary>All suites of one run of the command.</summary>
/// <param name="Suites">Those that have finished.</param>
/// <param name="IsComplete">False where the user interrupted before the last one.</param>
internal sealed record ValidationResult(IReadOnlyList<SuiteResult> Suites, bool IsComplete)
{
    /// <summary>The bounds that are broken, with their suites.</summary>
    public IEnumerable<(SuiteResult Suite, BoundVerdict Verdict)> Broken =>
        Suites.SelectMany(suite => suite.Verdicts.Where(verdict => verdict.State == BoundState.Broken).Select(verdict => (suite, verdict)));
}
