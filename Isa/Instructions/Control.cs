namespace NpuSim.Isa.Instructions;

[Row("nop", Engine.Sequencer, TimingClass.Control, "Does nothing.")]
public sealed record Nop : Instruction
{
    public override Opcode Opcode => Opcode.Nop;
}

[Row("halt", Engine.Sequencer, TimingClass.Control, "Ends the core's stream; every stream has exactly one, at its end.")]
public sealed record Halt : Instruction
{
    public override Opcode Opcode => Opcode.Halt;
}

[Row("layer", Engine.Sequencer, TimingClass.Control, "Instructions after this mark, on every engine, belong to the layer.")]
public sealed record LayerMark(
    [property: Operand("index into the program's layer table")] ushort Layer) : Instruction
{
    public override Opcode Opcode => Opcode.LayerMark;
}

[Row("fence", Engine.Sequencer, TimingClass.Control, "The sequencer waits until every engine of its core is idle.")]
public sealed record Fence : Instruction
{
    public override Opcode Opcode => Opcode.Fence;
}

[Row("barrier", Engine.Sequencer, TimingClass.Control,
    "Waits until every engine of its core is idle and every core of the program has reached the barrier of this number.")]
public sealed record Barrier(
    [property: Operand("number of the barrier, the same on every core")] ushort Id) : Instruction
{
    public override Opcode Opcode => Opcode.Barrier;
}

[Row("host", Engine.Sequencer, TimingClass.Host,
    "Waits until every engine of its core is idle, hands one operator to the host processor and waits for its return.")]
public sealed record HostCall(
    [property: Operand("index into the program's host-operator table")] ushort Operator) : Instruction
{
    public override Opcode Opcode => Opcode.HostCall;
}

[Row("sem.wait", Engine.Sequencer, TimingClass.Control,
    "Goes into the target's queue; the engine starts nothing behind it until it could take count from the semaphore at once.")]
public sealed record SemaphoreWait(
    [property: Operand("engine whose queue waits")] Engine Target,
    [property: Operand("which DMA engine, where the target is dma")] byte Dma,
    [property: Operand("semaphore", Minimum = 1, Maximum = 63)] byte Semaphore,
    [property: Operand("how many to take", Minimum = 1)] ushort Count) : Instruction
{
    public override Opcode Opcode => Opcode.SemaphoreWait;
}

[Row("sem.signal", Engine.Sequencer, TimingClass.Control,
    "Goes into the target's queue; gives count to the semaphore when everything before it in that queue has finished.")]
public sealed record SemaphoreSignal(
    [property: Operand("engine whose queue signals")] Engine Target,
    [property: Operand("which DMA engine, where the target is dma")] byte Dma,
    [property: Operand("semaphore", Minimum = 1, Maximum = 63)] byte Semaphore,
    [property: Operand("how many to give", Minimum = 1)] ushort Count) : Instruction
{
    public override Opcode Opcode => Opcode.SemaphoreSignal;
}

[Row("pause", Engine.Sequencer, TimingClass.Control,
    "The sequencer hands out nothing for a while: the host still works on what comes next. Engines go on.")]
public sealed record Pause(
    [property: Operand("core cycles", Minimum = 1)] uint Cycles) : Instruction
{
    public override Opcode Opcode => Opcode.Pause;
}
