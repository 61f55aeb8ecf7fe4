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
        && SmallestTileFits(machine.Core, work);

    /// <summary>The product, or null and the reason why the array cannot compute it.</summary>
    public static ConvolutionWork? Describe(Graph graph, Node node, AbsorbedNode? absorbed, out string reason)
    {
        var bias = node.Inputs.ElementAtOrDefault(2);
        reason = bias is { IsConstant: false } ? "its bias is computed at run time; the weight buffer holds constants" : FloatNodes.ProductReason(graph);
        var epilogue = new FloatEpilogue(bias?.Data ?? default(ReadOnlyMemory<byte>), Activation(node), absorbed);
        return reason.Length > 0 ? null : ConvolutionLowering.Describe(node, null, epilogue);
    }

    // A tile of one pixel and one block of output channels, twice.
    private static bool SmallestTileFits(CoreSpec core, ConvolutionWork work)
    {
        bool isDepthwise = work.Kind == ProductKind.Depthwise;
        int outputs = Math.Min(work.OutChannels, ArrayOrder.OutputBlock * work.Multiplier);
        int channels = isDepthwise ? work.ChannelsFor(outputs, 0) : work.Taps > 1 ? work.InChannels : Math.Min(work.InChannels, ArrayOrder.InputGroup);
        long input = Rounded((long)work.InRows(1) * work.InColumns(1) * channels * work.ElementBytes), result = Rounded(outputs * work.ResultBytes);
        long weights = Rounded(Rounded(work.WeightBytes(outputs, channels)) + (long)outputs * work.ParameterBytes);
        return 2 * (input + (work.Residual is null ? 1 : 2) * result) <= core.Activation.SizeBytes && 2 * weights <= core.Weight.SizeBytes
            && 2 * Rounded((long)outputs * sizeof(float)) <= core.Accumulator.AddressedBytes;
    }

    private static long Rounded(long bytes) => SlotAllocator.Rounded(bytes);

    private static ActivationBounds Activation(Node node) => node.Attributes switch
    {
        ConvolutionAttributes a => a.Activation,
        DepthwiseAttributes a => a.Activation,
        FullyConnectedAttributes a => a.Activation,
        _ => throw new ArgumentException($"{node.Name}: {node.Kind} is not a product with constant weights", nameof(node)),
    };
}
