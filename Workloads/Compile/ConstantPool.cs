using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;

namespace NpuSim.Workloads.Compile;

/// <summary>Lays constants out behind the tensors, in flash where the machine has it, else in DRAM, else in the global buffer.</summary>
/// <param name="space">The memory.</param>
/// <param name="start">First byte for constants.</param>
/// <param name="shared">Where only sizes matter: what compilations of the graph share; null where constants are to have their contents.</param>
/// <param name="coded">Whether the machine stores weights coded, so that the size of a constant depends on what is in it.</param>
internal sealed class ConstantPool(MemorySpace space, long start, CompileCache? shared, bool coded)
{
    private const int Alignment = 64;

    private readonly List<ConstantBlock> _blocks = [];
    private readonly List<TensorEntry> _entries = [];
    private long _end = start;

    public IReadOnlyList<ConstantBlock> Blocks => _blocks;

    /// <summary>One row of the tensor map for every block.</summary>
    public IReadOnlyList<TensorEntry> Entries => _entries;

    public MemorySpace Space => space;

    /// <summary>Where constants begin. Nothing but constants lies behind it, and nothing writes there.</summary>
    public Address Start { get; } = new(space, checked((uint)start));

    /// <summary>First byte behind the constants.</summary>
    public long End => _end;

    /// <summary>Adds bytes in the order that the array or the vector unit reads them.</summary>
    /// <param name="name">Name of the tensor they come from.</param>
    /// <param name="data">Content.</param>
    /// <param name="layer">Layer that reads them.</param>
    public Address Add(string name, byte[] data, int layer) => Add(name, new ConstantContent(data), ElementType.Int8, [data.Length], 0, 0, layer).Address;

    /// <summary>Adds weights that are brought into the array's order only where values matter.</summary>
    /// <param name="name">Name of the tensor they come from.</param>
    /// <param name="piece">Which part of the graph's weights they are, and how they are packed.</param>
    /// <param name="bytes">Their bytes.</param>
    /// <param name="pack">Packs them.</param>
    /// <param name="layer">Layer that reads them.</param>
    public Address Add(string name, WeightPiece piece, long bytes, Func<byte[]> pack, int layer)
    {
        var content = shared is null ? new ConstantContent(pack())
            : new ConstantContent(Blank.Bytes(bytes), coded ? shared.EntropyBits(piece, pack) : null);
        return Add(name, content, ElementType.Int8, [content.Data.Length], 0, 0, layer).Address;
    }

    /// <summary>Adds a dense tensor as the host reads it; returns its row and the row's index among the constants.</summary>
    public (Address Address, int Row) Add(string name, ConstantContent content, ElementType type, IReadOnlyList<int> shape, float scale, int zero, int layer)
    {
        var address = new Address(space, checked((uint)_end));
        _end = checked((uint)((_end + content.Data.Length + Alignment - 1) / Alignment * Alignment));
        _blocks.Add(new ConstantBlock(address, content.Data) { EntropyBits = content.EntropyBits });
        _entries.Add(new TensorEntry(name, TensorRole.Constant, address, type, shape, scale, zero, layer, layer));
        return (address, _entries.Count - 1);
    }
}
