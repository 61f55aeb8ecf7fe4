using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Simulator.Cores;
using NpuSim.Simulator.Memory.Dram;
using NpuSim.Simulator.Streams;

namespace NpuSim.Simulator.Reports;

/// <summary>One instruction at work.</summary>
/// <param name="Core">Core.</param>
/// <param name="Engine">Kind of engine; the sequencer stands for host calls, fences and barriers.</param>
/// <param name="Index">Which DMA engine; 0 otherwise.</param>
/// <param name="Instruction">Its number in the core's stream.</param>
/// <param name="Layer">Row of the layer table.</param>
/// <param name="Start">First cycle.</param>
/// <param name="End">The cycle behind its last one.</param>
public readonly record struct TraceSpan(int Core, Engine Engine, int Index, int Instruction, int Layer, long Start, long End);

/// <summary>When the instructions of a run worked: core after core, each in the order of its stream.</summary>
public sealed class RunTrace
{
    private readonly ResolvedProgram _resolved;
    private readonly Timeline _timeline;
    private readonly RunRecord? _record;

    internal RunTrace(NpuProgram program, MachineSpec machine, ResolvedProgram resolved, Timeline timeline, RunRecord? record) =>
        (Program, Machine, _resolved, _timeline, _record) = (program, machine, resolved, timeline, record);

    /// <summary>What ran.</summary>
    public NpuProgram Program { get; }

    /// <summary>Where it ran.</summary>
    public MachineSpec Machine { get; }

    /// <summary>Whether the run was recorded, so that there are <see cref="Instructions"/> and <see cref="SequencerStates"/>.</summary>
    public bool IsRecorded => _record is not null;

    /// <summary>Gives the memory of steps and cycles back, where nobody will ask for them.</summary>
    internal void Release()
    {
        _timeline.Release();
        _resolved.Release();
    }

    /// <summary>Every instruction that took time on its engine.</summary>
    public IEnumerable<TraceSpan> Spans()
    {
        for (int core = 0; core < _resolved.Streams.Count; core++)
        {
            var stream = _resolved.Streams[core];
            var steps = stream.Steps;
            for (int index = 0; index < stream.Count; index++)
            {
                long start = _timeline.Starts(core)[index], end = _timeline.Finishes(core)[index];
                if (end > start)
                {
                    yield return new TraceSpan(core, Units.Kind(steps[index].Unit), Units.Index(steps[index].Unit), index, steps[index].Layer, start, end);
                }
            }
        }
    }

    /// <summary>All instructions, those that took no time as well, with what is known of them; each is to be used before the next one is
    /// asked for.</summary>
    /// <exception cref="InvalidOperationException">The run was not recorded (<see cref="SimulationOptions.Record"/>).</exception>
    public IEnumerable<TracedInstruction> Instructions()
    {
        var record = _record ?? throw new InvalidOperationException("the run was not recorded");
        return Enumerable.Range(0, _resolved.Streams.Count).SelectMany(core =>
            new TraceWalk(core, _resolved.Streams[core], _timeline, record, Machine.Core.Dma.Engines).Instructions());
    }

    /// <summary>Commands of the memory device, each channel's in order; none where the machine has none or the run was not
    /// recorded.</summary>
    public IReadOnlyList<DramCommand> DramCommands => _record?.Commands ?? [];

    /// <summary>When and on which unit an instruction worked.</summary>
    public TraceSpan Span(int core, int instruction)
    {
        ref readonly var step = ref _resolved.Streams[core].Steps[instruction];
        return new TraceSpan(
            core, Units.Kind(step.Unit), Units.Index(step.Unit), instruction, step.Layer, _timeline.Starts(core)[instruction], _timeline.Finishes(core)[instruction]);
    }

    /// <summary>What the cycles of each layer's share went into, in the order of the report's layers.</summary>
    public IReadOnlyList<LayerCycles> LayerCycles(SimulationReport report) =>
        LayerWaits.Of(_resolved, _timeline, [.. Program.Layers.Select(layer => layer.Engine)], report);

    /// <summary>What the sequencers did, core after core, in order and without a gap up to the end of the run.</summary>
    /// <exception cref="InvalidOperationException">The run was not recorded.</exception>
    public IEnumerable<TracedState> SequencerStates()
    {
        var record = _record ?? throw new InvalidOperationException("the run was not recorded");
        for (int core = 0; core < _resolved.Streams.Count; core++)
        {
            var log = record.Logs(core)[Units.Sequencer];
            long start = 0;
            for (int entry = 0; entry < log.Count; entry++)
            {
                if (entry + 1 < log.Count && log.Owner(entry + 1) == log.Owner(entry))
                {
                    continue;
                }

                yield return new TracedState(core, log.Owner(entry), start, log.Until(entry));
                start = log.Until(entry);
            }
        }
    }
}
