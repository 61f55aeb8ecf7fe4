using NpuSim.Isa.Instructions;
using NpuSim.Simulator.Cores;
using NpuSim.Simulator.Streams;

namespace NpuSim.Simulator.Reports;

/// <summary>What the cycles of a layer's share of the run went into. The members add up to the share.</summary>
/// <param name="Working">Its own engine works on any core.</param>
/// <param name="Transfers">Not that, but a DMA engine moves data.</param>
/// <param name="Others">Neither, but another engine or the host works.</param>
/// <param name="Idle">Nothing works: dispatch, fetch, configuration, latency of semaphores.</param>
public readonly record struct LayerCycles(long Working, long Transfers, long Others, long Idle);

/// <summary>Finds what layers waited for.</summary>
internal static class LayerWaits
{
    /// <summary>One entry per layer of the report.</summary>
    public static IReadOnlyList<LayerCycles> Of(ResolvedProgram program, Timeline timeline, IReadOnlyList<Engine> engines, SimulationReport report)
    {
        var kinds = Enum.GetValues<Engine>();
        var busy = kinds.Select(_ => new List<(long, long)>()).ToArray();
        for (int core = 0; core < program.Streams.Count; core++)
        {
            Collect(program.Streams[core].Steps.AsSpan(0, program.Streams[core].Count), timeline.Starts(core), timeline.Finishes(core), busy);
        }

        BusyIntervals[] alone = [.. busy.Select(intervals => new BusyIntervals(intervals))];
        var all = Union(alone);
        BusyIntervals[] withDma = [.. kinds.Select(kind => Union([alone[(int)kind], alone[(int)Engine.Dma]]))];
        var cycles = new LayerCycles[report.Layers.Count];
        long start = 0;
        for (int layer = 0; layer < cycles.Length; layer++)
        {
            long end = start + report.Layers[layer].Cycles;
            int kind = (int)engines[layer];
            long working = alone[kind].Covered(start, end), moving = withDma[kind].Covered(start, end), any = all.Covered(start, end);
            cycles[layer] = new LayerCycles(working, moving - working, any - moving, end - start - any);
            start = end;
        }

        return cycles;
    }

    private static BusyIntervals Union(IEnumerable<BusyIntervals> some) => new([.. some.SelectMany(one => one.Intervals)]);

    private static void Collect(ReadOnlySpan<StreamStep> steps, ReadOnlySpan<long> starts, ReadOnlySpan<long> finishes, List<(long, long)>[] busy)
    {
        for (int index = 0; index < steps.Length; index++)
        {
            ref readonly var step = ref steps[index];
            bool works = step.Owner != CycleOwner.Configuration && (step.Unit != Units.Sequencer || step.Kind == StepKind.Host);
            if (works && finishes[index] > starts[index])
            {
                busy[(int)Units.Kind(step.Unit)].Add((starts[index], finishes[index]));
            }
        }
    }
}
