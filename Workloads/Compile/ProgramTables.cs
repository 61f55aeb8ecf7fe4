using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Interpret;

namespace NpuSim.Workloads.Compile;

/// <summary>Collects the program's tables while nodes are lowered: layers, tensors, host operators.</summary>
internal sealed class ProgramTables
{
    private readonly Graph _graph;
    private readonly LoweringContext _context;
    private readonly List<Tensor> _tensors;
    private readonly Dictionary<Tensor, int> _rows;
    private readonly int[] _layerOfNode;
    private readonly List<LayerEntry> _entries = [];
    private readonly List<HostOperator> _hostOperators = [];

    public ProgramTables(Graph graph, LoweringContext context)
    {
        _graph = graph;
        _context = context;
        _tensors = [.. graph.Inputs.Concat(graph.Nodes.SelectMany(node => node.Outputs)).Distinct()];
        _rows = _tensors.Select((tensor, row) => (tensor, row)).ToDictionary(pair => pair.tensor, pair => pair.row);
        _layerOfNode = new int[Math.Max(graph.Nodes.Count, 1)];
    }

    public IReadOnlyList<LayerEntry> Entries => _entries;

    public IReadOnlyList<HostOperator> HostOperators => _hostOperators;

    /// <summary>Tells where the next layer's node is; nodes without instructions count to the layer that follows.</summary>
    public void EnterNode(int index)
    {
        _layerOfNode[index] = _entries.Count;
        _context.Layer = _entries.Count;
    }

    /// <summary>Adds a node's layer and emits it.</summary>
    public void Add(Node node, LayerPlan plan, LayerPipeline pipeline)
    {
        int layer = _entries.Count;
        switch (plan)
        {
            case TiledPlan tiled:
                _entries.Add(new LayerEntry(node.Name, OperatorName(node), tiled.Engine, tiled.Macs, tiled.WeightBytes, tiled.Note) { Product = tiled.Product });
                pipeline.Add(layer, tiled, _context.SlotsAreApart);
                break;
            case HostPlan host:
                _entries.Add(new LayerEntry(node.Name, OperatorName(node), Engine.Sequencer, 0, 0, host.Reason));
                _hostOperators.Add(Describe(node, host.Reason));
                pipeline.AddHost(layer, _hostOperators.Count - 1);
                break;
        }
    }

    /// <summary>The tensor map: computed tensors, then constants.</summary>
    public IReadOnlyList<TensorEntry> TensorMap() => [.. _tensors.Select(Entry), .. _context.Constants.Entries];

    private TensorEntry Entry(Tensor tensor)
    {
        var role = _graph.Inputs.Contains(tensor) ? TensorRole.Input : _graph.Outputs.Contains(tensor) ? TensorRole.Output : TensorRole.Intermediate;
        var life = _context.Memory.Lifetimes.TryGetValue(tensor, out var own) ? own : (First: 0, Last: _graph.Nodes.Count - 1);
        int last = Math.Max(_entries.Count - 1, 0);
        return new TensorEntry(tensor.Name, role, _context.Home(tensor), tensor.Type, tensor.Shape,
            tensor.Quantisation is { IsPerTensor: true } q ? q.Scale : 0, tensor.Quantisation is { IsPerTensor: true } z ? z.Zero : 0,
            Math.Min(_layerOfNode[Math.Max(life.First, 0)], last), Math.Min(_layerOfNode[Math.Max(life.Last, 0)], last));
    }

    private HostOperator Describe(Node node, string reason)
    {
        var (name, attributes) = Interpret.HostOperators.Describe(_graph, node);
        return new HostOperator(node.Name, name, attributes, [.. node.Inputs.OfType<Tensor>().Select(Row)], [.. node.Outputs.Select(output => _rows[output])],
            Interpret.HostOperators.CountOperations(node), reason);
    }

    private int Row(Tensor tensor)
    {
        if (tensor.Data is not { } data)
        {
            return _rows[tensor];
        }

        var (_, row) = _context.Constants.Add(tensor.Name, new ConstantContent(data), tensor.Type, tensor.Shape,
            tensor.Quantisation is { IsPerTensor: true } q ? q.Scale : 0, tensor.Quantisation is { IsPerTensor: true } z ? z.Zero : 0, _context.Layer);
        return _tensors.Count + row;
    }

    private static string OperatorName(Node node) => node.Attributes switch
    {
        BinaryAttributes binary => binary.Function.ToString(),
        UnaryAttributes unary => unary.Function.ToString(),
        ReduceAttributes reduce => $"Reduce{reduce.Function}",
        _ => node.Kind.ToString(),
    };
}
