using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Timing;
using NpuSim.Workloads.Compile.Lowering;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Quantised;
using NpuSim.Workloads.Tilings;

namespace NpuSim.Workloads.Compile;

/// <summary>What a lowering sees: the graph, the machine, where tensors live, and the pool for constants.</summary>
internal sealed class LoweringContext(
    Graph graph, MachineSpec machine, MemoryMap memory, ConstantPool constants, IReadOnlyDictionary<Node, AbsorbedNode> absorbed,
    Tiling? tiling, CompileCache? shared, TileChoices? choices = null)
{
    private const int Alignment = 64;

    public Graph Graph { get; } = graph;

    /// <summary>The machine; where nodes are lowered, without its speed: <see cref="MachineView.OfPrograms"/>.</summary>
    public MachineSpec Machine { get; } = machine;

    /// <summary>Chooses what depends on the machine's speed; where nodes are lowered.</summary>
    public TileChoices Choices => choices ?? throw new InvalidOperationException("nothing is lowered here");

    public MemoryMap Memory { get; } = memory;

    public ConstantPool Constants { get; } = constants;

    /// <summary>Layers whose constants are asked for ahead of the one that computes. Where tensors stay in place nothing but constants is
    /// loaded, and a layer has
    /// few instructions, so that more of them fit into the queues.</summary>
    public static int LayersAhead(MachineSpec machine) => machine.Core.Activation.HoldsTensors ? 4 : 1;

    /// <summary>Whether a product has followed the tiling that came with the layer.</summary>
    public bool FollowsTiling { get; private set; }

    /// <summary>The tiling that a product is to follow; null where the compiler chooses.</summary>
    public Tiling? FollowTiling()
    {
        FollowsTiling = true;
        return tiling;
    }

    /// <summary>Requantisation of a node that accumulates, or null and the reason why it is not defined in integers.</summary>
    public ChannelParameters? Parameters(Node node, out string reason) =>
        shared is null ? Requantisation.TryFor(Graph, node, out reason) : shared.Parameters(node, out reason);

    /// <summary>A number that products share which are alike to the search for tiles; −1 where nothing is kept.</summary>
    public int TileKey(Node node) => shared?.TileKey(node, Machine) ?? -1;

    /// <summary>Entropy of weights in bits per byte.</summary>
    public double EntropyBits(WeightPiece piece, Func<byte[]> pack) => shared?.EntropyBits(piece, pack) ?? WeightCoding.EntropyBits(pack());

    /// <summary>Index of the layer that is being lowered.</summary>
    public int Layer { get; set; }

    public int Cores => Machine.Cores;

    /// <summary>What a product computes beside itself; null where nothing.</summary>
    public AbsorbedNode? Absorbed(Node product) => absorbed.GetValueOrDefault(product);

    /// <summary>Whether float32 operators are compiled: the array takes float32 operands.</summary>
    public bool RunsFloat => Machine.Core.Array.Rate(ArrayFormat.Float32) > 0;

    private readonly BufferPlan _activation = new(memory.ActivationBytes, machine.Core.Activation.SizeBytes / Alignment * Alignment, LayersAhead(machine));
    private readonly BufferPlan _weight = new(0, machine.Core.Weight.SizeBytes / Alignment * Alignment, LayersAhead(machine));
    private readonly BufferPlan _accumulator = new(0, machine.Core.Accumulator.AddressedBytes / Alignment * Alignment, LayersAhead(machine));

    /// <summary>Bytes of the activation buffer that a layer's tiles may take.</summary>
    public long ActivationBytes => Machine.Core.Activation.SizeBytes - Memory.ActivationBytes;

    /// <summary>Whether the current layer may load constants while the layer before it still computes.</summary>
    public bool SlotsAreApart => _activation.IsApart(Layer) && _weight.IsApart(Layer) && _accumulator.IsApart(Layer);

    /// <summary>An allocator over a private buffer for the current layer.</summary>
    public SlotAllocator Slots(MemorySpace space) => new(space, space switch
    {
        MemorySpace.Activation => _activation,
        MemorySpace.Weight => _weight,
        MemorySpace.Accumulator => _accumulator,
        MemorySpace.Dram or MemorySpace.Flash or MemorySpace.Global => throw new ArgumentOutOfRangeException(nameof(space), space, "not private to a core"),
    }, Layer);

    /// <summary>Where a tensor lives: its place in the arena, or for a constant one in the pool, which this call takes.</summary>
    public Address Home(Tensor tensor) => tensor.Data is { } data ? Constants.Add(tensor.Name, data, Layer) : Memory.Homes[tensor];

    /// <summary>Whether the engines reach what lies at an address without moving it.</summary>
    public static bool InPlace(Address address) => address.Space == MemorySpace.Activation;

    /// <summary>The tiles of a core, of a list that all cores share: contiguous shares that differ by one at most.</summary>
    public IReadOnlyList<T> Share<T>(IReadOnlyList<T> tiles, int core)
    {
        var (first, end) = Share(tiles.Count, core);
        return end - first == tiles.Count ? tiles : [.. tiles.Skip(first).Take(end - first)];
    }

    /// <summary>The first tile of a core and the one behind its last, of as many as all cores share.</summary>
    public (int First, int End) Share(int tiles, int core) => ((int)((long)tiles * core / Cores), (int)((long)tiles * (core + 1) / Cores));
}

/// <summary>Where the slots of successive layers go in one private buffer: low, then behind those, then low again, so that the constants of
/// the next layer need not land where the current one still reads.</summary>
/// <param name="first">First byte for slots.</param>
/// <param name="end">Behind the last byte for slots.</param>
/// <param name="ahead">Layers that constants are asked for ahead; with more than one the slots go round the buffer.</param>
internal sealed class BufferPlan(long first, long end, int ahead)
{
    private readonly record struct Region(int Layer, long Start, long End);

    // The current layer's, and as many before it as may still read.
    private readonly Queue<Region> _earlier = new();
    private Region _current = new(-1, first, first);

    public long Capacity => end - first;

    /// <summary>First byte of a layer's slots; the same for every core.</summary>
    public long Base(int layer, long total)
    {
        if (layer != _current.Layer)
        {
            _earlier.Enqueue(_current);
            if (_earlier.Count > ahead)
            {
                _earlier.Dequeue();
            }

            long start = ahead > 1 ? (_current.End + total <= end ? _current.End : first)
                : _current.Start == first ? Math.Min(_current.End, end - total) : first;
            _current = new Region(layer, start, start + total);
        }

        return _current.Start;
    }

    /// <summary>Whether a layer's slots leave those of the layers before it alone that its constants may overtake.</summary>
    public bool IsApart(int layer) => layer != _current.Layer
        || !_earlier.Any(other => other.Layer >= layer - ahead && _current.Start < other.End && other.Start < _current.End);
}

/// <summary>Hands out slots of one private buffer to a layer. All are asked for before the first is used.</summary>
internal sealed class SlotAllocator(MemorySpace space, BufferPlan plan, int layer)
{
    private const int Alignment = 64;
    private long _used;
    private long? _base;

    /// <summary>Bytes that a slot takes.</summary>
    public static long Rounded(long bytes) => (bytes + Alignment - 1) / Alignment * Alignment;

    /// <summary>One slot of at least the given bytes.</summary>
    public SlotRing Take(long bytes) => Ring(1, bytes);

    /// <summary>A ring of equal slots.</summary>
    public SlotRing Ring(int count, long bytes)
    {
        long first = _used, slot = Rounded(bytes);
        _used += count * slot;
        if (_used > plan.Capacity || _base is not null)
        {
            throw new InvalidOperationException($"{MemorySpaces.Name(space)}: {_used} of {plan.Capacity} bytes taken; the tiling was chosen too large");
        }

        return new SlotRing(this, first, slot, count);
    }

    /// <summary>The address of a byte of this layer's slots.</summary>
    public Address At(long offset)
    {
        _base ??= plan.Base(layer, _used);
        return new Address(space, checked((uint)(_base.Value + offset)));
    }
}

/// <summary>Slots used in turn.</summary>
internal sealed class SlotRing(SlotAllocator allocator, long first, long slotBytes, int count)
{
    private int _current = -1;

    /// <summary>The slot handed out last, or the first one.</summary>
    public Address Current => allocator.At(first + Math.Max(_current, 0) * slotBytes);

    public Address Next()
    {
        _current = (_current + 1) % count;
        return Current;
    }
}
