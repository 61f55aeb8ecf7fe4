using System.Globalization;

namespace NpuSim.Cli.Debugging;

/// <summary>The cycles of <c>--cycles FIRST-LAST</c>, counted from 1.</summary>
internal readonly record struct CycleRange(long First, long Last)
{
    public long Count => Last - First + 1;

    public bool Contains(long cycle) => cycle >= First && cycle <= Last;

    /// <exception cref="UsageException">The text is no range.</exception>
    public static CycleRange Parse(string text)
    {
        string[] ends = text.Split('-');
        bool isRange = long.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out long first)
            & long.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out long last);
        return isRange && ends.Length <= 2 && first >= 1 && last >= first
            ? new CycleRange(first, last)
            : throw new UsageException($"--cycles: found '{text}', expected a cycle such as 7, or a range such as 1-20");
    }
}
