using NpuSim.Cli.Reports;
using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Diffs;

/// <summary>A figure of the whole run in two runs.</summary>
/// <param name="Key">Its path in the JSON of a run, without dots.</param>
/// <param name="Label">Its name in words.</param>
/// <param name="Before">In the first run.</param>
/// <param name="After">In the second run.</param>
/// <param name="Shown">How it is written, without its sign.</param>
internal sealed record DiffFigure(string Key, string Label, double Before, double After, Func<double, string> Shown)
{
    /// <summary>The figures that are compared.</summary>
    public static IReadOnlyList<DiffFigure> Of(RunDiff diff)
    {
        return
        [
            Figure("latencyMs", "latency", report => report.LatencyMs, Figures.Milliseconds),
            Figure("cycles", "cycles", report => report.Cycles, Count),
            Figure("macs", "MACs", report => report.Macs, Count),
            Figure("utilization", "use of the array", report => report.Utilization, Figures.Percent),
            Figure("energyUj", "energy", report => report.Energy.TotalUj, Figures.Microjoules),
            Figure("averageMw", "power", report => report.Power.AverageMw, value => $"{Figures.Three(value)} mW"),
            Figure("dramReadBytes", "external memory read", report => report.Traffic.DramReadBytes, Bytes),
            Figure("dramWriteBytes", "external memory written", report => report.Traffic.DramWriteBytes, Bytes),
            Figure("weightBytes", "weights read", report => report.Traffic.WeightBytes, Bytes),
            Figure("instructionBytes", "instructions read", report => report.Traffic.InstructionBytes, Bytes),
            Figure("sramReadBytes", "SRAM read", report => report.Traffic.SramReadBytes, Bytes),
            Figure("sramWriteBytes", "SRAM written", report => report.Traffic.SramWriteBytes, Bytes),
            Figure("hostMs", "host", report => report.Host.LatencyMs, Figures.Milliseconds),
        ];

        DiffFigure Figure(string key, string label, Func<SimulationReport, double> value, Func<double, string> shown) =>
            new(key, label, value(diff.Before), value(diff.After), shown);
    }

    private static string Count(double value) => Figures.Count((long)value);

    private static string Bytes(double value) => Figures.Bytes((long)value);
}
