using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;

namespace NpuSim.Isa.Program;

/// <summary>Verifies one core's stream, in order, in as many pieces as its caller likes.</summary>
internal sealed class StreamVerifier
{
    // In the key of a configuration instruction that does not fit into one: its registers are like no others.
    private const ulong Alone = 1UL << 63;

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
    private readonly IReadOnlyList<Instruction> stream;
    private readonly KindTable table = new();
    private readonly KindRegisters found;
    private readonly int[] kinds;
    private int next;

    public StreamVerifier(NpuProgram program, MachineSpec machine, int core)
    {
        (this.program, this.machine, this.core) = (program, machine, core);
        registers = new EngineRegisters(machine.Core.Dma.Engines);
        found = new KindRegisters(machine.Core.Dma.Engines);
        stream = InstructionSpan.Walkable(program.Streams[core]);
        kinds = new int[stream.Count];
        planned = [.. Enum.GetValues<MemorySpace>().Select(space => ProgramVerifier.Planned(program.Plan, space))];
    }

    /// <summary>The barriers that it has come to so far, in order.</summary>
    public List<ushort> Barriers => barriers;

    /// <summary>The kind of each instruction that has been verified: those of one kind differ in offsets and semaphores alone,
    /// and find registers with the same contents (scales aside). 0: of none.</summary>
    public ReadOnlySpan<int> Kinds => kinds.AsSpan(0, next);

    /// <summary>Verifies the instructions before <paramref name="end"/> that have not been verified yet.</summary>
    public void Verify(int end)
    {
        var instructions = InstructionSpan.Of(stream);
        for (; next < end; next++)
        {
            var instruction = instructions[next];
            var row = InstructionTable.Row(instruction);
            var probe = default(KindProbe);
            bool taken = next < instructions.Length - 1 && KindTaking.TryTake(instruction, row, found, ref probe);
            int kind = taken ? table.Find(probe.Key) : 0;
            if (kind == 0 || !Repeats(instruction, kind, probe))
                kind = VerifyAnew(row, instruction, kind, taken, probe);
            kinds[next] = kind;
        }
    }

    /// <summary>Verifies what is left of the stream, and the stream as a whole.</summary>
    public void Finish()
    {
        int count = stream.Count;
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
        table.Release();
    }

    // Of a kind that has been verified only offsets and semaphores are left to look at. Where they are not right, or may not be, nothing
    // has been counted.
    private bool Repeats(Instruction instruction, int kind, in KindProbe probe)
    {
        ref readonly var rule = ref table[kind];
        var sync = instruction.Sync;
        if (!rule.Accepts(probe.Offsets) || !rule.Accepts(sync) || (sync.Early > 0 && machine.Core.Chaining is null))
            return false;
        CountSemaphores(sync);
        CountEarly(sync, rule.StreamsBehind);
        if (rule.Configures)
        {
            registers.Apply(instruction);
            found.Set(instruction.Opcode, InstructionTable.DmaIndex(instruction), kind);
        }
        else if (rule.Controls)
        {
            CountTarget(instruction);
        }

        return true;
    }

    // Returns the kind of what has been verified.
    private int VerifyAnew(InstructionRow row, Instruction instruction, int kind, bool taken, in KindProbe probe)
    {
        try
        {
            VerifyInstruction(row, instruction, last: next == stream.Count - 1);
        }
        catch (ProgramException failure)
        {
            string prefix = $"{row.Mnemonic}: ";
            string message = failure.Message.StartsWith(prefix, StringComparison.Ordinal) ? failure.Message[prefix.Length..] : failure.Message;
            throw new ProgramException(FormattableString.Invariant($"core {core}: instruction {next} ({row.Mnemonic}): {message}"));
        }

        if (kind == 0 && taken)
            kind = AddKind(row, probe);
        if (row.Timing == TimingClass.Configuration && kind == 0)
            kind = table.Add(new KindKey(Alone | (uint)next, 0, 0, 0, 0), new KindRule(row));
        if (row.Timing == TimingClass.Configuration)
            found.Set(row.Opcode, InstructionTable.DmaIndex(instruction), kind);
        return kind;
    }

    private int AddKind(InstructionRow row, in KindProbe probe)
    {
        var rule = new KindRule(row);
        // A pass whose elements have several bytes begins at one.
        int elementBytes = row.Timing == TimingClass.ArrayPass ? Math.Max(1, ArrayOrder.ActivationBits(registers.Format) / 8) : 1;
        return row.Timing == TimingClass.Configuration || KindTaking.TryLimit(probe, row, footprints, planned, (uint)elementBytes - 1, ref rule)
            ? table.Add(probe.Key, rule)
            : 0;
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
        VerifyEarly(row, instruction.Sync);
        registers.Apply(instruction);
        footprints.Clear();
        if (row.Engine == Engine.Sequencer)
        {
            VerifyControl(instruction);
            return;
        }

        InstructionRules.Check(instruction, registers, machine);
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
                CountTarget(wait);
                break;
            case SemaphoreSignal signal:
                VerifyTarget(signal.Target, signal.Dma);
                CountTarget(signal);
                break;
        }
    }

    private void CountTarget(Instruction instruction)
    {
        switch (instruction)
        {
            case SemaphoreWait wait:
                taken[wait.Semaphore] += wait.Count;
                behindNothing |= Bit(wait.Semaphore);
                break;
            case SemaphoreSignal signal:
                given[signal.Semaphore] += signal.Count;
                plain |= Bit(signal.Semaphore);
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
    private void VerifyEarly(InstructionRow row, Sync sync)
    {
        if (sync.Early > 0 && machine.Core.Chaining is null)
            throw Refusal("an early signal", "none on a machine without core.chaining");
        CountEarly(sync, InstructionTable.StreamsBehind(row.Timing));
    }

    private void CountEarly(Sync sync, bool streamsBehind)
    {
        if (sync.Early > 0)
            early |= Bit(sync.Signal0) | (sync.Early > 1 ? Bit(sync.Signal1) : 0);
        plain |= (sync.Early > 0 ? 0 : Bit(sync.Signal0)) | (sync.Early > 1 ? 0 : Bit(sync.Signal1));
        if (!streamsBehind)
            behindNothing |= Bit(sync.Wait0) | Bit(sync.Wait1);
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
