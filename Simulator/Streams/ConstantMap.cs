using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Isa.Timing;

namespace NpuSim.Simulator.Streams;

/// <summary>Says whether an address lies in one of the program's constants, and how large those are where they are stored coded.</summary>
internal sealed class ConstantMap
{
    private readonly (MemorySpace Space, long Start, long End)[] _blocks;
    private readonly ConstantBlock[] _data;
    private readonly double[] _entropyBits;

    public ConstantMap(IEnumerable<ConstantBlock> constants)
    {
        _data = [.. constants.OrderBy(block => block.Address.Space).ThenBy(block => block.Address.Offset).ThenBy(block => block.Data.Length)];
        _blocks = [.. _data.Select(block => (block.Address.Space, (long)block.Address.Offset, block.Address.Offset + (long)block.Data.Length))];
        _entropyBits = new double[_data.Length];
        Array.Fill(_entropyBits, -1);
    }

    /// <summary>Whether any instruction or host operator of the program may write into its constants; strided writes count with their bounds.</summary>
    public static bool IsWrittenBy(NpuProgram program, int dmaEngines)
    {
        var constants = new ConstantMap(program.Constants);
        var footprints = new List<Footprint>();
        foreach (var stream in program.Streams)
        {
            var registers = new EngineRegisters(dmaEngines);
            foreach (var instruction in stream)
            {
                registers.Apply(instruction);
                footprints.Clear();
                Footprints.Of(instruction, registers, footprints);
                if (footprints.Exists(footprint => footprint.Role != Role.Read && constants.Overlaps(footprint.Space, footprint.Start, footprint.Length)))
                {
                    return true;
                }
            }
        }

        return program.HostOperators.SelectMany(operation => operation.Outputs).Select(index => program.Tensors[index])
            .Any(tensor => constants.Overlaps(tensor.Address.Space, tensor.Address.Offset, tensor.Bytes));
    }

    /// <summary>Whether the address lies in a constant.</summary>
    public bool Contains(Address address) => Find(address.Space, address.Offset, 1) >= 0;

    /// <summary>Coded size of bytes of a constant, by the entropy of the whole constant; the bytes themselves where they are none.</summary>
    public long CodedBytes(WeightCodingSpec coding, Address address, long bytes)
    {
        int block = Find(address.Space, address.Offset, 1);
        if (block < 0)
        {
            return bytes;
        }

        if (_entropyBits[block] < 0)
        {
            _entropyBits[block] = WeightCoding.EntropyBits(_data[block].Data.Span);
        }

        return WeightCoding.CodedBytes(coding, bytes, _entropyBits[block]);
    }

    private bool Overlaps(MemorySpace space, long start, long bytes) => Find(space, start, bytes) >= 0;

    // The last block that begins before the end is the only one that can reach into the range: blocks do not overlap.
    private int Find(MemorySpace space, long start, long bytes)
    {
        long end = start + bytes;
        int low = 0, high = _blocks.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            bool before = (_blocks[middle].Space, _blocks[middle].Start).CompareTo((space, end)) < 0;
            (low, high) = before ? (middle + 1, high) : (low, middle);
        }

        return low > 0 && _blocks[low - 1].Space == space && start < _blocks[low - 1].End ? low - 1 : -1;
    }
}
