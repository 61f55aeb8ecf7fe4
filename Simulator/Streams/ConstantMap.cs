using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;

namespace NpuSim.Simulator.Streams;

/// <summary>Says whether an address lies in one of the program's constants.</summary>
internal sealed class ConstantMap
{
    private readonly (MemorySpace Space, long Start, long End)[] _blocks;

    public ConstantMap(IEnumerable<ConstantBlock> constants) =>
        _blocks = [.. constants.Select(block => (block.Address.Space, (long)block.Address.Offset, block.Address.Offset + (long)block.Data.Length)).Order()];

    /// <summary>Whether the address lies in a constant.</summary>
    public bool Contains(Address address) => Overlaps(address.Space, address.Offset, 1);

    // The last block that begins before the end is the only one that can reach into the range: blocks do not overlap.
    private bool Overlaps(MemorySpace space, long start, long bytes)
    {
        long end = start + bytes;
        int low = 0, high = _blocks.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            bool before = (_blocks[middle].Space, _blocks[middle].Start).CompareTo((space, end)) < 0;
            (low, high) = before ? (middle + 1, high) : (low, middle);
        }

        return low > 0 && _blocks[low - 1].Space == space && start < _blocks[low - 1].End;
    }
}
