using System.Diagnostics;
using System.Globalization;

namespace NpuSim.Cli.Sweeps.Engine;

/// <summary>Rate and time left of a sweep, on the line of progress.</summary>
/// <param name="line">The line.</param>
/// <param name="expected">Points of the whole sweep.</param>
/// <param name="before">Points that were there at the start.</param>
internal sealed class SweepProgress(ProgressLine line, long expected, long before)
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private long _added;

    /// <summary>Points per second since the start.</summary>
    public double Rate => _added / Math.Max(Stopwatch.GetElapsedTime(_start).TotalSeconds, 1e-9);

    /// <summary>One more point.</summary>
    public void Add()
    {
        _added++;
        long done = before + _added, left = Math.Max(0, expected - done);
        line.Text(string.Create(CultureInfo.InvariantCulture, $"{done} of {expected} points, {Rate:0.#}/s, {Duration(left / Rate)} left"));
    }

    /// <summary>A time in words.</summary>
    public static string Duration(double seconds) => seconds switch
    {
        < 100 => string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(seconds):0} s"),
        < 6000 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:0.#} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:0.#} h"),
    };
}
