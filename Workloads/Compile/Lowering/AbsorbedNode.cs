using NpuSim.Isa.Instructions;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Compile.Lowering;

/// <summary>An element-wise float32 node that is computed on the tiles of the product before it, so that the product's own result never leaves the chip.</summary>
/// <param name="Node">A function, a clamp, or an addition of a tensor of the same shape.</param>
/// <param name="Residual">What is added; null for a function or clamp.</param>
internal sealed record AbsorbedNode(Node Node, Tensor? Residual)
{
    /// <summary>Passes of the vector unit.</summary>
    public int VectorSteps => Node.Attributes is BinaryAttributes { Activation: var activation } && activation != ActivationBounds.None ? 2 : 1;

    /// <summary>Emits the node on a tile, in place. v.shape is the tile's with rows one after the other in all operands.</summary>
    public void Emit(CoreStream stream, Address from, Address residual, Address to)
    {
        switch (Node.Attributes)
        {
            case BinaryAttributes { Activation: var activation }:
                bool first = ReferenceEquals(Node.Input(0), Residual);
                stream.Emit(new Add(first ? residual : from, first ? from : residual, to, VectorFormat.Float32, Broadcast.None));
                FloatNodes.Activate(stream, activation, to, to);
                break;
            case ClampAttributes { Bounds: var bounds }:
                stream.Emit(new Clamp(from, to, VectorFormat.Float32, bounds.Low, bounds.High));
                break;
            case UnaryAttributes { Function: var function }:
                stream.Emit(new Function(from, to, FunctionLowering.Of(function)!.Value));
                break;
            default:
                throw new InvalidOperationException($"{Node.Name} is not absorbed");
        }
    }

    /// <summary>What each float32 product absorbs; a product or a node that is not in the result stands for itself.</summary>
    /// <param name="graph">In topological order.</param>
    /// <param name="isCompiled">Whether a product runs on the array, beside what it would absorb.</param>
    public static IReadOnlyDictionary<Node, AbsorbedNode> Find(Graph graph, Func<Node, AbsorbedNode, bool> isCompiled)
    {
        var places = new Dictionary<Tensor, int>();
        var readers = new Dictionary<Tensor, int>();
        for (int i = 0; i < graph.Nodes.Count; i++)
        {
            graph.Nodes[i].Outputs.ToList().ForEach(output => places[output] = i);
            foreach (var input in graph.Nodes[i].Inputs.OfType<Tensor>())
            {
                readers[input] = readers.GetValueOrDefault(input) + 1;
            }
        }

        graph.Outputs.ForEach(output => readers[output] = readers.GetValueOrDefault(output) + 1);
        var found = new Dictionary<Node, AbsorbedNode>();
        foreach (var node in graph.Nodes.Where(FloatNodes.IsFloat))
        {
            foreach (var (product, absorbed) in Candidates(graph, node, places))
            {
                if (readers[product.Output] == 1 && !found.ContainsKey(product) && isCompiled(product, absorbed))
                {
                    found.Add(product, absorbed);
                    break;
                }
            }
        }

        return found;
    }

    private static IEnumerable<(Node Product, AbsorbedNode Absorbed)> Candidates(Graph graph, Node node, Dictionary<Tensor, int> places)
    {
        int[] sides = node.Attributes switch
        {
            ClampAttributes => [0],
            UnaryAttributes { Function: var function } when FunctionLowering.Of(function) is not null => [0],
            BinaryAttributes { Function: BinaryFunction.Add } when node.Input(0).Shape.SequenceEqual(node.Input(1).Shape) => [0, 1],
            _ => [],
        };
        foreach (int side in sides)
        {
            if (!places.TryGetValue(node.Input(side), out int place) || !IsProduct(graph.Nodes[place]))
            {
                continue;
            }

            // What is added must be there when the product runs.
            var residual = sides.Length == 1 ? null : node.Input(1 - side);
            if (residual is null || (!ReferenceEquals(residual, node.Input(side)) && places.GetValueOrDefault(residual, -1) < place))
            {
                yield return (graph.Nodes[place], new AbsorbedNode(node, residual));
            }
        }
    }

    private static bool IsProduct(Node node) => node.Kind is OperatorKind.Convolution or OperatorKind.DepthwiseConvolution or OperatorKind.FullyConnected;
}
