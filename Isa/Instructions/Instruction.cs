namespace NpuSim.Isa.Instructions;

/// <summary>The semaphores an instruction takes before it starts and gives when it has finished. 0 means none.</summary>
/// <remarks>A core has 63 counting semaphores, numbered 1…63, all 0 at the start. A wait takes 1, a signal gives 1. An early signal is given when the
/// instruction's first results are there; who takes it streams behind: it reads those results as they come, and ends after their last one. It may not
/// write what the signalling instruction still reads.</remarks>
/// <param name="Wait0">First semaphore waited for.</param>
/// <param name="Wait1">Second semaphore waited for.</param>
/// <param name="Signal0">First semaphore given.</param>
/// <param name="Signal1">Second semaphore given.</param>
/// <param name="Early">How many of the signals, the first ones, are early: 0, 1 or 2.</param>
public readonly record struct Sync(byte Wait0 = 0, byte Wait1 = 0, byte Signal0 = 0, byte Signal1 = 0, byte Early = 0)
{
    public const int SemaphoreCount = 64;

    /// <summary>Bit of an encoded signal that makes it early.</summary>
    internal const int EarlyBit = 0x80;

    /// <summary>First signal as encoded.</summary>
    internal byte Code0 => (byte)(Signal0 | (Early > 0 ? EarlyBit : 0));

    /// <summary>Second signal as encoded.</summary>
    internal byte Code1 => (byte)(Signal1 | (Early > 1 ? EarlyBit : 0));

    /// <summary>Whether a semaphore is signalled early here.</summary>
    public bool SignalsEarly(int semaphore) => semaphore != 0 && ((Early > 0 && Signal0 == semaphore) || (Early > 1 && Signal1 == semaphore));
}

/// <summary>One macro-instruction. Each sealed record below it is one row of the table: its attribute and the attributes of its
/// operands say everything that the codec, the assembler, the verifier and the documentation need.</summary>
public abstract record Instruction
{
    private Sync sync;

    public abstract Opcode Opcode { get; }

    /// <summary>Order against other engines.</summary>
    public Sync Sync
    {
        get => sync;
        init => sync = value;
    }

    /// <summary>Gives the instruction its order, instead of a copy that has it: for whoever has made it and shown it to nobody yet.</summary>
    /// <exception cref="InvalidOperationException">It has an order already.</exception>
    public void Order(Sync order)
    {
        if (sync != default)
            throw new InvalidOperationException($"{InstructionTable.Row(this).Mnemonic} has an order already");
        sync = order;
    }
}

/// <summary>The row of an instruction: what is not in its operands.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class RowAttribute(string mnemonic, Engine engine, TimingClass timing, string meaning) : Attribute
{
    public string Mnemonic { get; } = mnemonic;

    public Engine Engine { get; } = engine;

    public TimingClass Timing { get; } = timing;

    /// <summary>One sentence or formula for the reference manual.</summary>
    public string Meaning { get; } = meaning;
}

/// <summary>The column entries of one operand. Its encoding follows from its C# type: 1, 2 or 4 bytes little-endian, an
/// <see cref="Address"/> 5 (space, offset), an enumeration or bool 1.</summary>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
public sealed class OperandAttribute(string meaning) : Attribute
{
    public string Meaning { get; } = meaning;

    /// <summary>What happens to memory behind an address operand.</summary>
    public Role Role { get; init; }

    /// <summary>The fixed space of a <c>uint</c> operand that is an address; for an <see cref="Address"/> the operand itself says.</summary>
    public MemorySpace Space { get; init; }

    /// <summary>Required alignment in bytes of an address operand.</summary>
    public uint Alignment { get; init; } = 1;

    /// <summary>Smallest legal value.</summary>
    public long Minimum { get; init; } = long.MinValue;

    /// <summary>Largest legal value.</summary>
    public long Maximum { get; init; } = long.MaxValue;
}

/// <summary>Which formula of <c>Isa.Timing</c> gives the uncontended cycles of an instruction.</summary>
public enum TimingClass : byte
{
    Control,
    Configuration,
    Transfer,
    ArrayPass,
    LayerPass,
    VectorSimple,
    VectorMultiply,
    VectorSpecial,
    VectorLookup,
    VectorPool,
    VectorReduce,
    Host,
}
