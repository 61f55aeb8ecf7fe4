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
    private readonly ResolvedProgram _program;
    private readonly Timeline _timeline;
    private readonly BusyIntervals?[] _busy = new BusyIntervals?[Enum.GetValues<Engine>().Length];

    /// <param name="program">The program.</param>
    /// <param name="timeline">When its instructions ran; looked at as long as questions are asked.</param>
    /// <param name="total">Cycles of the run.</param>
    public LayerSpans(ResolvedProgram program, Timeline timeline, long total)
    {
        (_program, _timeline) = (program, timeline);
        int layers = program.Actions.Count;
        _starts = [.. Enumerable.Repeat(long.MaxValue, layers)];
        _ends = new long[layers];
        _shareEnds = new long[layers];
        for (int core = 0; core < program.Streams.Count; core++)
        {
            Bound(program.Streams[core], timeline.Starts(core), timeline.Finishes(core));
        }

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
    public long Busy(int layer, Engine engine) => (_busy[(int)engine] ??= Intervals(engine)).Covered(ShareStart(layer), _shareEnds[layer]);

    private long ShareStart(int layer) => layer == 0 ? 0 : _shareEnds[layer - 1];

    private void Bound(ResolvedStream stream, ReadOnlySpan<long> starts, ReadOnlySpan<long> finishes)
    {
        var steps = stream.Steps.AsSpan(0, stream.Count);
        for (int index = 0; index < steps.Length; index++)
        {
            ref readonly var step = ref steps[index];
            if (step.Unit == Units.Sequencer && step.Kind != StepKind.Host)
            {
                continue;
            }

            ref long start = ref _starts[step.Layer];
            ref long end = ref _ends[step.Layer];
            start = Math.Min(start, starts[index]);
            end = Math.Max(end, finishes[index]);
        }
    }

    // Most often only those of arrays and vector units are asked for: layers that only move data are few.
    private BusyIntervals Intervals(Engine engine)
    {
        var busy = new List<(long, long)>();
        for (int core = 0; core < _program.Streams.Count; core++)
        {
            var starts = _timeline.Starts(core);
            var finishes = _timeline.Finishes(core);
            var steps = _program.Streams[core].Steps.AsSpan(0, starts.Length);
            for (int index = 0; index < steps.Length; index++)
            {
                ref readonly var step = ref steps[index];
                if (step.Owner != CycleOwner.Configuration && (step.Unit != Units.Sequencer || step.Kind == StepKind.Host) && Units.Kind(step.Unit) == engine)
                {
                    busy.Add((starts[index], finishes[index]));
                }
            }
        }

        return new BusyIntervals(busy);
    }
}
