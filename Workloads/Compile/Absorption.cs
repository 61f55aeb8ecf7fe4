using NpuSim.Isa.Machine;
using NpuSim.Workloads.Compile.Lowering;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Compile;

/// <summary>What of a graph has no place of its own in a program.</summary>
/// <param name="Nodes">What products compute beside themselves.</param>
/// <param name="Aliases">Tensors that are another one's bytes under another name or shape.</param>
internal sealed record Absorption(IReadOnlyDictionary<Node, AbsorbedNode> Nodes, IReadOnlyDictionary<Tensor, Tensor> Aliases)
{
    /// <summary>Of a graph on a machine.</summary>
    public static Absorption Of(Graph graph, MachineSpec machine)
    {
        var absorbed = AbsorbedNode.Find(graph, (product, node) => FloatProduct.Compiles(graph, machine, product, node));
        var aliases = graph.Nodes.Where(NodeLowering.IsAlias).ToDictionary(node => node.Output, node => node.Input(0));
        foreach (var (product, node) in absorbed)
        {
            aliases.Add(node.Node.Output, product.Output);
        }

        return new Absorption(absorbed, aliases);
    }
}
