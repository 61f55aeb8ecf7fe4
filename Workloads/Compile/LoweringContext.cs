using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Compile;

/// <summary>What a lowering sees: the graph, the machine, where tensors live, and the pool for constants.</summary>
internal sealed class LoweringContext(Graph graph, MachineSpec machine, MemoryMap memory, ConstantPool constants)
{
    public Graph Graph { get; } = graph;

    public MachineSpec Machine { get; } = machine;

    public MemoryMap Memory { get; } = memory;

    public ConstantPool Constants { get; } = constants;

    /// <summary>Index of the layer that is being lowered.</summary>
    public int Layer { get; set; }

    public int Cores => Machine.Cores;

    /// <summary>Where a computed tensor lives.</summary>
    public Address Home(Tensor tensor) => Memory.Homes[tensor];

    /// <summary>The tiles of a core, of a list that all cores share: contiguous shares that differ by one at most.</summary>
    public IReadOnlyList<T> Share<T>(IReadOnlyList<T> tiles, int core)
    {
        int first = (int)((long)tiles.Count * core / Cores), end = (int)((long)tiles.Count * (core + 1) / Cores);
        return [.. tiles.Skip(first).Take(end - first)];
    }
}

/// <summary>Hands out addresses of one private buffer for the slots of a layer.</summary>
/// <remarks>Layers take their slots from alternate ends, so that the constants of the next layer do not land where the current one still reads.</remarks>
internal sealed class SlotAllocator(MemorySpace space, long capacity, bool fromTop)
{
    private const int Alignment = 64;
    private long _used;

    /// <summary>Bytes that a slot takes.</summary>
    public static long Rounded(long bytes) => (bytes + Alignment - 1) / Alignment * Alignment;

    /// <summary>Takes a slot of at least the given bytes.</summary>
    public Address Take(long bytes)
    {
        long rounded = Rounded(bytes);
        _used += rounded;
        if (_used > capacity)
        {
            throw new InvalidOperationException($"{MemorySpaces.Name(space)}: {_used} of {capacity} bytes taken; the tiling was chosen too large");
        }

        return new Address(space, checked((uint)(fromTop ? capacity / Alignment * Alignment - _used : _used - rounded)));
    }

    /// <summary>Takes a ring of equal slots.</summary>
    public SlotRing Ring(int count, long bytes) => new([.. Enumerable.Range(0, count).Select(_ => Take(bytes))]);
}

/// <summary>Slots used in turn.</summary>
internal sealed class SlotRing(IReadOnlyList<Address> slots)
{
    private int _next;

    /// <summary>The slot handed out last.</summary>
    public Address Current { get; private set; } = slots[0];

    public Address Next()
    {
        Current = slots[_next];
        _next = (_next + 1) % slots.Count;
        return Current;
    }
}
