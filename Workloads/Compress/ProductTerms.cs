using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Compress;

/// <summary>A product of tensors taken apart: nested multiplications, and divisions by constants, whose results nobody else reads.</summary>
/// <param name="Constant">Product of the constant factors that are one value.</param>
/// <param name="Factors">The other factors, in the order found.</param>
internal sealed record ProductTerms(double Constant, IReadOnlyList<Tensor> Factors)
{
    /// <summary>Takes apart the product that a node computes; no factors where it computes none.</summary>
    public static ProductTerms Of(GraphRewriter rewriter, Node root)
    {
        var constant = 1.0;
        var factors = new List<Tensor>();
        if (root.Attributes is BinaryAttributes { Function: BinaryFunction.Divide } && Constants.Uniform(root.Inputs[1]) is null)
            return new ProductTerms(constant, factors);
        var open = new Stack<Node>([root]);
        while (open.TryPop(out var node))
        {
            if (node.Attributes is not BinaryAttributes { Function: BinaryFunction.Multiply or BinaryFunction.Divide } attributes)
                continue;
            for (var side = 1; side >= 0; side--)
                Take(node, attributes.Function == BinaryFunction.Divide && side == 1, node.Input(side));
        }

        return new ProductTerms(constant, factors);

        void Take(Node node, bool divisor, Tensor tensor)
        {
            if (Constants.Uniform(tensor) is { } value)
                constant = divisor ? constant / value : constant * value;
            else if (IsInner(rewriter, tensor, out var inner) && tensor.Shape.SequenceEqual(node.Output.Shape))
                open.Push(inner);
            else
                factors.Add(tensor);
        }
    }

    /// <summary>Whether a value differs from what is expected by no more than a constant written in a few digits would.</summary>
    public static bool Near(double value, double expected) => Math.Abs(value - expected) <= 2e-4 * Math.Abs(expected);

    private static bool IsInner(GraphRewriter rewriter, Tensor tensor, out Node inner)
    {
        inner = rewriter.Producer(tensor)!;
        return rewriter.OnlyReader(tensor) is not null
            && inner is { Attributes: BinaryAttributes { Activation: var activation } binary } && activation == ActivationBounds.None
            && (binary.Function == BinaryFunction.Multiply
                || (binary.Function == BinaryFunction.Divide && Constants.Uniform(inner.Inputs[1]) is not null));
    }
}
