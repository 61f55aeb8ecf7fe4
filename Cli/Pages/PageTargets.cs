using NpuSim.Cli.Reports;
using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Pages;

/// <summary>What a port is asked to reach; null where nothing is asked.</summary>
/// <param name="Milliseconds">Latency of one inference, at most.</param>
/// <param name="Milliwatts">Average power, at most.</param>
/// <param name="Kibibytes">Memory that cores share, at most: the highest byte used in main memory and in the global buffer, weights included where they are
/// there. Private buffers and flash do not count.</param>
internal sealed record PageTargets(double? Milliseconds, double? Milliwatts, double? Kibibytes)
{
    private const double Kibi = 1024;

    /// <summary>Each target that was given beside what was found.</summary>
    public IReadOnlyList<TargetVerdict> Judge(SimulationReport report)
    {
        var verdicts = new List<TargetVerdict>(3);
        Add(verdicts, "latency", Milliseconds, report.LatencyMs, Figures.Milliseconds);
        Add(verdicts, "average power", Milliwatts, report.Power.AverageMw, value => $"{Figures.Three(value)} mW");
        Add(verdicts, "shared memory", Kibibytes, SharedBytes(report.Memory) / Kibi, value => Figures.Bytes((long)(value * Kibi)));
        return verdicts;
    }

    /// <summary>The highest byte used in main memory and in the global buffer, added up.</summary>
    public static long SharedBytes(MemoryReport memory) => memory.DramPeakBytes + memory.SramPeakBytes.GetValueOrDefault("global");

    private static void Add(List<TargetVerdict> verdicts, string quantity, double? target, double found, Func<double, string> text)
    {
        if (target is { } limit)
        {
            verdicts.Add(new TargetVerdict(quantity, text(limit), text(found), found <= limit, limit > 0 ? found / limit : double.PositiveInfinity));
        }
    }
}

/// <summary>One target and what was found.</summary>
/// <param name="Quantity">What is bounded.</param>
/// <param name="Target">The bound, with its unit.</param>
/// <param name="Found">What the run reached, with its unit.</param>
/// <param name="IsMet">Whether the bound holds.</param>
/// <param name="Share">Found over target.</param>
internal sealed record TargetVerdict(string Quantity, string Target, string Found, bool IsMet, double Share);
