using NpuSim.Isa.Instructions;

namespace NpuSim.Workloads.Compile;

/// <summary>The queues of a core that the compiler puts into order: array, vector unit, DMA engines.</summary>
internal static class StreamQueues
{
    public const int Sequencer = -1;
    public const int Array = 0;
    public const int Vector = 1;
    public const int FirstDma = 2;

    /// <summary>The queue that an instruction goes through.</summary>
    public static int Of(Instruction instruction) => InstructionTable.Engine(instruction) switch
    {
        Isa.Instructions.Engine.Array => Array,
        Isa.Instructions.Engine.Vector => Vector,
        Isa.Instructions.Engine.Dma => FirstDma + InstructionTable.DmaIndex(instruction),
        Isa.Instructions.Engine.Sequencer => throw new ArgumentException($"{instruction.Opcode} has no queue", nameof(instruction)),
    };

    /// <summary>The engine behind a queue.</summary>
    public static Engine Engine(int queue) => queue switch
    {
        Array => Isa.Instructions.Engine.Array,
        Vector => Isa.Instructions.Engine.Vector,
        _ => Isa.Instructions.Engine.Dma,
    };

    /// <summary>Which DMA engine is behind a queue; 0 for the others.</summary>
    public static byte Dma(int queue) => (byte)Math.Max(queue - FirstDma, 0);
}
