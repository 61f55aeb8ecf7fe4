namespace NpuSim.Cli.Validation;

/// <summary>The errors of several cases of one quantity.</summary>
/// <param name="Cases">How many.</param>
/// <param name="Equal">How many are equal to their reference.</param>
/// <param name="Mean">Mean of |error|.</param>
/// <param name="Median">Median of |error|.</param>
/// <param name="Worst">Largest |error|.</param>
/// <param name="Bias">Mean of the signed error: above 0 where ours are larger.</param>
/// <param name="WorstCase">The case with the largest |error|; the first of several.</param>
internal sealed record AccuracySummary(int Cases, int Equal, double Mean, double Median, double Worst, double Bias, AccuracyCase WorstCase)
{
    /// <summary>Sums up at least one case.</summary>
    public static AccuracySummary Of(IReadOnlyList<AccuracyCase> cases)
    {
        double[] errors = [.. cases.Select(item => Math.Abs(item.Error)).Order()];
        int middle = errors.Length / 2;
        double median = errors.Length % 2 == 1 ? errors[middle] : (errors[middle - 1] + errors[middle]) / 2;
        return new AccuracySummary(
            cases.Count, cases.Count(item => item.IsEqual), errors.Average(), median, errors[^1], cases.Average(item => item.Error),
            cases.MaxBy(item => Math.Abs(item.Error))!);
    }
}
