using NpuSim.Cli.Reports;

namespace NpuSim.Cli.Validation;

/// <summary>How a bound came out.</summary>
internal enum BoundState : byte
{
    Held,
    Broken,

    /// <summary>No case to judge by: the table is not there. Not counted as held.</summary>
    NotThere,
}

/// <summary>A bound beside what was measured.</summary>
/// <param name="Bound">The bound.</param>
/// <param name="Cases">Cases it is over.</param>
/// <param name="Value">The statistic: an error, or a share of cases.</param>
/// <param name="State">How it came out.</param>
internal sealed record BoundVerdict(AccuracyBound Bound, int Cases, double Value, BoundState State)
{
    /// <summary>Judges a bound.</summary>
    public static BoundVerdict Of(AccuracyBound bound, IReadOnlyList<AccuracyCase> cases)
    {
        AccuracyCase[] own = [.. cases.Where(item => item.Quantity == bound.Quantity && (bound.Group.Length == 0 || item.Group == bound.Group))];
        if (own.Length == 0)
        {
            return new BoundVerdict(bound, 0, double.NaN, BoundState.NotThere);
        }

        double value = Statistic(bound, own);
        bool held = bound.Statistic switch
        {
            AccuracyStatistic.Mean or AccuracyStatistic.Median or AccuracyStatistic.Worst => value <= bound.Limit,
            AccuracyStatistic.Exact => own.All(item => item.IsEqual),
            AccuracyStatistic.Share => value >= bound.Limit,
        };
        return new BoundVerdict(bound, own.Length, value, held ? BoundState.Held : BoundState.Broken);
    }

    /// <summary>The bound in words: "mean error ≤ 2.0 %".</summary>
    public string Wanted => Bound.Statistic switch
    {
        AccuracyStatistic.Mean => $"mean error ≤ {ErrorText.Percent(Bound.Limit)}",
        AccuracyStatistic.Median => $"median error ≤ {ErrorText.Percent(Bound.Limit)}",
        AccuracyStatistic.Worst => $"worst error ≤ {ErrorText.Percent(Bound.Limit)}",
        AccuracyStatistic.Exact => "every case equal",
        AccuracyStatistic.Share => $"{ErrorText.Percent(Bound.Limit)} of cases within {ErrorText.Percent(Bound.Within)}",
    };

    /// <summary>What was measured, in words.</summary>
    public string Found => State == BoundState.NotThere ? "not there" : Bound.Statistic switch
    {
        AccuracyStatistic.Mean or AccuracyStatistic.Median or AccuracyStatistic.Worst => ErrorText.Percent(Value),
        AccuracyStatistic.Exact => $"{Figures.Count((long)Math.Round(Value * Cases))} of {Figures.Count(Cases)}",
        AccuracyStatistic.Share => $"{ErrorText.Percent(Value)} of {Figures.Count(Cases)}",
    };

    /// <summary>"held", "BROKEN" or "not there".</summary>
    public string StateText => State switch
    {
        BoundState.Held => "held",
        BoundState.Broken => "BROKEN",
        BoundState.NotThere => "not there",
    };

    private static double Statistic(AccuracyBound bound, AccuracyCase[] cases) => bound.Statistic switch
    {
        AccuracyStatistic.Mean => AccuracySummary.Of(cases).Mean,
        AccuracyStatistic.Median => AccuracySummary.Of(cases).Median,
        AccuracyStatistic.Worst => AccuracySummary.Of(cases).Worst,
        AccuracyStatistic.Exact => cases.Count(item => item.IsEqual) / (double)cases.Length,
        AccuracyStatistic.Share => cases.Count(item => Math.Abs(item.Error) <= bound.Within) / (double)cases.Length,
    };
}
