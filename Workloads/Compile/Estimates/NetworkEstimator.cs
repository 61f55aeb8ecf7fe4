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
    private static readonly string[] OperatorNames = [.. Enum.GetValues<OperatorKind>().Select(kind => kind.ToString())];

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
        var view = MachineView.OfLayers(machine);
        var context = new LoweringContext(graph, view, memory, constants, absorption.Nodes, null, shared);
        var layers = new List<(string, string, LayerEstimate)>(graph.Nodes.Count);
        var known = shared.Layers.Of(view);
        LayerEstimate Estimated(Node node) => Layer(context, shared, node);
        foreach (var node in graph.Nodes)
        {
            if (!absorption.Aliases.ContainsKey(node.Output))
            {
                layers.Add((node.Name, OperatorNames[(int)node.Kind], known.Of(shared.LayerKey(node, view), context, node, Estimated)));
            }
        }

        return new NetworkEstimate(graph.Name, layers, Plan(memory, layers, shared.WeightBytes, inFlash), shared.WeightBytes);
    }

    private static LayerEstimate Layer(LoweringContext context, CompileCache shared, Node node)
    {
        if (!CompileCache.HasConstantWeights(node))
        {
            return NodeEstimate.Of(context, node);
        }

        var work = context.RunsFloat && FloatNodes.IsFloat(node)
            ? FloatProduct.Describe(context.Graph, node, context.Absorbed(node), out _) : shared.Work(node).Work;
        if (work is null)
        {
            return NodeEstimate.Host(context.Machine, node);
        }

        Address input = context.Memory.Homes[node.Input(0)], output = context.Memory.Homes[node.Output];
        return ProductEstimate.Of(context, node.Input(1).Name, StrideFolding.Apply(context.Machine, work), input, output)
            ?? NodeEstimate.Host(context.Machine, node);
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
