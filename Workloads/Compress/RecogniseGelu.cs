using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Compress;

/// <summary>Finds GELU written out, ½·x·(1 + erf(x/√2)) or ½·x·(1 + tanh(√(2/π)·(x + 0.044715·x³))), and makes it one operator.</summary>
internal static class RecogniseGelu
{
    public const string Name = "recognise-gelu";

    public static void Apply(Graph graph, PassContext context)
    {
        var rewriter = new GraphRewriter(graph);
        var found = 0;
        foreach (var node in rewriter.Snapshot())
        {
            if (node.Attributes is not BinaryAttributes { Function: BinaryFunction.Multiply or BinaryFunction.Divide } root
                || root.Activation != ActivationBounds.None)
                continue;
            var product = ProductTerms.Of(rewriter, node);
            if (product.Factors.Count != 2 || !ProductTerms.Near(product.Constant, 0.5))
                continue;
            if (Match(rewriter, product.Factors[0], product.Factors[1]) is not { } function
                && Match(rewriter, product.Factors[1], product.Factors[0]) is { } mirrored)
                Replace(rewriter, node, product.Factors[1], mirrored, ref found);
            else if (Match(rewriter, product.Factors[0], product.Factors[1]) is { } straight)
                Replace(rewriter, node, product.Factors[0], straight, ref found);
        }

        rewriter.Finish();
        context.Changed(Name, found, "GELU activations recognised");
    }

    private static void Replace(GraphRewriter rewriter, Node node, Tensor x, UnaryFunction function, ref int found)
    {
        rewriter.SetInputs(node, [x]);
        node.Attributes = new UnaryAttributes(function);
        found++;
    }

    /// <summary>The kind of GELU that x·gate/2 is.</summary>
    private static UnaryFunction? Match(GraphRewriter rewriter, Tensor x, Tensor gate)
    {
        if (Scalars.OnePlus(rewriter, gate) is not { } inner || rewriter.Producer(inner) is not { Attributes: UnaryAttributes unary } node)
            return null;
        return unary.Function switch
        {
            UnaryFunction.Erf when IsScaled(rewriter, node.Input(0), x, Math.Sqrt(0.5)) => UnaryFunction.Gelu,
            UnaryFunction.Tanh when IsCubic(rewriter, node.Input(0), x) => UnaryFunction.GeluTanh,
            _ => null,
        };
    }

    private static bool IsScaled(GraphRewriter rewriter, Tensor tensor, Tensor x, double factor) =>
        rewriter.Producer(tensor, OperatorKind.Binary) is { } node && ProductTerms.Of(rewriter, node) is { Factors.Count: 1 } product
        && ReferenceEquals(product.Factors[0], x) && ProductTerms.Near(product.Constant, factor);

    /// <summary>√(2/π)·(x + 0.044715·x³).</summary>
    private static bool IsCubic(GraphRewriter rewriter, Tensor tensor, Tensor x)
    {
        if (rewriter.Producer(tensor, OperatorKind.Binary) is not { } node || ProductTerms.Of(rewriter, node) is not { Factors.Count: 1 } outer
            || !ProductTerms.Near(outer.Constant, Math.Sqrt(2 / Math.PI))
            || rewriter.Producer(outer.Factors[0]) is not { Attributes: BinaryAttributes { Function: BinaryFunction.Add } } sum)
            return false;
        var cube = ReferenceEquals(sum.Inputs[0], x) ? sum.Input(1) : ReferenceEquals(sum.Inputs[1], x) ? sum.Input(0) : null;
        if (cube is null || rewriter.Producer(cube, OperatorKind.Binary) is not { } cubeNode)
            return false;
        var product = ProductTerms.Of(rewriter, cubeNode);
        return ProductTerms.Near(product.Constant, 0.044715) && product.Factors.Sum(factor => Scalars.PowerOf(rewriter, factor, x)) == 3;
    }
}
