using NpuSim.Isa.Instructions;

namespace NpuSim.Simulator.Reports.Utilisation;

/// <summary>The cycles of a run by what happens in them; they add up to the run. What comes first in this list counts where several happen at once.</summary>
/// <param name="Host">The host works.</param>
/// <param name="Compute">An array or a vector unit works.</param>
/// <param name="Transfer">Only transfers are under way: loading, storing, latency.</param>
/// <param name="Control">Nothing of these: instructions are fetched, dispatched or waited for.</param>
public sealed record LatencyParts(long Host, long Compute, long Transfer, long Control)
{
    /// <summary>Splits a recorded run.</summary>
    /// <param name="trace">A recorded run.</param>
    /// <param name="total">Cycles of the run.</param>
    /// <exception cref="InvalidOperationException">The run was not recorded.</exception>
    public static LatencyParts Of(RunTrace trace, long total)
    {
        List<(long, long)> host = [], compute = [], transfer = [];
        foreach (var traced in trace.Instructions())
        {
            var kind = traced switch
            {
                { HostOperator: >= 0 } => host,
                _ when traced.Works[(int)CycleOwner.Configuration] > 0 => null,
                { Span.Engine: Engine.Array or Engine.Vector } => compute,
                { Span.Engine: Engine.Dma } => transfer,
                _ => null,
            };
            kind?.Add((traced.Span.Start, traced.Span.End));
        }

        long hostCycles = new BusyIntervals(host).Covered(0, total);
        long working = new BusyIntervals([.. host, .. compute]).Covered(0, total);
        long busy = new BusyIntervals([.. host, .. compute, .. transfer]).Covered(0, total);
        return new LatencyParts(hostCycles, working - hostCycles, busy - working, total - busy);
    }
}
