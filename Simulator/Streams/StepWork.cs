using NpuSim.Isa.Instructions;
using NpuSim.Simulator.Reports;

namespace NpuSim.Simulator.Streams;

/// <summary>How long a step works and who owns its cycles.</summary>
/// <param name="Kind">How it uses its unit.</param>
/// <param name="Owner">Who owns its cycles.</param>
/// <param name="Cycles">Of a fixed step.</param>
/// <param name="Detail">As <see cref="StreamStep.Detail"/>.</param>
internal readonly record struct StepWork(StepKind Kind, CycleOwner Owner, long Cycles = 0, int Detail = 0)
{
    /// <summary>The work of a control instruction.</summary>
    /// <param name="instruction">The instruction.</param>
    /// <param name="registerCycles">Cycles of moving a semaphore.</param>
    public static StepWork Control(Instruction instruction, int registerCycles)
    {
        switch (instruction)
        {
            case SemaphoreWait or SemaphoreSignal:
                return new StepWork(StepKind.Fixed, CycleOwner.Configuration, registerCycles);
            case Fence:
                return new StepWork(StepKind.Fence, CycleOwner.Compute);
            case Isa.Instructions.Barrier barrier:
                return new StepWork(StepKind.Barrier, CycleOwner.Compute, Detail: barrier.Id);
            case Halt:
                return new StepWork(StepKind.Halt, CycleOwner.Compute);
            case Pause pause:
                return new StepWork(StepKind.Fixed, CycleOwner.Host, pause.Cycles);
            case Nop or LayerMark:
                return new StepWork(StepKind.Fixed, CycleOwner.Compute);
            default:
                throw new ArgumentException("not a control instruction", nameof(instruction));
        }
    }
}
