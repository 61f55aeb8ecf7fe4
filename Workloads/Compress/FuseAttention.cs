using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Compress;

/// <summary>Finds softmax(c·q·kᵀ)·v over heads that are split off and merged again by reshapes and transpositions, and makes it one operator.</summary>
/// <remarks>Only where the model stays float32 for an array that takes it: the fused operator divides by the sums last, so that its values differ from
/// those of the model in their last bits.</remarks>
internal static class FuseAttention
{
    public const string Name = "fuse-attention";

    private static readonly int[] Swapped = [0, 2, 1, 3];
    private static readonly int[] Turned = [0, 2, 3, 1];

    /// <summary>An operand of all heads side by side, [N × rows × heads·width].</summary>
    private sealed record Operand(Tensor All, int Heads);

    public static void Apply(Graph graph, PassContext context)
    {
        if (context.Options.Quantise || context.Options.Products != ProductPrecision.Bf16)
            return;
        var rewriter = new GraphRewriter(graph);
        var found = 0;
        foreach (var node in rewriter.Snapshot())
        {
            if (node.Kind == OperatorKind.Reshape && Match(rewriter, node) is var (q, k, v, scale))
            {
                rewriter.SetInputs(node, [q.All, k.All, v.All]);
                node.Attributes = new AttentionAttributes(q.Heads, scale);
                found++;
            }
        }

        rewriter.Finish();
        context.Changed(Name, found, "attentions fused; their divisions come last");
    }

    private static (Operand Q, Operand K, Operand V, float Scale)? Match(GraphRewriter rewriter, Node root)
    {
        if (Only(rewriter, root.Input(0), OperatorKind.Transpose) is not { } merge || !Permutes(merge, Swapped)
            || Only(rewriter, merge.Input(0), OperatorKind.MatrixMultiply) is not { } mix || mix.Attributes != new MatrixMultiplyAttributes(false, false)
            || Only(rewriter, mix.Input(0), OperatorKind.Softmax) is not { } softmax
            || softmax.Attributes is not SoftmaxAttributes { Log: false, Axis: 3 } attributes)
            return null;
        var (scores, factor) = Unscaled(rewriter, softmax.Input(0));
        if (Only(rewriter, scores, OperatorKind.MatrixMultiply) is not { Attributes: MatrixMultiplyAttributes { TransposeA: false } product } node)
            return null;
        var q = Split(rewriter, node.Input(0), Swapped);
        var k = Split(rewriter, node.Input(1), product.TransposeB ? Swapped : Turned);
        var v = Split(rewriter, mix.Input(1), Swapped);
        var shape = merge.Output.Shape;
        bool merges = root.Output.Shape.SequenceEqual([shape[0], shape[1], shape[2] * shape[3]]);
        return merges && q is not null && k is not null && v is not null && q.Heads == k.Heads && k.Heads == v.Heads
            && q.All.Shape[0] == k.All.Shape[0] && k.All.Shape[0] == v.All.Shape[0]
            ? (q, k, v, attributes.Beta * factor) : null;
    }

    private static Node? Only(GraphRewriter rewriter, Tensor tensor, OperatorKind kind) =>
        rewriter.OnlyReader(tensor) is null ? null : rewriter.Producer(tensor, kind);

    private static bool Permutes(Node node, int[] permutation) => ((TransposeAttributes)node.Attributes).Permutation.SequenceEqual(permutation);

    // Scores before their multiplication with, or division by, a constant.
    private static (Tensor Scores, float Factor) Unscaled(GraphRewriter rewriter, Tensor scaled)
    {
        if (Only(rewriter, scaled, OperatorKind.Binary) is not { Attributes: BinaryAttributes attributes } node || attributes.Activation != ActivationBounds.None)
            return (scaled, 1);
        return (attributes.Function, Constants.Uniform(node.Inputs[0]), Constants.Uniform(node.Inputs[1])) switch
        {
            (BinaryFunction.Multiply, null, { } factor) => (node.Input(0), factor),
            (BinaryFunction.Multiply, { } factor, null) => (node.Input(1), factor),
            (BinaryFunction.Divide, null, { } divisor) when divisor != 0 => (node.Input(0), 1 / divisor),
            _ => (scaled, 1),
        };
    }

    private static Operand? Split(GraphRewriter rewriter, Tensor heads, int[] permutation)
    {
        if (rewriter.Producer(heads, OperatorKind.Transpose) is not { } transpose || !Permutes(transpose, permutation)
            || rewriter.Producer(transpose.Input(0), OperatorKind.Reshape) is not { } reshape)
            return null;
        IReadOnlyList<int> all = reshape.Input(0).Shape, split = reshape.Output.Shape;
        return all.Count == 3 && split.Count == 4 && all[0] == split[0] && all[1] == split[1] && all[2] == split[2] * split[3]
            ? new Operand(reshape.Input(0), split[2]) : null;
    }
}
