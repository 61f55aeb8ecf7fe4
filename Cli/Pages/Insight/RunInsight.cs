using NpuSim.Cli.Running;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Reports;
using NpuSim.Simulator.Reports.Utilisation;

namespace NpuSim.Cli.Pages.Insight;

/// <summary>What a page shows beyond the report: what only a recorded run and its program know.</summary>
/// <param name="Latency">Cycles by what happens in them.</param>
/// <param name="Losses">Cycles of every layer by <see cref="ArrayLoss"/>, in its order; a row adds up to the layer's cycles.</param>
/// <param name="HostMacs">Multiply-accumulates of each layer that the host does, half its operations where it is a product; the others 0.</param>
internal sealed record RunInsight(LatencyParts Latency, IReadOnlyList<IReadOnlyList<double>> Losses, IReadOnlyList<long> HostMacs)
{
    private const int Digits = 3;

    private static readonly string[] Products = ["Convolution", "DepthwiseConvolution", "FullyConnected", "MatrixMultiply", "Attention"];

    /// <summary>When the engines worked; null where rows were simulated one by one.</summary>
    public EngineTimeline? Timeline { get; init; }

    /// <summary>How full the memories are; null where rows were simulated one by one.</summary>
    public IReadOnlyList<MemoryUse>? Memories { get; init; }

    /// <summary>Power over time; null where rows were simulated one by one.</summary>
    public PowerSeries? Power { get; init; }

    /// <summary>The same model on changed machines; null where it was not simulated again.</summary>
    public IReadOnlyList<WhatIf>? WhatIfs { get; init; }

    /// <summary>How the changed machines were simulated.</summary>
    public string WhatIfNote { get; init; } = "";

    /// <summary>What a finished run tells; null where it was not recorded.</summary>
    public static RunInsight? Of(FinishedRun run)
    {
        if (run.Trace is not { IsRecorded: true } trace)
        {
            return null;
        }

        var report = run.Result.Report;
        return new RunInsight(LatencyParts.Of(trace, report.Cycles), Rounded(ArrayLosses.Of(trace, report)), HostMacsOf(trace))
        {
            Timeline = EngineTimeline.Of(trace, report.Cycles),
            Memories = MemoryUse.Of(trace.Program, trace.Machine),
            Power = report.Power.Curve is { Windows: > 0 } curve ? PowerSeries.Of(curve) : null,
        };
    }

    /// <summary>The insights of runs that followed each other, each as one layer.</summary>
    public static RunInsight Row(RunInsight row) => new(
        row.Latency, [[.. Enumerable.Range(0, Enum.GetValues<ArrayLoss>().Length).Select(loss => row.Losses.Sum(layer => layer[loss]))]], [row.HostMacs.Sum()]);

    /// <summary>One after the other.</summary>
    public static RunInsight operator +(RunInsight a, RunInsight b) => new(
        new LatencyParts(a.Latency.Host + b.Latency.Host, a.Latency.Compute + b.Latency.Compute, a.Latency.Transfer + b.Latency.Transfer,
            a.Latency.Control + b.Latency.Control), [.. a.Losses, .. b.Losses], [.. a.HostMacs, .. b.HostMacs]);

    private static IReadOnlyList<double>[] Rounded(IReadOnlyList<IReadOnlyList<double>> losses) =>
        [.. losses.Select(layer => (IReadOnlyList<double>)[.. layer.Select(cycles => Math.Round(cycles, Digits))])];

    private static long[] HostMacsOf(RunTrace trace)
    {
        var program = trace.Program;
        long[] macs = new long[program.Layers.Count];
        foreach (var traced in trace.Instructions())
        {
            if (traced.HostOperator >= 0 && traced.Span.Layer < macs.Length && program.HostOperators[traced.HostOperator] is var operation
                && Products.Contains(operation.Operator))
            {
                macs[traced.Span.Layer] += operation.Operations / 2;
            }
        }

        return macs;
    }
}
