using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Compress;

/// <summary>Finds x·sigmoid(x), x·clamp(x + 3, 0, 6)/6, x·hardsigmoid(x) and clamp(x + 3, 0, 6)/6, and makes each one operator.</summary>
internal static class RecogniseSwish
{
    public const string Name = "recognise-swish";

    private const float Sixth = 1f / 6;

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
            if (Match(rewriter, product) is not { } match)
                continue;
            rewriter.SetInputs(node, [match.X]);
            node.Attributes = match.Attributes;
            found++;
        }

        rewriter.Finish();
        context.Changed(Name, found, "swish activations recognised");
    }

    private static (Tensor X, UnaryAttributes Attributes)? Match(GraphRewriter rewriter, ProductTerms product) => product.Factors.Count switch
    {
        1 when ProductTerms.Near(product.Constant, Sixth) && HardGate(rewriter, product.Factors[0]) is { } x =>
            (x, new UnaryAttributes(UnaryFunction.HardSigmoid, Sixth, 0.5f)),
        2 => Gated(rewriter, product.Factors[0], product.Factors[1], product.Constant)
            ?? Gated(rewriter, product.Factors[1], product.Factors[0], product.Constant),
        _ => null,
    };

    private static (Tensor X, UnaryAttributes Attributes)? Gated(GraphRewriter rewriter, Tensor x, Tensor gate, double constant)
    {
        if (ProductTerms.Near(constant, Sixth) && ReferenceEquals(HardGate(rewriter, gate), x))
            return (x, new UnaryAttributes(UnaryFunction.HardSwish));
        if (constant != 1 || rewriter.Producer(gate) is not { Attributes: UnaryAttributes unary } node || !ReferenceEquals(node.Inputs[0], x))
            return null;
        if (unary.Function == UnaryFunction.Sigmoid)
            return (x, new UnaryAttributes(UnaryFunction.Swish));
        return unary.Function == UnaryFunction.HardSigmoid && ProductTerms.Near(unary.Alpha, Sixth) && ProductTerms.Near(unary.Beta, 0.5)
            ? (x, new UnaryAttributes(UnaryFunction.HardSwish))
            : null;
    }

    /// <summary>The x of clamp(x + 3, 0, 6), the clamp an operator of its own or the activation of the addition.</summary>
    private static Tensor? HardGate(GraphRewriter rewriter, Tensor gate)
    {
        if (rewriter.Producer(gate) is { Attributes: ClampAttributes clamp } node && clamp.Bounds == ActivationBounds.Relu6)
            return Scalars.Plus(rewriter, node.Input(0)) is ({ } x, 3f) ? x : null;
        if (rewriter.Producer(gate) is not { Attributes: BinaryAttributes { Function: BinaryFunction.Add } add } sum
            || add.Activation != ActivationBounds.Relu6)
            return null;
        return Constants.Uniform(sum.Inputs[1]) is 3f ? sum.Input(0) : Constants.Uniform(sum.Inputs[0]) is 3f ? sum.Input(1) : null;
    }
}
