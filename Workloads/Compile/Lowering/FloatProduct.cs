using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Compile.Lowering;

/// <summary>float32 products with constant weights in the form that all products are tiled in.</summary>
internal static class FloatProduct
{
    /// <summary>Whether a product runs on the array with what it would absorb.</summary>
    public static bool Compiles(Graph graph, MachineSpec machine, Node node, AbsorbedNode absorbed) =>
        machine.Core.Array.Rate(ArrayFormat.Float32) > 0 && FloatNodes.IsFloat(node) && node.Input(1).IsConstant
        && Describe(graph, node, absorbed, out _) is { } work && ConvolutionLowering.WindowFits(work.Window)
        && new ConvolutionTiling(machine, work, MemorySpace.Dram, MemorySpace.Dram, MemorySpace.Dram).HasTile();

    /// <summary>The product, or null and the reason why the array cannot compute it.</summary>
    public static ConvolutionWork? Describe(Graph graph, Node node, AbsorbedNode? absorbed, out string reason)
    {
        var bias = node.Inputs.ElementAtOrDefault(2);
        reason = bias is { IsConstant: false } ? "its bias is computed at run time; the weight buffer holds constants" : FloatNodes.ProductReason(graph);
        var epilogue = new FloatEpilogue(bias?.Data ?? default(ReadOnlyMemory<byte>), Activation(node), absorbed);
        return reason.Length > 0 ? null : ConvolutionLowering.Describe(node, null, epilogue);
    }

    private static ActivationBounds Activation(Node node) => node.Attributes switch
    {
        ConvolutionAttributes a => a.Activation,
        DepthwiseAttributes a => a.Activation,
        FullyConnectedAttributes a => a.Activation,
        _ => throw new ArgumentException($"{node.Name}: {node.Kind} is not a product with constant weights", nameof(node)),
    };
}
