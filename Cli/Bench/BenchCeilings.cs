using NpuSim.Kernels;

namespace NpuSim.Cli.Bench;

/// <summary>What register-only loops reach at a level, in the same run as the kernels.</summary>
/// <param name="Level">The level.</param>
/// <param name="IntegerGmacs">Integer multiply-accumulates per nanosecond.</param>
/// <param name="FloatGmacs">float32 multiply-adds per nanosecond.</param>
internal sealed record BenchCeilings(SimdLevel Level, double IntegerGmacs, double FloatGmacs)
{
    private const int Steps = 100_000;

    public static BenchCeilings Measure(SimdLevel level, BenchClock clock, CancellationToken cancellation)
    {
        // The result goes somewhere, so that the loop is not left out.
        double sink = 0;
        double integer = clock.Seconds(() => sink += RegisterLoops.Integer(level, Steps), first: false, cancellation);
        double real = clock.Seconds(() => sink += RegisterLoops.Float(level, Steps), first: false, cancellation);
        GC.KeepAlive(sink);
        return new BenchCeilings(level, PerNanosecond(RegisterLoops.IntegerPerStep(level), integer),
            PerNanosecond(RegisterLoops.FloatPerStep(level), real));
    }

    private static double PerNanosecond(double perStep, double seconds) => perStep * Steps / seconds * 1e-9;
}

/// <summary>Copies on this host: what a kernel that only moves its bytes would reach.</summary>
internal sealed class CopyBandwidth(BenchClock clock)
{
    private readonly Dictionary<long, double> _measured = [];

    /// <summary>Bytes per nanosecond, read and written ones counted alike, of a copy that touches as many bytes as given.</summary>
    public double Of(long bytes, CancellationToken cancellation)
    {
        if (_measured.TryGetValue(bytes, out double known)) return known;
        byte[] source = new byte[bytes / 2], target = new byte[bytes / 2];
        double seconds = clock.Seconds(() => source.CopyTo(target, 0), first: false, cancellation);
        return _measured[bytes] = 2 * source.Length / seconds * 1e-9;
    }
}
