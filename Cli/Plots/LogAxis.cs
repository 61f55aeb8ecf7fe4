using System.Globalization;

namespace NpuSim.Cli.Plots;

/// <summary>A logarithmic axis: maps values to positions and says where its marks are.</summary>
/// <param name="Low">Lowest value, above 0.</param>
/// <param name="High">Highest value, above <paramref name="Low"/>.</param>
/// <param name="Start">Position of the lowest value.</param>
/// <param name="End">Position of the highest value.</param>
internal sealed record LogAxis(double Low, double High, double Start, double End)
{
    private const int MostMarks = 8;

    /// <summary>An axis over whole decades that holds all values, which are above 0.</summary>
    public static LogAxis Around(IEnumerable<double> values, double start, double end)
    {
        double low = double.MaxValue, high = double.MinValue;
        foreach (double value in values)
        {
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        }

        double first = Math.Floor(Math.Log10(low)), last = Math.Ceiling(Math.Log10(high));
        return new LogAxis(Math.Pow(10, first), Math.Pow(10, Math.Max(last, first + 1)), start, end);
    }

    /// <summary>Where a value is.</summary>
    public double Position(double value) => Start + ((End - Start) * Math.Log10(value / Low) / Math.Log10(High / Low));

    /// <summary>Decades with a label, no more than fit.</summary>
    public IEnumerable<double> Marks()
    {
        int first = (int)Math.Round(Math.Log10(Low)), last = (int)Math.Round(Math.Log10(High));
        int step = ((last - first) / MostMarks) + 1;
        for (int decade = first; decade <= last; decade += step)
        {
            yield return Math.Pow(10, decade);
        }
    }

    /// <summary>A mark's label: 1, 10, 100, 1k, 10k … 1T, else as a power of ten.</summary>
    public static string Label(double value)
    {
        int decade = (int)Math.Round(Math.Log10(value));
        if (decade is < 0 or > 14)
        {
            return decade is < 0 and >= -3 ? value.ToString("0.###", CultureInfo.InvariantCulture) : FormattableString.Invariant($"1e{decade}");
        }

        string unit = "|k|M|G|T".Split('|')[decade / 3];
        return "1" + new string('0', decade % 3) + unit;
    }
}
