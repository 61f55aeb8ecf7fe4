using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Compress;

/// <summary>Makes a fully connected layer of a matrix product with a constant matrix, and its bias of a constant added per output.</summary>
/// <remarks>The constant may be float32 or dequantised int8; weights are kept [N,K].</remarks>
internal static class FormFullyConnected
{
    public const string Name = "form-fully-connected";

    public static void Apply(Graph graph, PassContext context)
    {
        var rewriter = new GraphRewriter(graph);
        var (formed, biases) = (0, 0);
        foreach (var node in rewriter.Snapshot())
        {
            if (node.Attributes is MatrixMultiplyAttributes matrix && Form(rewriter, node, matrix))
                formed++;
            if (node.Attributes is BinaryAttributes { Function: BinaryFunction.Add } add && AddBias(rewriter, node, add))
                biases++;
        }

        rewriter.Finish();
        context.Changed(Name, formed, "matrix products made fully connected layers");
        context.Changed(Name, biases, "additions made biases");
    }

    private static bool Form(GraphRewriter rewriter, Node node, MatrixMultiplyAttributes matrix)
    {
        var weight = node.Input(1);
        if (matrix.TransposeA || node.Input(0).IsConstant || weight.Shape.Count != 2)
            return false;
        if (rewriter.Producer(weight, OperatorKind.Dequantise) is { } dequantise && dequantise.Input(0).IsConstant)
            weight = dequantise.Input(0);
        else if (!weight.IsConstant || weight.Type is not (ElementType.Float32 or ElementType.Int8))
            return false;
        var layout = matrix.TransposeB ? node.Input(1) : Transposed(rewriter, node, weight);
        rewriter.SetInputs(node, [node.Inputs[0], layout, null]);
        node.Attributes = new FullyConnectedAttributes(ActivationBounds.None);
        return true;
    }

    private static Tensor Transposed(GraphRewriter rewriter, Node node, Tensor weight)
    {
        int[] shape = [weight.Shape[1], weight.Shape[0]];
        var result = rewriter.Derive(weight, "/transposed", weight.Type, shape);
        result.Data = Constants.Permute(weight.Data, weight.Type.SizeBytes(), weight.Shape, [1, 0]);
        result.Quantisation = TransposeSinking.Permuted(weight.Quantisation, [1, 0]);
        if (ReferenceEquals(weight, node.Inputs[1]))
            return result;
        var real = rewriter.Derive(node.Input(1), "/transposed", ElementType.Float32, shape);
        rewriter.Add(node.Name + "/weights", new DequantiseAttributes(), result, real);
        return real;
    }

    private static bool AddBias(GraphRewriter rewriter, Node add, BinaryAttributes attributes)
    {
        for (var side = 0; side < 2; side++)
        {
            if (rewriter.Producer(add.Inputs[side], OperatorKind.FullyConnected) is not { Attributes: FullyConnectedAttributes layer } node
                || rewriter.OnlyReader(node.Output) is null || layer.Activation != ActivationBounds.None
                || (node.Inputs.Count > 2 && node.Inputs[2] is not null))
                continue;
            if (Bias(rewriter, add.Input(1 - side), node.Output) is not { } bias || !node.Output.Shape.SequenceEqual(add.Output.Shape))
                continue;
            rewriter.SetInputs(node, [node.Inputs[0], node.Inputs[1], bias]);
            node.Attributes = layer with { Activation = attributes.Activation };
            var result = add.Output;
            rewriter.Remove(add);
            rewriter.SetOutput(node, result);
            return true;
        }

        return false;
    }

    private static Tensor? Bias(GraphRewriter rewriter, Tensor operand, Tensor result)
    {
        var outputs = result.Shape[^1];
        if (operand.Elements != outputs || operand.Shape.Count == 0 || operand.Shape[^1] != outputs)
            return null;
        var dequantised = rewriter.Producer(operand, OperatorKind.Dequantise) is { } dequantise
            && dequantise.Input(0) is { IsConstant: true, Quantisation.IsPerTensor: true };
        if (dequantised && operand.Shape.Count == 1)
            return operand;
        if (!Constants.IsFloat(operand))
            return null;
        if (operand.Shape.Count == 1)
            return operand;
        var flat = rewriter.Derive(operand, "/bias", ElementType.Float32, [outputs]);
        flat.Data = operand.Data;
        return flat;
    }
}
