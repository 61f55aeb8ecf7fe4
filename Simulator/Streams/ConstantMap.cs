using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;

namespace NpuSim.Simulator.Streams;

/// <summary>Says whether an address lies in one of the program's constants.</summary>
internal sealed class ConstantMap
{
    private readonly ConstantBlock[] _blocks;

    public ConstantMap(IEnumerable<ConstantBlock> constants)
    {
        _blocks = [.. constants];
        Array.Sort(_blocks, (a, b) => Compare(a.Address, b.Address));
    }

    /// <summary>Whether the address lies in a constant.</summary>
    public bool Contains(Address address)
    {
        int low = 0, high = _blocks.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = Compare(_blocks[middle].Address, address) <= 0 ? (middle + 1, high) : (low, middle);
        }

        // The last block that does not begin behind the address is the only one that can hold it: blocks do not overlap.
        return low > 0 && _blocks[low - 1] is var last && last.Address.Space == address.Space
            && address.Offset < last.Address.Offset + (long)last.Data.Length;
    }

    private static int Compare(Address a, Address b) => a.Space != b.Space ? a.Space - b.Space : a.Offset.CompareTo(b.Offset);
}
