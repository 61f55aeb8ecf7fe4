using NpuSim.Kernels;

namespace NpuSim.Cli.Bench;

/// <summary>What one kernel reached at one level.</summary>
/// <param name="Case">The kernel and its shape.</param>
/// <param name="Level">The level.</param>
/// <param name="Rate">Work per nanosecond, in the unit of the case.</param>
/// <param name="Ceiling">The same for what it is measured against.</param>
/// <param name="Bound">What that is: multiply-add, L2 read, read, or copy.</param>
internal sealed record BenchResult(BenchCase Case, SimdLevel Level, double Rate, double Ceiling, string Bound)
{
    public double Share => Rate / Ceiling;
}

/// <summary>All that was measured in one run.</summary>
/// <param name="Ceilings">What registers and caches reach.</param>
/// <param name="Results">The kernels.</param>
/// <param name="EventLoop">The simulator's event loop; null where only kernels were asked for.</param>
/// <param name="Sweep">Points of a sweep; null where they were not asked for.</param>
internal sealed record BenchReport(
    IReadOnlyList<BenchCeilings> Ceilings, IReadOnlyList<BenchResult> Results, EventLoopResult? EventLoop = null, SweepBenchResult? Sweep = null);

/// <summary>Measures kernels and ceilings, one after the other on one thread.</summary>
public static class BenchRun
{
    private const string MultiplyAdd = "multiply-add";
    private const string BitCount = "bit count";
    private const string L2Read = "L2 read";
    private const string Read = "read";
    private const string Copy = "copy";
    private const string Arithmetic = "arithmetic";

    public static IReadOnlyList<BenchCase> Cases { get; } =
        [.. MatrixCases.All(), .. ConvolutionCases.All(), .. FormatCases.All(), .. VectorCases.All(), .. StepCases.All()];

    /// <summary>What can be measured alone.</summary>
    public static IReadOnlyList<string> Kernels { get; } = [.. Cases.Select(item => item.Kernel).Distinct(), EventLoopBench.Name, SweepBench.Name];

    /// <param name="cases">What to measure.</param>
    /// <param name="levels">At which levels; the host must have them.</param>
    /// <param name="clock">How long.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="cancellation">Ends the run.</param>
    internal static BenchReport Measure(IReadOnlyList<BenchCase> cases, IReadOnlyList<SimdLevel> levels, BenchClock clock,
        Action<double> progress, CancellationToken cancellation)
    {
        var bandwidths = new Bandwidths(new ReadBandwidth(clock), new CopyBandwidth(clock), new ArithmeticRate(clock));
        var ceilings = levels.Select(level => BenchCeilings.Measure(level, clock, bandwidths.Read, cancellation)).ToList();
        var results = new List<BenchResult>();
        var warm = new HashSet<(string Kernel, string Format, SimdLevel Level)>();
        foreach (var item in cases)
        {
            foreach (var ceiling in ceilings)
            {
                progress((double)results.Count / (cases.Count * ceilings.Count));
                double seconds = clock.Seconds(item.Prepare(ceiling.Level), first: warm.Add((item.Kernel, item.Format, ceiling.Level)),
                    cancellation);
                var (limit, bound) = Limit(item, ceiling, bandwidths, cancellation);
                results.Add(new BenchResult(item, ceiling.Level, item.Work(ceiling.Level) / seconds * 1e-9, limit, bound));
            }
        }

        return new BenchReport(ceilings, results);
    }

    private static (double Rate, string Bound) Limit(BenchCase item, BenchCeilings ceilings, Bandwidths bandwidths,
        CancellationToken cancellation) => item.Ceiling switch
        {
            BenchCeiling.Integer => (ceilings.IntegerGmacs, MultiplyAdd),
            BenchCeiling.Float => (ceilings.FloatGmacs, MultiplyAdd),
            BenchCeiling.Binary => (ceilings.BinaryGmacs, BitCount),
            BenchCeiling.Copy => CopyOrArithmetic(item, ceilings.Level, bandwidths, cancellation),
            BenchCeiling.IntegerOrL2 => Lower(item, ceilings, ceilings.L2ReadGigabytes, L2Read),
            BenchCeiling.IntegerOrRead => Lower(item, ceilings, bandwidths.Read.Of(ceilings.Level, item.Bytes, cancellation), Read),
        };

    /// <summary>The multiply-add ceiling, or the rate at which the kernel's bytes come: whichever is lower.</summary>
    private static (double Rate, string Bound) Lower(BenchCase item, BenchCeilings ceilings, double gigabytes, string bound)
    {
        double fed = gigabytes * item.Macs / item.Bytes;
        return fed < ceilings.IntegerGmacs ? (fed, bound) : (ceilings.IntegerGmacs, MultiplyAdd);
    }

    private static (double Rate, string Bound) CopyOrArithmetic(BenchCase item, SimdLevel level, Bandwidths bandwidths,
        CancellationToken cancellation)
    {
        double copied = bandwidths.Copy.Of(item.Bytes, cancellation);
        double computed = item.Arithmetic is { } arithmetic
            ? bandwidths.Arithmetic.Of(level, arithmetic, cancellation) * item.Bytes / item.Elements
            : double.PositiveInfinity;
        return computed < copied ? (computed, Arithmetic) : (copied, Copy);
    }

    private sealed record Bandwidths(ReadBandwidth Read, CopyBandwidth Copy, ArithmeticRate Arithmetic);
}
