using System.Collections.Concurrent;
using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Timing;
using NpuSim.Workloads.Compile.Estimates;
using NpuSim.Workloads.Compile.Lowering;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Quantised;

namespace NpuSim.Workloads.Compile;

/// <summary>What compilations of one prepared graph for many machines share: what follows from the graph alone. Any number of threads may use it. The
/// graph must not be changed any more.</summary>
public sealed class CompileCache
{
    private const int MachinesKept = 512;

    // A layer's estimate is some 600 bytes, and machines that share them come soon after each other.
    private const int EstimatesKept = 64;

    // Beyond the number of any shape.
    private const int SinglesFrom = 1 << 30;

    private readonly ConcurrentDictionary<Node, (ChannelParameters? Parameters, string Reason)> _parameters = new(ReferenceEqualityComparer.Instance);
    private readonly ConcurrentDictionary<WeightPiece, double> _entropies = new();
    private readonly ConcurrentDictionary<(MemorySpace Space, long Capacity), MemoryMap> _memories = new();
    private readonly ConcurrentDictionary<Node, (ConvolutionWork? Work, int Shape)> _works = new(ReferenceEqualityComparer.Instance);
    private readonly ConcurrentDictionary<ConvolutionWork, int> _shapes = new();
    private readonly Dictionary<Node, int> _places = new(ReferenceEqualityComparer.Instance);
    private int _lastShape;
    private Absorption? _plain;

    /// <param name="graph">Prepared; it is verified here, once.</param>
    /// <exception cref="ModelException">The graph is not valid.</exception>
    public CompileCache(Graph graph)
    {
        GraphVerifier.Verify(graph);
        Graph = graph;
        foreach (var node in graph.Nodes)
        {
            _places.Add(node, _places.Count);
        }

        WeightBytes = graph.Nodes.SelectMany(node => node.Inputs).OfType<Tensor>().Distinct().Sum(tensor => (long)(tensor.Data?.Length ?? 0));
    }

    public Graph Graph { get; }

    /// <summary>Requantisation of a product, or null and the reason.</summary>
    internal ChannelParameters? Parameters(Node node, out string reason)
    {
        var found = _parameters.GetOrAdd(node, key => (Requantisation.TryFor(Graph, key, out string why), why));
        reason = found.Reason;
        return found.Parameters;
    }

    /// <summary>Bytes of all constants as the model has them.</summary>
    internal long WeightBytes { get; }

    /// <summary>What products compute beside themselves, and the tensors that are another one's bytes. Only a machine that computes in float32 has a say in
    /// it.</summary>
    internal Absorption Absorption(MachineSpec machine) => machine.Core.Array.Rate(ArrayFormat.Float32) > 0
        ? Compile.Absorption.Of(Graph, machine)
        : _plain ??= Compile.Absorption.Of(Graph, machine);

    /// <summary>Where tensors live.</summary>
    /// <param name="machine">The machine, of which the plan depends on what is on chip and whether there is something to spill to.</param>
    /// <param name="absorption">What shares memory.</param>
    internal MemoryMap Memory(MachineSpec machine, Absorption absorption) => absorption != _plain || machine.Memory.Dram is null
        ? MemoryPlanner.Plan(Graph, machine, absorption.Aliases)
        : _memories.GetOrAdd(MemoryPlanner.OnChip(machine), _ => MemoryPlanner.Plan(Graph, machine, absorption.Aliases));

    /// <summary>The form of a quantised product, null where it is not defined in integers, and a number that equal shapes share.</summary>
    internal (ConvolutionWork? Work, int Shape) Work(Node node) => _works.GetOrAdd(node, key =>
    {
        var work = Parameters(key, out _) is { } parameters ? ConvolutionLowering.Describe(key, parameters, null) : null;
        return (work, work is null ? -1 : _shapes.GetOrAdd(work with { Weights = default, Parameters = null }, _ => Interlocked.Increment(ref _lastShape)));
    });

    /// <summary>Answers of the search for tiles, by the view that it has of a machine.</summary>
    internal RecentMachines<TileMemory> Tiles { get; } = new(MachinesKept, () => new TileMemory());

    /// <summary>Estimates of layers, by the view that they have of a machine.</summary>
    internal RecentMachines<LayerMemory> Layers { get; } = new(EstimatesKept, () => new LayerMemory());

    /// <summary>Programs of late.</summary>
    internal RecentPrograms Programs { get; } = new();

    /// <summary>A number that products share which are alike to the search for tiles on machines with the same view: those of one shape, unless what is in
    /// the weights counts, or the product is float32 and has a successor of its own.</summary>
    internal int TileKey(Node node, MachineSpec machine)
    {
        bool isFloat = machine.Core.Array.Rate(ArrayFormat.Float32) > 0 && FloatNodes.IsFloat(node);
        return machine.Core.Dma.WeightCoding is null && !isFloat && Work(node) is { Shape: >= 0 and var shape } ? shape : SinglesFrom + _places[node];
    }

    /// <summary>The same for the estimate of a layer, whatever it is.</summary>
    internal int LayerKey(Node node, MachineSpec machine) => HasConstantWeights(node) ? TileKey(node, machine) : SinglesFrom + _places[node];

    /// <summary>Whether a node is a product of a computed tensor and constants.</summary>
    internal static bool HasConstantWeights(Node node) =>
        node.Kind is OperatorKind.Convolution or OperatorKind.DepthwiseConvolution or OperatorKind.FullyConnected && node.Input(1).IsConstant;

    /// <summary>Entropy of packed weights in bits per byte.</summary>
    internal double EntropyBits(WeightPiece piece, Func<byte[]> pack) => _entropies.GetOrAdd(piece, _ => WeightCoding.EntropyBits(pack()));
}
