using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;

namespace NpuSim.Isa.Program;

/// <summary>Verifies one core's stream, in order, in as many pieces as its caller likes.</summary>
internal sealed class StreamVerifier
{
    private readonly NpuProgram program;
    private readonly MachineSpec machine;
    private readonly int core;
    private readonly EngineRegisters registers;
    private readonly List<Footprint> footprints = [];
    private readonly long[] given = new long[Sync.SemaphoreCount];
    private readonly long[] taken = new long[Sync.SemaphoreCount];
    // Semaphores, as bits: those signalled early, those signalled otherwise, and those taken by what cannot stream behind.
    private ulong early;
    private ulong plain;
    private ulong behindNothing;
    private readonly List<ushort> barriers = [];
    private readonly long[] planned;
    private int next;

    public StreamVerifier(NpuProgram program, MachineSpec machine, int core)
    {
        (this.program, this.machine, this.core) = (program, machine, core);
        registers = new EngineRegisters(machine.Core.Dma.Engines);
        planned = [.. Enum.GetValues<MemorySpace>().Select(space => ProgramVerifier.Planned(program.Plan, space))];
    }

    /// <summary>The barriers that it has come to so far, in order.</summary>
    public List<ushort> Barriers => barriers;

    /// <summary>Verifies the instructions before <paramref name="end"/> that have not been verified yet.</summary>
    public void Verify(int end)
    {
        var stream = program.Streams[core];
        for (; next < end; next++)
        {
            var row = InstructionTable.Row(stream[next]);
            try
            {
                VerifyInstruction(row, stream[next], last: next == stream.Count - 1);
            }
            catch (ProgramException failure)
            {
                string prefix = $"{row.Mnemonic}: ";
                string message = failure.Message.StartsWith(prefix, StringComparison.Ordinal) ? failure.Message[prefix.Length..] : failure.Message;
                throw new ProgramException(FormattableString.Invariant($"core {core}: instruction {next} ({row.Mnemonic}): {message}"));
            }
        }
    }

    /// <summary>Verifies what is left of the stream, and the stream as a whole.</summary>
    public void Finish()
    {
        int count = program.Streams[core].Count;
        if (count == 0)
            throw new ProgramException(FormattableString.Invariant($"core {core}: found an empty stream, expected one that ends in halt"));
        Verify(count);
        for (int semaphore = 1; semaphore < Sync.SemaphoreCount; semaphore++)
        {
            if (given[semaphore] != taken[semaphore])
                throw new ProgramException(FormattableString.Invariant(
                    $"core {core}: semaphore {semaphore}: found {given[semaphore]} signals and {taken[semaphore]} waits, expected as many"));
        }

        VerifyEarlySemaphores();
    }

    private void VerifyInstruction(InstructionRow row, Instruction instruction, bool last)
    {
        if (instruction is Halt != last)
            throw Refusal(last ? "the end of the stream" : "halt before the end of the stream", "one halt, at its end");
        InstructionCodec.CheckSync(row, instruction.Sync);
        foreach (var operand in row.Restricted)
        {
            long value = operand.Get(instruction);
            if (!operand.Accepts(value))
                throw InstructionCodec.Refusal(row, operand, value);
        }

        CountSemaphores(instruction.Sync);
        VerifyEarly(row, instruction);
        registers.Apply(instruction);
        if (row.Engine == Engine.Sequencer)
        {
            VerifyControl(instruction);
            return;
        }

        InstructionRules.Check(instruction, registers, machine);
        footprints.Clear();
        Footprints.Of(instruction, registers, footprints);
        foreach (var footprint in footprints)
            VerifyFootprint(footprint);
    }

    private void VerifyControl(Instruction instruction)
    {
        switch (instruction)
        {
            case LayerMark mark when mark.Layer >= program.Layers.Count:
                throw OutsideTable("layer", mark.Layer, program.Layers.Count);
            case HostCall call when call.Operator >= program.HostOperators.Count:
                throw OutsideTable("operator", call.Operator, program.HostOperators.Count);
            case Instructions.Barrier barrier:
                barriers.Add(barrier.Id);
                break;
            case SemaphoreWait wait:
                VerifyTarget(wait.Target, wait.Dma);
                taken[wait.Semaphore] += wait.Count;
                break;
            case SemaphoreSignal signal:
                VerifyTarget(signal.Target, signal.Dma);
                given[signal.Semaphore] += signal.Count;
                break;
        }
    }

    private void VerifyTarget(Engine target, byte dma)
    {
        int engines = target == Engine.Dma ? machine.Core.Dma.Engines : 1;
        if (dma >= engines)
            throw Refusal(FormattableString.Invariant($"dma={dma}"), FormattableString.Invariant($"an engine from 0 to {engines - 1}"));
    }

    private void CountSemaphores(Sync sync)
    {
        taken[sync.Wait0]++;
        taken[sync.Wait1]++;
        given[sync.Signal0]++;
        given[sync.Signal1]++;
    }

    // What signals early and what streams behind is known from the instruction; that a semaphore is one or the other throughout, at the end.
    private void VerifyEarly(InstructionRow row, Instruction instruction)
    {
        var sync = instruction.Sync;
        if (sync.Early > 0 && machine.Core.Chaining is null)
            throw Refusal("an early signal", "none on a machine without core.chaining");
        if (sync.Early > 0)
            early |= Bit(sync.Signal0) | (sync.Early > 1 ? Bit(sync.Signal1) : 0);
        plain |= (sync.Early > 0 ? 0 : Bit(sync.Signal0)) | (sync.Early > 1 ? 0 : Bit(sync.Signal1));
        if (instruction is SemaphoreSignal signal)
            plain |= Bit(signal.Semaphore);
        if (!InstructionTable.StreamsBehind(row.Timing))
        {
            behindNothing |= Bit(sync.Wait0) | Bit(sync.Wait1);
            if (instruction is SemaphoreWait wait)
                behindNothing |= Bit(wait.Semaphore);
        }
    }

    private void VerifyEarlySemaphores()
    {
        for (byte semaphore = 1; semaphore < Sync.SemaphoreCount; semaphore++)
        {
            if ((early & Bit(semaphore)) == 0)
                continue;
            if ((plain & Bit(semaphore)) != 0)
                throw new ProgramException(FormattableString.Invariant(
                    $"core {core}: semaphore {semaphore}: found early signals and others, expected one kind"));
            if ((behindNothing & Bit(semaphore)) != 0)
                throw new ProgramException(FormattableString.Invariant($"core {core}: semaphore {semaphore}: found a wait of an instruction that ")
                    + "cannot stream behind its early signal, expected vector operations or transfers");
        }
    }

    // Semaphore 0 is none.
    private static ulong Bit(byte semaphore) => 1UL << semaphore & ~1UL;

    private void VerifyFootprint(in Footprint footprint)
    {
        long start = footprint.Start, length = footprint.Length, limit = planned[(int)footprint.Space];
        if (start < 0 || length > limit || start > limit - length)
            throw Refusal(
                FormattableString.Invariant($"{length} bytes from byte {start} of {MemorySpaces.Name(footprint.Space)}"),
                FormattableString.Invariant($"within the {limit} bytes planned for it"));
        if (footprint.Bytes > uint.MaxValue)
            throw Refusal(FormattableString.Invariant($"{footprint.Bytes} bytes moved"), FormattableString.Invariant($"at most {uint.MaxValue}"));
    }

    private static ProgramException OutsideTable(string operand, int index, int count) =>
        Refusal(FormattableString.Invariant($"{operand} {index}"), FormattableString.Invariant($"one below {count}"));

    private static ProgramException Refusal(string found, string expected) => new($"found {found}, expected {expected}");
}
