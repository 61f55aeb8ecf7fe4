using NpuSim.Isa.Machine;

namespace NpuSim.Isa.Program;

/// <summary>A program whose tables have been verified and whose streams are verified piece by piece, so that a run may begin before the last
/// instruction has been looked at.</summary>
public sealed class ProgramVerification
{
    private readonly StreamVerifier[] streams;
    private bool finished;

    internal ProgramVerification(NpuProgram program, MachineSpec machine) =>
        streams = [.. program.Streams.Select((_, core) => new StreamVerifier(program, machine, core))];

    /// <summary>Verifies the instructions of a core before <paramref name="end"/> that have not been verified yet.</summary>
    /// <exception cref="ProgramException">The first of them that is wrong, which need not be the first of the program.</exception>
    public void Verify(int core, int end) => streams[core].Verify(end);

    /// <summary>The kind of each instruction of a core that has been verified: those of one kind differ in offsets and semaphores alone, and find registers
    /// with the same contents (scales aside). Numbered from 1; 0: of none.</summary>
    public ReadOnlySpan<int> Kinds(int core) => streams[core].Kinds;

    /// <summary>Verifies what is left, and what concerns whole streams.</summary>
    /// <exception cref="ProgramException">The first thing that is wrong.</exception>
    public void Finish()
    {
        if (finished)
            return;
        var first = streams[0].Barriers;
        for (int core = 0; core < streams.Length; core++)
        {
            streams[core].Finish();
            var found = streams[core].Barriers;
            if (!found.SequenceEqual(first))
                throw ProgramVerifier.Refusal($"core {core}: barriers", Shown(found), $"those of core 0: {Shown(first)}");
        }

        finished = true;
    }

    private static string Shown(List<ushort> barriers)
    {
        string numbers = string.Join(", ", barriers.Take(8));
        return barriers.Count > 8 ? FormattableString.Invariant($"[{numbers}, ... {barriers.Count} in all]") : $"[{numbers}]";
    }
}
