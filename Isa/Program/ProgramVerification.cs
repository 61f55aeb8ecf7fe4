using NpuSim.Isa.Machine;

namespace NpuSim.Isa.Program;

/// <summary>A program whose tables have been verified and whose streams are verified piece by piece, so that a run may begin before the last
/// instruction has been looked at.</summary>
public sealed class ProgramVerification
{
    private readonly StreamVerifier[] streams;
    private readonly NpuProgram program;
    private readonly MachineSpec machine;

    internal ProgramVerification(NpuProgram program, MachineSpec machine)
    {
        (this.program, this.machine) = (program, machine);
        streams = [.. program.Streams.Select((_, core) => new StreamVerifier(program, machine, core))];
    }

    /// <summary>Whether everything has been verified. Then any number of threads may go by it.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>Whether it holds for a program on a machine: it is of this program, and of a machine that is the same but for its speed.</summary>
    public bool Covers(NpuProgram other, MachineSpec on) =>
        ReferenceEquals(program, other) && (ReferenceEquals(machine, on) || MachineView.OfPrograms(machine) == MachineView.OfPrograms(on));

    /// <summary>Verifies the instructions of a core before <paramref name="end"/> that have not been verified yet.</summary>
    /// <exception cref="ProgramException">The first of them that is wrong, which need not be the first of the program.</exception>
    public void Verify(int core, int end) => streams[core].Verify(end);

    /// <summary>The kind of each instruction of a core that has been verified: those of one kind differ in offsets and semaphores alone,
    /// and find registers with the same contents (scales aside). Numbered from 1; 0: of none.</summary>
    public ReadOnlySpan<int> Kinds(int core) => streams[core].Kinds;

    /// <summary>Verifies what is left, and what concerns whole streams.</summary>
    /// <exception cref="ProgramException">The first thing that is wrong.</exception>
    public void Finish()
    {
        if (IsFinished)
            return;
        var first = streams[0].Barriers;
        for (int core = 0; core < streams.Length; core++)
        {
            streams[core].Finish();
            var found = streams[core].Barriers;
            if (!found.SequenceEqual(first))
                throw ProgramVerifier.Refusal($"core {core}: barriers", Shown(found), $"those of core 0: {Shown(first)}");
        }

        IsFinished = true;
    }

    private static string Shown(List<ushort> barriers)
    {
        string numbers = string.Join(", ", barriers.Take(8));
        return barriers.Count > 8 ? FormattableString.Invariant($"[{numbers}, ... {barriers.Count} in all]") : $"[{numbers}]";
    }
}
