using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Compress;

/// <summary>Small patterns with constants of one value, as exporters write them.</summary>
internal static class Scalars
{
    /// <summary>The t of 1 + t.</summary>
    public static Tensor? OnePlus(GraphRewriter rewriter, Tensor sum) => Plus(rewriter, sum) is ({ } t, 1.0f) ? t : null;

    /// <summary>The t and the c of t + c.</summary>
    public static (Tensor? Term, float Constant) Plus(GraphRewriter rewriter, Tensor sum)
    {
        if (rewriter.Producer(sum) is not { Attributes: BinaryAttributes { Function: BinaryFunction.Add } attributes } node
            || attributes.Activation != ActivationBounds.None)
            return (null, 0);
        if (Constants.Uniform(node.Inputs[1]) is { } right)
            return (node.Input(0), right);
        return Constants.Uniform(node.Inputs[0]) is { } left ? (node.Input(1), left) : (null, 0);
    }

    /// <summary>n where the tensor is xⁿ written as x, a product, a square or a power; 100 where it is something else.</summary>
    public static int PowerOf(GraphRewriter rewriter, Tensor tensor, Tensor x)
    {
        const int Other = 100;
        if (ReferenceEquals(tensor, x))
            return 1;
        return rewriter.Producer(tensor) switch
        {
            { Attributes: UnaryAttributes { Function: UnaryFunction.Square } } node when ReferenceEquals(node.Inputs[0], x) => 2,
            { Attributes: BinaryAttributes { Function: BinaryFunction.Power } } node
                when ReferenceEquals(node.Inputs[0], x) && Constants.Uniform(node.Inputs[1]) is 2 or 3 =>
                (int)Constants.Uniform(node.Inputs[1])!.Value,
            { Attributes: BinaryAttributes { Function: BinaryFunction.Multiply } } node =>
                Math.Min(Other, PowerOf(rewriter, node.Input(0), x) + PowerOf(rewriter, node.Input(1), x)),
            _ => Other,
        };
    }
}
