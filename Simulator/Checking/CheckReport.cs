using System.Globalization;
using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;
using NpuSim.Simulator.Streams;

namespace NpuSim.Simulator.Checking;

/// <summary>What a program can do wrong although every instruction of it is right.</summary>
public enum CheckKind : byte
{
    /// <summary>Two instructions touch the same bytes, one of them writes, and nothing orders them.</summary>
    Race,

    /// <summary>An instruction reads bytes that nothing has put there.</summary>
    UninitialisedRead,

    /// <summary>The program does not come to its end.</summary>
    Deadlock,
}

/// <summary>One instruction as findings name it.</summary>
/// <param name="Core">Core.</param>
/// <param name="Unit">Its engine, such as <c>array</c> or <c>dma1</c>.</param>
/// <param name="Index">Number in the core's stream, from 0, as in the program's text.</param>
/// <param name="Mnemonic">Mnemonic.</param>
/// <param name="Text">The whole instruction as the disassembler prints it.</param>
public sealed record CheckedInstruction(int Core, string Unit, int Index, string Mnemonic, string Text)
{
    /// <summary>An instruction of a program.</summary>
    public static CheckedInstruction Of(NpuProgram program, int core, int index)
    {
        var instruction = program.Streams[core][index];
        return new CheckedInstruction(
            core, Units.Name(Units.OfQueue(instruction)), index, InstructionTable.Row(instruction).Mnemonic, Disassembler.Print(instruction));
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"core {Core} {Unit} instruction {Index} ({Mnemonic})");
}

/// <summary>Bytes of one memory.</summary>
/// <param name="Space">The memory; a private buffer is that of the instruction's core.</param>
/// <param name="First">Lowest byte.</param>
/// <param name="Last">Highest byte.</param>
/// <param name="Bytes">How many between the two, both included, are meant; fewer than all where the access is strided.</param>
public sealed record CheckedRange(MemorySpace Space, long First, long Last, long Bytes)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{MemorySpaces.Name(Space)} 0x{First:x} to 0x{Last:x} ({Bytes} byte{(Bytes == 1 ? "" : "s")}{(Bytes == Last - First + 1 ? "" : " of it")})");
}

/// <summary>One thing that is wrong with a program.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Instructions">Whom it concerns, in the order of the streams.</param>
/// <param name="Range">Which bytes; null for a deadlock.</param>
/// <param name="Missing">For a race, the order that is missing; else empty.</param>
/// <param name="Message">All of it as one sentence.</param>
public sealed record CheckFinding(
    CheckKind Kind, IReadOnlyList<CheckedInstruction> Instructions, CheckedRange? Range, string Missing, string Message);

/// <summary>What a check found.</summary>
/// <param name="Instructions">Instructions looked at; all of the program's unless it cannot end.</param>
/// <param name="Races">Pairs of instructions and memories that race.</param>
/// <param name="UninitialisedReads">Instructions and memories read before anything was written.</param>
/// <param name="Deadlocks">0, or 1 where the program does not always end.</param>
/// <param name="Findings">The first of them, at most <see cref="ProgramCheck.KeptFindings"/>.</param>
public sealed record CheckReport(long Instructions, long Races, long UninitialisedReads, long Deadlocks, IReadOnlyList<CheckFinding> Findings)
{
    /// <summary>All findings, those that are not kept as well.</summary>
    public long Count => Races + UninitialisedReads + Deadlocks;

    /// <summary>With the deadlock in which a run of the program ended, which says more than any that the check foresaw.</summary>
    public CheckReport With(DeadlockException deadlock, NpuProgram program)
    {
        var instructions = deadlock.Chain.Select(link => CheckedInstruction.Of(program, link.Core, link.Index)).ToList();
        var finding = new CheckFinding(CheckKind.Deadlock, instructions, null, "", deadlock.Message.Replace("\n", ": ", StringComparison.Ordinal));
        return this with { Deadlocks = 1, Findings = [finding, .. Findings.Where(other => other.Kind != CheckKind.Deadlock)] };
    }
}
