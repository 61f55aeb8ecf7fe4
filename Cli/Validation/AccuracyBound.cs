namespace NpuSim.Cli.Validation;

/// <summary>What a bound is on.</summary>
internal enum AccuracyStatistic : byte
{
    /// <summary>Mean of |error|, at most the limit.</summary>
    Mean,

    /// <summary>Median of |error|, at most the limit.</summary>
    Median,

    /// <summary>Largest |error|, at most the limit.</summary>
    Worst,

    /// <summary>Every case equal; the limit does not count.</summary>
    Exact,

    /// <summary>Share of cases whose |error| is at most <see cref="AccuracyBound.Within"/>, at least the limit.</summary>
    Share,
}

/// <summary>A bound on the errors of all cases of a group and quantity.</summary>
/// <param name="Group">The group; "" means every group together.</param>
/// <param name="Quantity">The quantity.</param>
/// <param name="Statistic">What is bounded.</param>
/// <param name="Limit">The limit, as a fraction (0.02 is 2 %).</param>
/// <param name="Within">For <see cref="AccuracyStatistic.Share"/>: the |error| up to which a case counts.</param>
internal sealed record AccuracyBound(string Group, string Quantity, AccuracyStatistic Statistic, double Limit, double Within = 0);
