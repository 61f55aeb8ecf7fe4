using System.Diagnostics;

namespace NpuSim.Cli.Bench;

/// <summary>How long calls are measured.</summary>
/// <param name="FirstWarmUp">Before code is measured first: the runtime replaces it by faster code, in the background and not at
/// once.</param>
/// <param name="WarmUp">Before it is measured on other operands.</param>
/// <param name="Measure">Measuring.</param>
internal sealed record BenchClock(TimeSpan FirstWarmUp, TimeSpan WarmUp, TimeSpan Measure)
{
    /// <summary>Calls after which the runtime compiles a method anew, and some more.</summary>
    private const int WarmCalls = 40;

    /// <summary>A batch takes at least as long, so that the clock's own time does not count.</summary>
    private const double ShortestBatchSeconds = 200e-6;

    /// <summary>Of fewer batches all may have been disturbed, unless they take far longer than they should.</summary>
    private const int FewestBatches = 8;
    private const int LongestOverrun = 10;

    public static BenchClock Usual { get; } = new(TimeSpan.FromMilliseconds(160), TimeSpan.FromMilliseconds(8), TimeSpan.FromMilliseconds(40));

    public static BenchClock Quick { get; } = new(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(4));

    /// <summary>Seconds of a call: the least of all batches, which other work on the host disturbed least.</summary>
    public double Seconds(Action call, bool first, CancellationToken cancellation)
    {
        call();
        double once = Math.Max(Batch(call, 1), 1e-9);
        Warm(call, once, first ? FirstWarmUp : WarmUp, cancellation);
        once = Math.Min(once, Math.Max(Batch(call, 1), 1e-9));
        int calls = (int)Math.Clamp(ShortestBatchSeconds / once, 1, 1_000_000);
        double best = double.PositiveInfinity;
        var watch = Stopwatch.StartNew();
        for (int batch = 0; watch.Elapsed < Measure || (batch < FewestBatches && watch.Elapsed < LongestOverrun * Measure); batch++)
        {
            cancellation.ThrowIfCancellationRequested();
            best = Math.Min(best, Batch(call, calls) / calls);
        }

        return Math.Max(best, 1e-9);
    }

    private static void Warm(Action call, double once, TimeSpan duration, CancellationToken cancellation)
    {
        // A call that takes longer than the whole warm-up has long been replaced while it ran.
        var watch = Stopwatch.StartNew();
        for (int calls = 0; once < duration.TotalSeconds && (calls < WarmCalls || watch.Elapsed < duration); calls++)
        {
            cancellation.ThrowIfCancellationRequested();
            call();
            if (watch.Elapsed > 2 * duration) return;
        }
    }

    private static double Batch(Action call, int calls)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < calls; i++) call();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
