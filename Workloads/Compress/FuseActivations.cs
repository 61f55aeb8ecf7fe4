using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Compress;

/// <summary>Makes a clamp the fused activation of the operator before it, where nobody else reads that one's result.</summary>
/// <remarks>On quantised tensors only where the clamp keeps scale and zero point: the value is the same then.</remarks>
internal static class FuseActivations
{
    public const string Name = "fuse-activations";

    public static void Apply(Graph graph, PassContext context)
    {
        var rewriter = new GraphRewriter(graph);
        var fused = 0;
        foreach (var node in rewriter.Snapshot())
        {
            if (node.Attributes is not ClampAttributes clamp || rewriter.Producer(node.Input(0)) is not { Outputs.Count: 1 } producer
                || rewriter.OnlyReader(producer.Output) is null || !Moves.KeepsStep(node))
                continue;
            if (WithClamp(producer.Attributes, clamp.Bounds) is not { } attributes)
                continue;
            producer.Attributes = attributes;
            var result = node.Output;
            rewriter.Remove(node);
            rewriter.SetOutput(producer, result);
            fused++;
        }

        rewriter.Finish();
        context.Changed(Name, fused, "activations fused");
    }

    /// <summary>Bounds of one clamp after another.</summary>
    public static ActivationBounds Chain(ActivationBounds first, ActivationBounds second) => new(
        Math.Min(Math.Max(first.Low, second.Low), second.High), Math.Min(Math.Max(first.High, second.Low), second.High));

    private static OperatorAttributes? WithClamp(OperatorAttributes attributes, ActivationBounds bounds) => attributes switch
    {
        ConvolutionAttributes a => a with { Activation = Chain(a.Activation, bounds) },
        DepthwiseAttributes a => a with { Activation = Chain(a.Activation, bounds) },
        FullyConnectedAttributes a => a with { Activation = Chain(a.Activation, bounds) },
        BinaryAttributes a => a with { Activation = Chain(a.Activation, bounds) },
        MaxPoolAttributes a => a with { Activation = Chain(a.Activation, bounds) },
        AveragePoolAttributes a => a with { Activation = Chain(a.Activation, bounds) },
        ClampAttributes a => new ClampAttributes(Chain(a.Bounds, bounds)),
        _ => null,
    };
}
