using System.Runtime.CompilerServices;
using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;

namespace NpuSim.Isa.Timing;

/// <summary>A number of bytes for each port of a core's private buffers; see <see cref="BufferPorts"/>.</summary>
[InlineArray(BufferPorts.Count)]
public struct PortBytes
{
    private long _first;
}

/// <summary>The ports of a core's private buffers: each buffer has one for reading and writing, or one for each.</summary>
public static class BufferPorts
{
    /// <summary>Ports of the three buffers, counted as if each had two.</summary>
    public const int Count = 6;

    private const int PerBuffer = 2;

    /// <summary>The port that a read or write of a private buffer takes.</summary>
    public static int Of(CoreSpec core, MemorySpace space, bool write) =>
        ((int)space - (int)MemorySpace.Activation) * PerBuffer + (write && Buffer(core, space).Ports == PerBuffer ? 1 : 0);

    /// <summary>What each port gives or takes in a cycle: <c>banks · bytesPerBankCycle</c>. Traffic is taken to be spread over all banks evenly.</summary>
    public static PortBytes BytesPerCycle(CoreSpec core)
    {
        var capacity = new PortBytes();
        for (var space = MemorySpace.Activation; space <= MemorySpace.Accumulator; space++)
        {
            capacity[Of(core, space, write: false)] = Buffer(core, space).BytesPerCycle;
            capacity[Of(core, space, write: true)] = Buffer(core, space).BytesPerCycle;
        }

        return capacity;
    }

    private static BufferSpec Buffer(CoreSpec core, MemorySpace space) => space switch
    {
        MemorySpace.Activation => core.Activation,
        MemorySpace.Weight => core.Weight,
        MemorySpace.Accumulator => core.Accumulator,
        MemorySpace.Dram or MemorySpace.Flash or MemorySpace.Global =>
            throw new ArgumentOutOfRangeException(nameof(space), space, "not a private buffer"),
    };
}
