using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Compress;

/// <summary>Folds batch normalisation, and other multiplications and additions of constants per channel, into the weights and bias of the
/// convolution or fully connected layer before them: a·(w∗x + b) + s = (a·w)∗x + (a·b + s).</summary>
/// <remarks>A chain that no such layer precedes becomes one multiplication and one addition. Computed in float64, rounded once.</remarks>
internal static class FuseBatchNormalisation
{
    public const string Name = "fuse-batch-normalisation";

    public static void Apply(Graph graph, PassContext context)
    {
        var rewriter = new GraphRewriter(graph);
        var (fused, spelled) = (0, 0);
        foreach (var node in rewriter.Snapshot())
        {
            if (!rewriter.IsAlive(node) || AffineChain.From(rewriter, node) is not { } chain)
                continue;
            if (Fusable(rewriter, chain))
            {
                Fuse(rewriter, chain);
                fused += chain.Nodes.Count;
            }
            else if (chain.IsWorthRewriting)
            {
                SpellOut(rewriter, chain);
                spelled += chain.Nodes.Count;
            }
        }

        rewriter.Finish();
        context.Changed(Name, fused, "normalisations and scalings fused into the layer before");
        context.Changed(Name, spelled, "normalisations and scalings rewritten as multiply and add");
    }

    private static bool Fusable(GraphRewriter rewriter, AffineChain chain) =>
        rewriter.Producer(chain.Source) is { } layer && rewriter.OnlyReader(chain.Source) is not null
        && layer.Attributes switch
        {
            ConvolutionAttributes a => a.Activation == ActivationBounds.None,
            DepthwiseAttributes a => a.Activation == ActivationBounds.None,
            FullyConnectedAttributes a => a.Activation == ActivationBounds.None,
            _ => false,
        }
        && Constants.IsFloat(layer.Inputs[1]) && (layer.Inputs.Count < 3 || layer.Inputs[2] is null || Constants.IsFloat(layer.Inputs[2]));

    private static void Fuse(GraphRewriter rewriter, AffineChain chain)
    {
        var layer = rewriter.Producer(chain.Source)!;
        var weights = rewriter.Derive(layer.Input(1), "/fused", ElementType.Float32, layer.Input(1).Shape);
        weights.Data = Scaled(layer, chain.Scale);
        var bias = rewriter.Derive(layer.Input(1), "/bias", ElementType.Float32, [chain.Scale.Length]);
        var old = layer.Inputs.Count > 2 && layer.Inputs[2] is { } given ? Constants.Floats(given).ToArray() : new float[chain.Scale.Length];
        float[] shifted = [.. old.Select((value, channel) => (float)(value * chain.Scale[channel] + chain.Shift[channel]))];
        bias.Data = Constants.ToBytes<float>(shifted);
        rewriter.SetInputs(layer, [layer.Inputs[0], weights, bias]);
        layer.Attributes = layer.Attributes switch
        {
            ConvolutionAttributes a => a with { Activation = chain.Activation },
            DepthwiseAttributes a => a with { Activation = chain.Activation },
            FullyConnectedAttributes a => a with { Activation = chain.Activation },
            var other => other,
        };
        foreach (var node in chain.Nodes)
            rewriter.Remove(node);
        rewriter.SetOutput(layer, chain.Result);
    }

    private static byte[] Scaled(Node layer, double[] scale)
    {
        var values = Constants.Floats(layer.Input(1)).ToArray();
        // Depthwise weights run over channels innermost, the others outermost.
        var run = layer.Kind == OperatorKind.DepthwiseConvolution ? 1 : values.Length / scale.Length;
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)(values[i] * scale[i / run % scale.Length]);
        return Constants.ToBytes<float>(values);
    }

    private static void SpellOut(GraphRewriter rewriter, AffineChain chain)
    {
        var name = chain.Nodes[0].Name;
        var (source, result) = (chain.Source, chain.Result);
        foreach (var node in chain.Nodes)
            rewriter.Remove(node);
        var hasShift = chain.Shift.Any(value => value != 0);
        if (chain.Scale.Any(value => value != 1) || !hasShift)
        {
            var product = hasShift ? rewriter.Derive(result, "/scaled", ElementType.Float32, result.Shape) : result;
            var activation = hasShift ? ActivationBounds.None : chain.Activation;
            rewriter.Add(
                name + "/scale", new BinaryAttributes(BinaryFunction.Multiply, activation), [source, Constant("/scale", chain.Scale)], [product]);
            source = product;
        }

        if (hasShift)
            rewriter.Add(
                name + "/shift", new BinaryAttributes(BinaryFunction.Add, chain.Activation), [source, Constant("/shift", chain.Shift)], [result]);

        Tensor Constant(string suffix, double[] values)
        {
            var tensor = rewriter.Derive(chain.Result, suffix, ElementType.Float32, [values.Length]);
            tensor.Data = Constants.ToBytes<float>([.. values.Select(value => (float)value)]);
            return tensor;
        }
    }
}
