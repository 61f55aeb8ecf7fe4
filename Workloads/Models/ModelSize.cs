using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Models;

/// <summary>How large a model is.</summary>
/// <param name="Macs">Multiply-accumulates of one inference, dense count: convolutions, fully connected layers and matrix products.</param>
/// <param name="Parameters">Elements of the constants that its operators read, each constant once.</param>
public sealed record ModelSize(long Macs, long Parameters)
{
    public static ModelSize Of(Graph graph)
    {
        var seen = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
        var (macs, parameters) = (0L, 0L);
        foreach (var node in graph.Nodes)
        {
            macs += MacsOf(node);
            foreach (var input in node.Inputs)
                if (input is { IsConstant: true } && seen.Add(input))
                    parameters += input.Elements;
        }

        return new ModelSize(macs, parameters);
    }

    /// <summary>Multiply-accumulates of one node, padded taps included.</summary>
    public static long MacsOf(Node node) => node.Attributes switch
    {
        ConvolutionAttributes => node.Output.Elements * (node.Input(1).Elements / node.Input(1).Shape[0]),
        DepthwiseAttributes a => node.Output.Elements * a.Window.KernelHeight * a.Window.KernelWidth,
        FullyConnectedAttributes => node.Output.Elements * node.Input(0).Shape[^1],
        MatrixMultiplyAttributes a => node.Output.Elements * node.Input(0).Shape[a.TransposeA ? ^2 : ^1],
        AttentionAttributes => node.Output.Shape[1] * (node.Input(1).Elements + node.Input(2).Elements),
        _ => 0,
    };
}
