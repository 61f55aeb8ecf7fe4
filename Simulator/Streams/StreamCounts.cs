using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;

namespace NpuSim.Simulator.Streams;

/// <summary>How much there is of everything in a stream, before any of it is resolved.</summary>
/// <param name="Bytes">Encoded bytes.</param>
/// <param name="Early">Whether any instruction signals early.</param>
/// <param name="Units">Instructions that go through each unit's queue.</param>
internal sealed record StreamCounts(long Bytes, bool Early, int[] Units)
{
    /// <summary>Counts. The stream need not have been verified: what it has for units beyond those of the core is left out.</summary>
    public static StreamCounts Of(IReadOnlyList<Instruction> stream, int units)
    {
        int[] instructions = new int[units];
        int early = 0;
        long bytes = 0;
        foreach (var instruction in InstructionSpan.Of(stream))
        {
            var row = InstructionTable.Row(instruction);
            bytes += row.EncodedBytes;
            early |= instruction.Sync.Early;
            int unit = Streams.Units.Of(instruction, row);
            if (unit < units)
            {
                instructions[unit]++;
            }
        }

        return new StreamCounts(bytes, early != 0, instructions);
    }
}
