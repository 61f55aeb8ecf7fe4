using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Isa.Timing;
using NpuSim.Workloads.Compile.Lowering;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Compile.Estimates;

/// <summary>Estimates a network on a machine, layer after layer, by the timing formulas that the tile search asks too. Nothing is emitted and no event
/// happens, so that neither contention nor what overlaps across layers is seen.</summary>
public static class NetworkEstimator
{
    /// <summary>Estimates a prepared graph.</summary>
    /// <param name="shared">The graph, and what estimates of it for other machines have left.</param>
    /// <param name="machine">The machine.</param>
    /// <exception cref="ModelException">The tensors do not fit the machine.</exception>
    public static NetworkEstimate Estimate(CompileCache shared, MachineSpec machine)
    {
        var graph = shared.Graph;
        var absorption = shared.Absorption(machine);
        var memory = shared.Memory(machine, absorption);
        bool inFlash = machine.Memory.Flash is not null;
        var constants = new ConstantPool(
            inFlash ? MemorySpace.Flash : MemorySpace.Dram, inFlash ? 0 : memory.DramBytes, shared, machine.Core.Dma.WeightCoding is not null);
        var context = new LoweringContext(graph, machine, memory, constants, absorption.Nodes, null, shared);
        var layers = new List<(string, string, LayerEstimate)>(graph.Nodes.Count);
        var alike = new Dictionary<(int Shape, MemorySpace Input, MemorySpace Output), LayerEstimate>();
        foreach (var node in graph.Nodes)
        {
            if (!absorption.Aliases.ContainsKey(node.Output))
            {
                layers.Add((node.Name, node.Kind.ToString(), Layer(context, shared, node, alike)));
            }
        }

        return new NetworkEstimate(graph.Name, layers, Plan(memory, layers, shared.WeightBytes, inFlash), shared.WeightBytes);
    }

    private static LayerEstimate Layer(
        LoweringContext context, CompileCache shared, Node node, Dictionary<(int Shape, MemorySpace Input, MemorySpace Output), LayerEstimate> alike)
    {
        bool isProduct = node.Kind is OperatorKind.Convolution or OperatorKind.DepthwiseConvolution or OperatorKind.FullyConnected;
        if (!isProduct || !node.Input(1).IsConstant)
        {
            return NodeEstimate.Of(context, node);
        }

        var (work, shape) = context.RunsFloat && FloatNodes.IsFloat(node)
            ? (FloatProduct.Describe(context.Graph, node, context.Absorbed(node), out _), -1) : shared.Work(node);
        if (work is null)
        {
            return NodeEstimate.Host(context.Machine, node);
        }

        Address input = context.Memory.Homes[node.Input(0)], output = context.Memory.Homes[node.Output];
        var key = (shape, input.Space, output.Space);
        if (shape >= 0 && alike.TryGetValue(key, out var known))
        {
            return known;
        }

        var layer = ProductEstimate.Of(context, node.Input(1).Name, StrideFolding.Apply(context.Machine, work), input, output)
            ?? NodeEstimate.Host(context.Machine, node);
        alike[key] = layer;
        return layer;
    }

    private static MemoryPlan Plan(MemoryMap memory, List<(string Name, string Operator, LayerEstimate Work)> layers, long weights, bool inFlash)
    {
        long activation = 0, weight = 0, accumulator = 0;
        foreach (var (_, _, work) in layers)
        {
            activation = Math.Max(activation, work.SlotBytes.Activation);
            weight = Math.Max(weight, work.SlotBytes.Weight);
            accumulator = Math.Max(accumulator, work.SlotBytes.Accumulator);
        }

        return new MemoryPlan(
            memory.DramBytes + (inFlash ? 0 : weights), inFlash ? weights : 0, memory.GlobalBytes, memory.ActivationBytes + activation, weight, accumulator);
    }
}
