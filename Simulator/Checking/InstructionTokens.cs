using NpuSim.Isa.Instructions;

namespace NpuSim.Simulator.Checking;

/// <summary>So many of one semaphore; early where they are given with the giver's first results.</summary>
internal readonly record struct Tokens(int Semaphore, int Count, bool Early = false);

/// <summary>What an instruction takes from semaphores and gives to them, each semaphore once.</summary>
internal static class InstructionTokens
{
    /// <summary>Appends what it takes before it starts.</summary>
    public static void Taken(Instruction instruction, List<Tokens> tokens)
    {
        Add(tokens, instruction.Sync.Wait0, 1);
        Add(tokens, instruction.Sync.Wait1, 1);
        if (instruction is SemaphoreWait wait)
        {
            Add(tokens, wait.Semaphore, wait.Count);
        }
    }

    /// <summary>Appends what it gives when it has finished.</summary>
    public static void Given(Instruction instruction, List<Tokens> tokens)
    {
        var sync = instruction.Sync;
        Add(tokens, sync.Signal0, 1, sync.SignalsEarly(sync.Signal0));
        Add(tokens, sync.Signal1, 1, sync.SignalsEarly(sync.Signal1));
        if (instruction is SemaphoreSignal signal)
        {
            Add(tokens, signal.Semaphore, signal.Count);
        }
    }

    private static void Add(List<Tokens> tokens, int semaphore, int count, bool early = false)
    {
        if (semaphore == 0)
        {
            return;
        }

        int same = tokens.FindIndex(token => token.Semaphore == semaphore);
        if (same >= 0)
        {
            tokens[same] = tokens[same] with { Count = tokens[same].Count + count };
        }
        else
        {
            tokens.Add(new Tokens(semaphore, count, early));
        }
    }
}
