using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;

namespace NpuSim.Tests.Simulator.Checking;

/// <summary>Takes one wait and the signal that it pairs with out of a program.</summary>
internal static class Mutation
{
    /// <summary>A copy without a wait chosen at random, and without the signal of the same number.</summary>
    public static NpuProgram DropOneWait(NpuProgram program, Random random)
    {
        int core = random.Next(program.Streams.Count);
        var stream = program.Streams[core].ToArray();
        var waits = (from index in Enumerable.Range(0, stream.Length) from semaphore in Waits(stream[index]) select (index, semaphore)).ToList();
        if (waits.Count == 0)
        {
            return program;
        }

        var (at, chosen) = waits[random.Next(waits.Count)];
        int number = waits.Count(wait => wait.semaphore == chosen && wait.index < at);
        int giver = Enumerable.Range(0, stream.Length).Where(index => Signals(stream[index]).Contains(chosen)).ElementAt(number);
        stream[at] = WithoutWait(stream[at], chosen);
        stream[giver] = WithoutSignal(stream[giver], chosen);
        return program with { Streams = [.. program.Streams.Select((original, index) => index == core ? stream : original)] };
    }

    private static IEnumerable<byte> Waits(Instruction instruction) =>
        new[] { instruction.Sync.Wait0, instruction.Sync.Wait1, instruction is SemaphoreWait wait ? wait.Semaphore : (byte)0 }.Where(semaphore => semaphore != 0);

    private static IEnumerable<byte> Signals(Instruction instruction) =>
        new[] { instruction.Sync.Signal0, instruction.Sync.Signal1, instruction is SemaphoreSignal signal ? signal.Semaphore : (byte)0 }
            .Where(semaphore => semaphore != 0);

    private static Instruction WithoutWait(Instruction instruction, byte semaphore)
    {
        var sync = instruction.Sync;
        return instruction is SemaphoreWait wait && wait.Semaphore == semaphore ? new Nop()
            : sync.Wait0 == semaphore ? instruction with { Sync = sync with { Wait0 = sync.Wait1, Wait1 = 0 } }
            : instruction with { Sync = sync with { Wait1 = 0 } };
    }

    private static Instruction WithoutSignal(Instruction instruction, byte semaphore)
    {
        var sync = instruction.Sync;
        return instruction is SemaphoreSignal signal && signal.Semaphore == semaphore ? new Nop()
            : sync.Signal0 == semaphore
                ? instruction with { Sync = sync with { Signal0 = sync.Signal1, Signal1 = 0, Early = (byte)Math.Max(sync.Early - 1, 0) } }
                : instruction with { Sync = sync with { Signal1 = 0, Early = Math.Min(sync.Early, (byte)1) } };
    }
}
