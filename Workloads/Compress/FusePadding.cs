using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Compress;

/// <summary>Makes zero padding of a plane the padding of the convolution that alone reads it.</summary>
/// <remarks>Exact, in integers too: a padded tap is the zero point, which counts as 0.</remarks>
internal static class FusePadding
{
    public const string Name = "fuse-padding";

    public static void Apply(Graph graph, PassContext context)
    {
        var rewriter = new GraphRewriter(graph);
        var fused = 0;
        foreach (var node in rewriter.Snapshot())
        {
            if (node.Attributes is not PadAttributes { Mode: PadMode.Constant, Value: 0 } pad || !IsPlane(pad) || !Moves.KeepsStep(node)
                || rewriter.OnlyReader(node.Output) is not { } layer || !ReferenceEquals(layer.Inputs[0], node.Output))
                continue;
            OperatorAttributes? attributes = layer.Attributes switch
            {
                ConvolutionAttributes a => a with { Window = Padded(a.Window, pad) },
                DepthwiseAttributes a => a with { Window = Padded(a.Window, pad) },
                _ => null,
            };
            if (attributes is null)
                continue;
            layer.Attributes = attributes;
            rewriter.SetInput(layer, 0, node.Input(0));
            rewriter.Remove(node);
            fused++;
        }

        rewriter.Finish();
        context.Changed(Name, fused, "paddings fused into the layer after");
    }

    private static bool IsPlane(PadAttributes pad) =>
        pad.Before.Count == 4 && pad.Before[0] == 0 && pad.After[0] == 0 && pad.Before[3] == 0 && pad.After[3] == 0;

    private static Window Padded(Window window, PadAttributes pad) => window with
    {
        Padding = new Padding(
            window.Padding.Top + pad.Before[1], window.Padding.Left + pad.Before[2],
            window.Padding.Bottom + pad.After[1], window.Padding.Right + pad.After[2]),
    };
}
