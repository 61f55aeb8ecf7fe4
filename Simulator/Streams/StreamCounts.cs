using NpuSim.Isa.Instructions;

namespace NpuSim.Simulator.Streams;

/// <summary>How much there is of everything in a stream, before any of it is resolved.</summary>
/// <param name="Bytes">Encoded bytes.</param>
/// <param name="Transfers">Instructions that move a block.</param>
/// <param name="HostCalls">Calls of the host.</param>
/// <param name="Results">Instructions with early signals.</param>
/// <param name="Units">Instructions that go through each unit's queue.</param>
internal sealed record StreamCounts(long Bytes, int Transfers, int HostCalls, int Results, int[] Units)
{
    /// <summary>Counts. The stream need not have been verified: what it has for units beyond those of the core is left out.</summary>
    public static StreamCounts Of(IReadOnlyList<Instruction> stream, int units)
    {
        var instructions = new int[units];
        int transfers = 0, hostCalls = 0, results = 0;
        long bytes = 0;
        foreach (var instruction in stream)
        {
            var row = InstructionTable.Row(instruction);
            bytes += row.EncodedBytes;
            transfers += row.Timing is TimingClass.Transfer or TimingClass.LayerPass ? 1 : 0;
            hostCalls += row.Timing == TimingClass.Host ? 1 : 0;
            results += instruction.Sync.Early != 0 ? 1 : 0;
            int unit = Streams.Units.Of(instruction, row);
            if (unit < units)
            {
                instructions[unit]++;
            }
        }

        return new StreamCounts(bytes, transfers, hostCalls, results, instructions);
    }
}
