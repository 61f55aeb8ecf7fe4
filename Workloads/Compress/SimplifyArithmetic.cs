using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Compress;

/// <summary>Writes operators that have no integer form with ones that have: x/c as x·(1/c), (a − b)² as a subtraction and a square, x², √x and
/// 1/x written as powers.</summary>
internal static class SimplifyArithmetic
{
    public const string Name = "simplify-arithmetic";

    public static void Apply(Graph graph, PassContext context)
    {
        var rewriter = new GraphRewriter(graph);
        var changed = 0;
        foreach (var node in rewriter.Snapshot())
            if (node.Attributes is BinaryAttributes binary && node.Output.Type == ElementType.Float32 && Simplify(rewriter, node, binary))
                changed++;
        rewriter.Finish();
        context.Changed(Name, changed, "divisions and powers simplified");
    }

    private static bool Simplify(GraphRewriter rewriter, Node node, BinaryAttributes binary) => binary.Function switch
    {
        BinaryFunction.Divide => Divide(rewriter, node, binary),
        BinaryFunction.Power => Power(rewriter, node, binary),
        BinaryFunction.SquaredDifference => Difference(rewriter, node, binary),
        BinaryFunction.Add or BinaryFunction.Subtract or BinaryFunction.Multiply or BinaryFunction.Minimum or BinaryFunction.Maximum => false,
    };

    private static bool Divide(GraphRewriter rewriter, Node node, BinaryAttributes binary)
    {
        var divisor = node.Input(1);
        if (!Constants.IsFloat(divisor) || Constants.Floats(divisor).Contains(0f))
            return false;
        var factor = rewriter.Derive(divisor, "/reciprocal", ElementType.Float32, divisor.Shape);
        factor.Data = Constants.ToBytes<float>([.. Constants.Floats(divisor).ToArray().Select(value => 1 / value)]);
        rewriter.SetInput(node, 1, factor);
        node.Attributes = binary with { Function = BinaryFunction.Multiply };
        return true;
    }

    private static bool Power(GraphRewriter rewriter, Node node, BinaryAttributes binary)
    {
        UnaryFunction? function = Constants.Uniform(node.Inputs[1]) switch
        {
            2f => UnaryFunction.Square,
            0.5f => UnaryFunction.Sqrt,
            -0.5f => UnaryFunction.Rsqrt,
            -1f => UnaryFunction.Reciprocal,
            _ => null,
        };
        if (function is not { } found || binary.Activation != ActivationBounds.None || !node.Input(0).Shape.SequenceEqual(node.Output.Shape))
            return false;
        rewriter.SetInputs(node, [node.Inputs[0]]);
        node.Attributes = new UnaryAttributes(found);
        return true;
    }

    private static bool Difference(GraphRewriter rewriter, Node node, BinaryAttributes binary)
    {
        if (binary.Activation != ActivationBounds.None)
            return false;
        var difference = rewriter.Derive(node.Output, "/difference", ElementType.Float32, node.Output.Shape);
        rewriter.Add(node.Name + "/difference", binary with { Function = BinaryFunction.Subtract }, node.Inputs, [difference]);
        rewriter.SetInputs(node, [difference]);
        node.Attributes = new UnaryAttributes(UnaryFunction.Square);
        return true;
    }
}
