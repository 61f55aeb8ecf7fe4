using System.Collections.Frozen;
using System.Runtime.CompilerServices;

namespace NpuSim.Isa.Instructions;

/// <summary>The instruction table: every sealed record below <see cref="Instruction"/> is a row.</summary>
public static class InstructionTable
{
    private static readonly InstructionRow[] All =
    [
        .. typeof(Instruction).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(Instruction)))
            .Select(InstructionRow.Of)
            .OrderBy(row => row.Opcode),
    ];

    private static readonly InstructionRow?[] ByOpcode = Indexed();

    private static readonly FrozenDictionary<string, InstructionRow> ByMnemonic =
        All.ToFrozenDictionary(row => row.Mnemonic, StringComparer.Ordinal);

    /// <summary>All rows by ascending opcode.</summary>
    public static IReadOnlyList<InstructionRow> Rows => All;

    /// <summary>The row of an instruction.</summary>
    public static InstructionRow Row(Instruction instruction) => ByOpcode[(int)instruction.Opcode]!;

    /// <summary>The row of an opcode byte, null where there is none.</summary>
    public static InstructionRow? Find(byte opcode) => ByOpcode[opcode];

    /// <summary>The row of a mnemonic, null where there is none.</summary>
    public static InstructionRow? Find(string mnemonic) => ByMnemonic.GetValueOrDefault(mnemonic);

    /// <summary>The engine that executes an instruction.</summary>
    public static Engine Engine(Instruction instruction) => Row(instruction).Engine;

    /// <summary>Which formula times an instruction.</summary>
    public static TimingClass Timing(Instruction instruction) => Row(instruction).Timing;

    /// <summary>The instruction's <c>dma</c> operand: which DMA engine it is for, or that a semaphore instruction's target is; 0 without
    /// one.</summary>
    public static int DmaIndex(Instruction instruction) => instruction.Opcode switch
    {
        // Those of which programs are full.
        Opcode.DmaLoad => Unsafe.As<DmaLoad>(instruction).Dma,
        Opcode.DmaStore => Unsafe.As<DmaStore>(instruction).Dma,
        Opcode.DmaShape => Unsafe.As<DmaShape>(instruction).Dma,
        var _ => Row(instruction).DmaOperand is { } operand ? (int)operand.Get(instruction) : 0,
    };

    /// <summary>Whether an instruction of the class gives its results one after the other, so that it may signal early.</summary>
    public static bool Streams(TimingClass timing) => timing switch
    {
        TimingClass.ArrayPass or TimingClass.VectorSimple or TimingClass.VectorMultiply or TimingClass.VectorSpecial or TimingClass.VectorLookup
            or TimingClass.VectorPool or TimingClass.VectorReduce => true,
        TimingClass.Control or TimingClass.Configuration or TimingClass.Transfer or TimingClass.LayerPass or TimingClass.Host => false,
    };

    /// <summary>Whether an instruction of the class may take an early signal and stream behind it.</summary>
    public static bool StreamsBehind(TimingClass timing) => timing switch
    {
        TimingClass.Transfer or TimingClass.VectorSimple or TimingClass.VectorMultiply or TimingClass.VectorSpecial or TimingClass.VectorLookup
            or TimingClass.VectorPool or TimingClass.VectorReduce => true,
        TimingClass.ArrayPass or TimingClass.LayerPass or TimingClass.Control or TimingClass.Configuration or TimingClass.Host => false,
    };

    private static InstructionRow?[] Indexed()
    {
        var rows = new InstructionRow?[256];
        foreach (var row in All)
        {
            if (rows[(int)row.Opcode] is { } other)
                throw new InvalidOperationException($"{row.Mnemonic} and {other.Mnemonic} share opcode 0x{(int)row.Opcode:x2}");
            rows[(int)row.Opcode] = row;
        }

        return rows;
    }
}
