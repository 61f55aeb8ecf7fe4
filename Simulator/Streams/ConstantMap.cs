using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;

namespace NpuSim.Simulator.Streams;

/// <summary>Says whether an address lies in one of the program's constants.</summary>
internal sealed class ConstantMap
{
    private readonly (MemorySpace Space, long Start, long End)[] _blocks;

    public ConstantMap(IEnumerable<ConstantBlock> constants) =>
        _blocks = [.. constants.Select(block => (block.Address.Space, (long)block.Address.Offset, block.Address.Offset + (long)block.Data.Length)).Order()];

    public bool Contains(Address address)
    {
        int low = 0, high = _blocks.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            bool before = (_blocks[middle].Space, _blocks[middle].Start).CompareTo((address.Space, address.Offset)) <= 0;
            (low, high) = before ? (middle + 1, high) : (low, middle);
        }

        return low > 0 && _blocks[low - 1].Space == address.Space && address.Offset < _blocks[low - 1].End;
    }
}
