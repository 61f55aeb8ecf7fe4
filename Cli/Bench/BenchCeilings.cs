using NpuSim.Kernels;

namespace NpuSim.Cli.Bench;

/// <summary>What register-only loops, and loops that only load, reach at a level, in the same run as the kernels.</summary>
/// <param name="Level">The level.</param>
/// <param name="IntegerGmacs">Integer multiply-accumulates per nanosecond.</param>
/// <param name="FloatGmacs">float32 multiply-adds per nanosecond.</param>
/// <param name="BinaryGmacs">Binary multiply-accumulates per nanosecond.</param>
/// <param name="L2ReadGigabytes">Bytes per nanosecond that are read from the second-level cache.</param>
internal sealed record BenchCeilings(SimdLevel Level, double IntegerGmacs, double FloatGmacs, double BinaryGmacs, double L2ReadGigabytes)
{
    private const int Steps = 100_000;

    /// <summary>More than first-level caches hold and less than second-level ones do: 384 KiB.</summary>
    private const int L2WorkingSet = 384 << 10;

    public static BenchCeilings Measure(SimdLevel level, BenchClock clock, ReadBandwidth read, CancellationToken cancellation)
    {
        // The result goes somewhere, so that the loop is not left out.
        double sink = 0;
        double integer = clock.Seconds(() => sink += RegisterLoops.Integer(level, Steps), first: false, cancellation);
        double real = clock.Seconds(() => sink += RegisterLoops.Float(level, Steps), first: false, cancellation);
        double binary = clock.Seconds(() => sink += RegisterLoops.Binary(level, Steps), first: false, cancellation);
        GC.KeepAlive(sink);
        return new BenchCeilings(level, PerNanosecond(RegisterLoops.IntegerPerStep(level), integer),
            PerNanosecond(RegisterLoops.FloatPerStep(level), real),
            PerNanosecond(RegisterLoops.BinaryPerStep(level), binary), read.Of(level, L2WorkingSet, cancellation));
    }

    private static double PerNanosecond(double perStep, double seconds) => perStep * Steps / seconds * 1e-9;
}

/// <summary>Reads on this host: what a kernel that only loads its bytes would reach.</summary>
internal sealed class ReadBandwidth(BenchClock clock)
{
    private readonly Dictionary<(SimdLevel Level, long Bytes), double> _measured = [];

    /// <summary>Bytes per nanosecond of reading a working set over and over, from whichever cache holds it.</summary>
    public double Of(SimdLevel level, long bytes, CancellationToken cancellation)
    {
        if (_measured.TryGetValue((level, bytes), out double known)) return known;
        int length = (int)(bytes + ReadLoops.StepBytes - 1) / ReadLoops.StepBytes * ReadLoops.StepBytes;
        var memory = BenchOperands.Aligned<byte>(length);
        // The result goes somewhere, so that the loop is not left out.
        long sink = 0;
        double seconds = clock.Seconds(() => sink ^= ReadLoops.Read(level, memory.Span), first: false, cancellation);
        GC.KeepAlive(sink);
        return _measured[(level, bytes)] = length / seconds * 1e-9;
    }
}

/// <summary>Copies on this host: what a kernel that only moves its bytes would reach.</summary>
internal sealed class CopyBandwidth(BenchClock clock)
{
    private readonly Dictionary<long, double> _measured = [];

    /// <summary>Bytes per nanosecond, read and written ones counted alike, of a copy that touches as many bytes as given.</summary>
    public double Of(long bytes, CancellationToken cancellation)
    {
        if (_measured.TryGetValue(bytes, out double known)) return known;
        Memory<byte> source = BenchOperands.Aligned<byte>((int)(bytes / 2)), target = BenchOperands.Aligned<byte>((int)(bytes / 2));
        double seconds = clock.Seconds(() => source.Span.CopyTo(target.Span), first: false, cancellation);
        return _measured[bytes] = 2 * source.Length / seconds * 1e-9;
    }
}

/// <summary>Arithmetic on registers: what a kernel whose memory cost nothing would reach.</summary>
internal sealed class ArithmeticRate(BenchClock clock)
{
    private const int Steps = 20_000;

    private readonly Dictionary<(SimdLevel Level, VectorArithmetic Arithmetic), double> _measured = [];

    /// <summary>Elements of the result per nanosecond; infinite where the level has no vectors of that arithmetic.</summary>
    public double Of(SimdLevel level, VectorArithmetic arithmetic, CancellationToken cancellation)
    {
        if (_measured.TryGetValue((level, arithmetic), out double known)) return known;
        int elements = ArithmeticLoops.ElementsPerStep(level, arithmetic);
        if (elements == 0) return double.PositiveInfinity;
        // The result goes somewhere, so that the loop is not left out.
        long sink = 0;
        double seconds = clock.Seconds(() => sink += ArithmeticLoops.Run(level, arithmetic, Steps), first: true, cancellation);
        GC.KeepAlive(sink);
        return _measured[(level, arithmetic)] = (double)elements * Steps / seconds * 1e-9;
    }
}
