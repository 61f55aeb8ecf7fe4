using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Isa.Timing;

namespace NpuSim.Simulator.Streams;

/// <summary>Says whether an address lies in one of the program's constants, and how large those are where they are stored coded.</summary>
internal sealed class ConstantMap
{
    private readonly ConstantBlock[] _blocks;
    private readonly double[] _entropyBits;

    public ConstantMap(IEnumerable<ConstantBlock> constants)
    {
        _blocks = [.. constants];
        Array.Sort(_blocks, (a, b) => Compare(a.Address, b.Address) is var order and not 0 ? order : a.Data.Length - b.Data.Length);
        _entropyBits = new double[_blocks.Length];
        for (int block = 0; block < _blocks.Length; block++)
        {
            _entropyBits[block] = _blocks[block].EntropyBits ?? -1;
        }
    }

    /// <summary>Whether the address lies in a constant.</summary>
    public bool Contains(Address address) => Find(address) >= 0;

    /// <summary>Coded size of bytes of a constant, by the entropy of the whole constant; the bytes themselves where they are none.</summary>
    public long CodedBytes(WeightCodingSpec coding, Address address, long bytes)
    {
        int block = Find(address);
        if (block < 0)
        {
            return bytes;
        }

        if (_entropyBits[block] < 0)
        {
            _entropyBits[block] = WeightCoding.EntropyBits(_blocks[block].Data.Span);
        }

        return WeightCoding.CodedBytes(coding, bytes, _entropyBits[block]);
    }

    // The last block that does not begin behind the address is the only one that can hold it: blocks do not overlap.
    private int Find(Address address)
    {
        int low = 0, high = _blocks.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = Compare(_blocks[middle].Address, address) <= 0 ? (middle + 1, high) : (low, middle);
        }

        return low > 0 && _blocks[low - 1] is var last && last.Address.Space == address.Space
            && address.Offset < last.Address.Offset + (long)last.Data.Length ? low - 1 : -1;
    }

    private static int Compare(Address a, Address b) => a.Space != b.Space ? a.Space - b.Space : a.Offset.CompareTo(b.Offset);
}
