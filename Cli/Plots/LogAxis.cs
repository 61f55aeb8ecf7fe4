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

    /// <summary>An axis that ends a little beyond the values, which are above 0, instead of at whole decades.</summary>
    public static LogAxis Near(IEnumerable<double> values, double start, double end)
    {
        double low = double.MaxValue, high = double.MinValue;
        foreach (double value in values)
        {
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        }

        double beyond = Math.Max(Math.Pow(high / low, 0.06), 1.1);
        return new LogAxis(low / beyond, high * beyond, start, end);
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

    /// <summary>Round values within the axis: decades, with 2 and 5 between them where the axis is short, or evenly spaced ones where it is shorter still.</summary>
    public IReadOnlyList<double> FineMarks()
    {
        int first = (int)Math.Floor(Math.Log10(Low)), last = (int)Math.Ceiling(Math.Log10(High));
        double[] leads = last - first > MostMarks / 2 ? [1] : [1, 2, 5];
        int step = leads.Length == 1 ? ((last - first) / MostMarks) + 1 : 1;
        List<double> marks = [.. from decade in Enumerable.Range(first, last - first + 1)
            where (decade - first) % step == 0
            from lead in leads
            let mark = lead * Math.Pow(10, decade)
            where mark >= Low && mark <= High
            select mark];
        return marks.Count > 2 ? marks : [.. new LinearAxis(High, 0, 1).Marks(MostMarks * 2).Where(mark => mark >= Low)];
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
