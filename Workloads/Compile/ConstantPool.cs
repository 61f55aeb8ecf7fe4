using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;

namespace NpuSim.Workloads.Compile;

/// <summary>Lays constants out behind the tensors, in flash where the machine has it, else in DRAM, else in the global buffer.</summary>
internal sealed class ConstantPool(MemorySpace space, long start)
{
    private const int Alignment = 64;

    private readonly List<ConstantBlock> _blocks = [];
    private readonly List<TensorEntry> _entries = [];
    private long _end = start;

    public IReadOnlyList<ConstantBlock> Blocks => _blocks;

    /// <summary>One row of the tensor map for every block.</summary>
    public IReadOnlyList<TensorEntry> Entries => _entries;

    public MemorySpace Space => space;

    /// <summary>First byte behind the constants.</summary>
    public long End => _end;

    /// <summary>Adds bytes in the order that the array or the vector unit reads them.</summary>
    /// <param name="name">Name of the tensor they come from.</param>
    /// <param name="data">Content.</param>
    /// <param name="layer">Layer that reads them.</param>
    public Address Add(string name, byte[] data, int layer) => Add(name, data, ElementType.Int8, [data.Length], 0, 0, layer).Address;

    /// <summary>Adds a dense tensor as the host reads it; returns its row and the row's index among the constants.</summary>
    public (Address Address, int Row) Add(string name, byte[] data, ElementType type, IReadOnlyList<int> shape, float scale, int zero, int layer)
    {
        var address = new Address(space, checked((uint)_end));
        _end = checked((uint)((_end + data.Length + Alignment - 1) / Alignment * Alignment));
        _blocks.Add(new ConstantBlock(address, data));
        _entries.Add(new TensorEntry(name, TensorRole.Constant, address, type, shape, scale, zero, layer, layer));
        return (address, _entries.Count - 1);
    }
}
