using NpuSim.Isa.Instructions;
using NpuSim.Simulator.Cores;
using NpuSim.Simulator.Streams;

namespace NpuSim.Simulator.Reports;

/// <summary>When layers ran, and their shares of the run.</summary>
internal sealed class LayerSpans
{
    private readonly long[] _starts;
    private readonly long[] _ends;
    private readonly long[] _shareEnds;
    private readonly BusyIntervals[] _busy;

    /// <param name="program">The program.</param>
    /// <param name="timeline">When its instructions ran.</param>
    /// <param name="total">Cycles of the run.</param>
    public LayerSpans(ResolvedProgram program, Timeline timeline, long total)
    {
        int layers = program.Actions.Count;
        _starts = [.. Enumerable.Repeat(long.MaxValue, layers)];
        _ends = new long[layers];
        _shareEnds = new long[layers];
        var busy = Enum.GetValues<Engine>().Select(_ => new List<(long, long)>()).ToArray();
        for (int core = 0; core < program.Streams.Count; core++)
        {
            Collect(program.Streams[core].Steps, timeline.Starts(core), timeline.Finishes(core), busy);
        }

        _busy = [.. busy.Select(intervals => new BusyIntervals(intervals))];
        long reached = 0;
        for (int layer = 0; layer < layers; layer++)
        {
            reached = layer == layers - 1 ? total : Math.Max(reached, _ends[layer]);
            _shareEnds[layer] = reached;
        }
    }

    /// <summary>First start of an instruction of the layer; 0 where it has none.</summary>
    public long Start(int layer) => _starts[layer] == long.MaxValue ? 0 : _starts[layer];

    /// <summary>Last finish.</summary>
    public long End(int layer) => _ends[layer];

    /// <summary>Cycles from the end of the layers before it to its own end; the last layer's go to the end of the run. They add up to the run.</summary>
    public long Share(int layer) => _shareEnds[layer] - ShareStart(layer);

    /// <summary>Cycles of the share in which an engine of the kind works on any core.</summary>
    public long Busy(int layer, Engine engine) => _busy[(int)engine].Covered(ShareStart(layer), _shareEnds[layer]);

    private long ShareStart(int layer) => layer == 0 ? 0 : _shareEnds[layer - 1];

    private void Collect(ReadOnlySpan<StreamStep> steps, ReadOnlySpan<long> starts, ReadOnlySpan<long> finishes, List<(long, long)>[] busy)
    {
        for (int index = 0; index < steps.Length; index++)
        {
            ref readonly var step = ref steps[index];
            if (step.Unit == Units.Sequencer && step.Kind != StepKind.Host)
            {
                continue;
            }

            _starts[step.Layer] = Math.Min(_starts[step.Layer], starts[index]);
            _ends[step.Layer] = Math.Max(_ends[step.Layer], finishes[index]);
            if (step.Owner != CycleOwner.Configuration)
            {
                busy[(int)Units.Kind(step.Unit)].Add((starts[index], finishes[index]));
            }
        }
    }
}
