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
    // Where blocks begin and end, as one number each: space, then offset.
    private readonly long[] _starts;
    private readonly long[] _ends;
    // Transfers go on where they were, or come back.
    private int _last = -1;

    public ConstantMap(IEnumerable<ConstantBlock> constants)
    {
        _blocks = [.. constants];
        Array.Sort(_blocks, (a, b) => Compare(a.Address, b.Address) is var order and not 0 ? order : a.Data.Length - b.Data.Length);
        (_entropyBits, _starts, _ends) = (new double[_blocks.Length], new long[_blocks.Length], new long[_blocks.Length]);
        for (int block = 0; block < _blocks.Length; block++)
        {
            _starts[block] = Place(_blocks[block].Address);
            _ends[block] = _starts[block] + _blocks[block].Data.Length;
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
        long place = Place(address);
        if (_last >= 0 && place >= _starts[_last] && place < _ends[_last])
        {
            return _last;
        }

        if (_starts.Length == 0 || place < _starts[0] || place >= _ends[^1])
        {
            return -1;
        }

        int found = Array.BinarySearch(_starts, place);
        // Not found is the complement of the next one; blocks without bytes may begin where others do.
        int block = found >= 0 ? found : ~found - 1;
        while (block + 1 < _starts.Length && _starts[block + 1] == _starts[block])
        {
            block++;
        }

        _last = place < _ends[block] ? block : _last;
        return place < _ends[block] ? block : -1;
    }

    private static long Place(Address address) => ((long)address.Space << 40) + address.Offset;

    private static int Compare(Address a, Address b) => a.Space != b.Space ? a.Space - b.Space : a.Offset.CompareTo(b.Offset);
}
