using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Compress;

/// <summary>Makes the scaling of attention scores, c·x before a softmax, the factor inside the softmax: exp(c·x).</summary>
/// <remarks>Only in models that are quantised here: an int8 softmax takes the factor into its input scale, a float32 one has no place for it.</remarks>
internal static class FoldSoftmaxScale
{
    public const string Name = "fold-softmax-scale";

    public static void Apply(Graph graph, PassContext context)
    {
        if (!context.Options.Quantise || graph.Nodes.Any(node => node.Kind is OperatorKind.Quantise or OperatorKind.Dequantise))
            return;
        var rewriter = new GraphRewriter(graph);
        var folded = 0;
        foreach (var node in rewriter.Snapshot())
        {
            if (node.Attributes is not SoftmaxAttributes softmax || rewriter.Producer(node.Input(0), OperatorKind.Binary) is not { } scaling
                || rewriter.OnlyReader(scaling.Output) is null || Factor(scaling) is not ({ } source, > 0 and var factor))
                continue;
            rewriter.SetInput(node, 0, source);
            node.Attributes = softmax with { Beta = softmax.Beta * factor };
            rewriter.Remove(scaling);
            folded++;
        }

        rewriter.Finish();
        context.Changed(Name, folded, "scalings folded into the softmax after");
    }

    private static (Tensor? Source, float Factor) Factor(Node scaling)
    {
        if (scaling.Attributes is not BinaryAttributes { Function: BinaryFunction.Multiply } attributes || attributes.Activation != ActivationBounds.None)
            return (null, 0);
        for (var side = 0; side < 2; side++)
            if (Constants.Uniform(scaling.Inputs[side]) is { } factor && float.IsFinite(factor)
                && scaling.Input(1 - side).Shape.SequenceEqual(scaling.Output.Shape))
                return (scaling.Input(1 - side), factor);
        return (null, 0);
    }
}
