using NpuSim.Isa.Instructions;
using NpuSim.Simulator.Cores;
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
    private readonly ResolvedProgram _program;
    private readonly Timeline _timeline;

    internal RunTrace(ResolvedProgram program, Timeline timeline) => (_program, _timeline) = (program, timeline);

    /// <summary>Every instruction that took time on its engine.</summary>
    public IEnumerable<TraceSpan> Spans()
    {
        for (int core = 0; core < _program.Streams.Count; core++)
        {
            var steps = _program.Streams[core].Steps;
            for (int index = 0; index < steps.Length; index++)
            {
                long start = _timeline.Starts(core)[index], end = _timeline.Finishes(core)[index];
                if (end > start)
                {
                    yield return new TraceSpan(core, Units.Kind(steps[index].Unit), Units.Index(steps[index].Unit), index, steps[index].Layer, start, end);
                }
            }
        }
    }
}
