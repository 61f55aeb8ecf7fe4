using System.Diagnostics;

namespace NpuSim.Cli.Bench;

/// <summary>How long calls are measured.</summary>
/// <param name="WarmUp">Before measuring; the compiler of the runtime replaces code it has seen often.</param>
/// <param name="Measure">Measuring.</param>
internal sealed record BenchClock(TimeSpan WarmUp, TimeSpan Measure)
{
    /// <summary>Calls after which the runtime compiles a method anew, and some more.</summary>
    private const int WarmCalls = 40;

    /// <summary>A batch takes at least as long, so that the clock's own time does not count.</summary>
    private const double ShortestBatchSeconds = 200e-6;

    public static BenchClock Usual { get; } = new(TimeSpan.FromMilliseconds(40), TimeSpan.FromMilliseconds(60));

    public static BenchClock Quick { get; } = new(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(4));

    /// <summary>Seconds of a call: the least of all batches, which other work on the host disturbed least.</summary>
    public double Seconds(Action call, CancellationToken cancellation)
    {
        call();
        double once = Math.Max(Batch(call, 1), 1e-9);
        Warm(call, once, cancellation);
        once = Math.Min(once, Math.Max(Batch(call, 1), 1e-9));
        int calls = (int)Math.Clamp(ShortestBatchSeconds / once, 1, 1_000_000);
        double best = double.PositiveInfinity;
        var watch = Stopwatch.StartNew();
        do
        {
            cancellation.ThrowIfCancellationRequested();
            best = Math.Min(best, Batch(call, calls) / calls);
        }
        while (watch.Elapsed < Measure);
        return Math.Max(best, 1e-9);
    }

    private void Warm(Action call, double once, CancellationToken cancellation)
    {
        // A call that takes longer than the whole warm-up has long been replaced while it ran.
        var watch = Stopwatch.StartNew();
        for (int calls = 0; once < WarmUp.TotalSeconds && (calls < WarmCalls || watch.Elapsed < WarmUp); calls++)
        {
            cancellation.ThrowIfCancellationRequested();
            call();
            if (watch.Elapsed > 4 * WarmUp) return;
        }
    }

    private static double Batch(Action call, int calls)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < calls; i++) call();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
