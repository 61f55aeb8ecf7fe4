using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Import.Onnx.Operators;

/// <summary>Operators whose operands and results are quantised tensors with scale and zero point inputs of their own.</summary>
internal static class QLinearOperators
{
    public static void QLinearConv(OnnxNode node, GraphBuilder graph)
    {
        node.RequireCounts(8, 9);
        var x = Operand(node, graph, 0, 1, 2);
        var weights = Operand(node, graph, 3, 4, 5, 0);
        var result = Result(node, graph, 6, 7);
        var bias = Bias(node, graph, 8, x, weights);
        ConvolutionOperators.Import(node, graph, x, weights, bias, result);
    }

    public static void QLinearMatMul(OnnxNode node, GraphBuilder graph)
    {
        node.RequireCounts(8, 8);
        var (a, b) = (Operand(node, graph, 0, 1, 2), Operand(node, graph, 3, 4, 5));
        graph.Define(node.OutputName(0), MatrixOperators.Product(node, graph, a, b, Result(node, graph, 6, 7)));
    }

    /// <summary>QGemm: A·B + C of matrices with int32 C of scale A·B.</summary>
    public static void QGemm(OnnxNode node, GraphBuilder graph)
    {
        node.RequireCounts(9, 9);
        if (node.Flag("transA", false) || node.Real("alpha", 1) != 1)
            throw node.Refuse("transA or alpha", "A as it is");
        var transposeB = node.Flag("transB", false);
        var a = Operand(node, graph, 0, 1, 2);
        var b = Operand(node, graph, 3, 4, 5, transposeB ? 0 : 1);
        if (!b.IsConstant || a.Shape.Count != 2 || b.Shape.Count != 2 || a.Shape[1] != b.Shape[transposeB ? 1 : 0])
            throw node.Refuse($"operands {Shown.Of(a.Shape)} and {Shown.Of(b.Shape)}", "two matrices, the second constant");
        var weights = transposeB ? b : new ConstantOperand(b, false).Permuted(graph, node, "nk", [1, 0]);
        var bias = Bias(node, graph, 6, a, weights);
        if (bias is not null && bias.Elements != weights.Shape[0])
            throw node.Refuse($"C {Shown.Of(bias.Shape)}", $"[{weights.Shape[0]}]");
        var output = graph.OutputLike(node, a, [a.Shape[0], weights.Shape[0]]);
        Result(node, graph, 7, 8).Apply(graph, output);
        var attributes = new FullyConnectedAttributes(ActivationBounds.None);
        graph.Define(node.OutputName(0), graph.Add(node, null, attributes, [a, weights, bias], output));
    }

    public static Lowering Binary(BinaryFunction function) => (node, graph) =>
    {
        node.RequireCounts(8, 8);
        var (a, b) = (Operand(node, graph, 0, 1, 2), Operand(node, graph, 3, 4, 5));
        var shape = Shapes.Broadcast(node, a.Shape, b.Shape);
        Finish(node, graph, new BinaryAttributes(function, ActivationBounds.None), shape, Result(node, graph, 6, 7), a, b);
    };

    public static Lowering Unary(UnaryFunction function) => (node, graph) =>
    {
        node.RequireCounts(5, 5);
        var x = Operand(node, graph, 0, 1, 2);
        var attributes = function == UnaryFunction.LeakyRelu ? new UnaryAttributes(function, node.Real("alpha", 0.01f))
            : new UnaryAttributes(function);
        Finish(node, graph, attributes, x.Shape, Result(node, graph, 3, 4), x);
    };

    public static void QLinearSoftmax(OnnxNode node, GraphBuilder graph)
    {
        node.RequireCounts(5, 5);
        var opset = node.Integer("opset", 13);
        NormalisationOperators.Softmax(node, graph, Operand(node, graph, 0, 1, 2), false, opset, Result(node, graph, 3, 4));
    }

    public static void QLinearAveragePool(OnnxNode node, GraphBuilder graph)
    {
        node.RequireCounts(4, 5);
        RequireChannelsFirst(node);
        PoolOperators.Average(node, graph, Operand(node, graph, 0, 1, 2), Result(node, graph, 3, 4));
    }

    public static void QLinearGlobalAveragePool(OnnxNode node, GraphBuilder graph)
    {
        node.RequireCounts(4, 5);
        RequireChannelsFirst(node);
        PoolOperators.Global(node, graph, Operand(node, graph, 0, 1, 2), ReduceFunction.Mean, Result(node, graph, 3, 4));
    }

    /// <summary>QLinearConcat: operands of another scale than the result's are requantised first.</summary>
    public static void QLinearConcat(OnnxNode node, GraphBuilder graph)
    {
        node.RequireCounts(5, 4096);
        if (node.InputCount % 3 != 2)
            throw node.Refuse($"{node.InputCount} inputs", "2 and 3 per operand");
        var result = Result(node, graph, 0, 1);
        var operands = new Tensor[node.InputCount / 3];
        for (var i = 0; i < operands.Length; i++)
        {
            operands[i] = Operand(node, graph, 3 * i + 2, 3 * i + 3, 3 * i + 4);
            if (QuantisedKind.Same(operands[i].Quantisation!, result.Quantisation))
                continue;
            var same = graph.NewLike(node, $"{i}", operands[i], operands[i].Shape);
            result.Apply(graph, same);
            operands[i] = graph.Add(node, $"{i}", new RequantiseAttributes(), [operands[i]], same);
        }

        MovementOperators.Concatenate(node, graph, operands, result);
    }

    private static Tensor Operand(OnnxNode node, GraphBuilder graph, int index, int scale, int zero, long axis = -1)
    {
        var value = graph.Input(node, index);
        var type = graph.IsUnsigned(value) ? ElementType.UInt8 : value.Type;
        if (type is not (ElementType.Int8 or ElementType.UInt8))
            throw node.Refuse($"input {index} of type {type}", "int8 or uint8");
        var kind = QuantisedKind.Read(node, graph, scale, zero, type, value.Shape, axis);
        if (!value.IsConstant && !kind.Quantisation.IsPerTensor)
            throw node.Refuse($"{kind.Quantisation.Scales.Count} scales of a value computed at run time", "one");
        return kind.Attach(node, graph, value);
    }

    private static QuantisedKind Result(OnnxNode node, GraphBuilder graph, int scale, int zero)
    {
        var kind = QuantisedKind.Read(node, graph, scale, zero, null, [], 0);
        return kind.Quantisation.IsPerTensor ? kind : throw node.Refuse("scales along an axis", "one scale");
    }

    /// <summary>The int32 bias, whose scale is that of the accumulator.</summary>
    private static Tensor? Bias(OnnxNode node, GraphBuilder graph, int index, Tensor x, Tensor weights)
    {
        if (graph.Optional(node, index) is not { } bias)
            return null;
        if (!bias.IsConstant || bias.Type != ElementType.Int32)
            throw node.Refuse($"a bias of type {bias.Type}", "constant int32");
        float[] scales = [.. weights.Quantisation!.Scales.Select(scale => scale * x.Quantisation!.Scale)];
        if (bias.Shape.Count != 1 || (scales.Length > 1 && scales.Length != bias.Shape[0])
            || scales.Any(scale => !(scale > 0 && float.IsFinite(scale))))
            throw node.Refuse($"a bias of shape {Shown.Of(bias.Shape)}", "one element per output channel, of a positive scale");
        return new QuantisedKind(new Quantisation(scales, new int[scales.Length]), false).Attach(node, graph, bias);
    }

    private static void Finish(
        OnnxNode node, GraphBuilder graph, OperatorAttributes attributes, IReadOnlyList<int> shape, QuantisedKind result,
        params IReadOnlyList<Tensor?> inputs)
    {
        var output = graph.OutputLike(node, inputs[0]!, shape);
        result.Apply(graph, output);
        graph.Define(node.OutputName(0), graph.Add(node, null, attributes, inputs, output));
    }

    private static void RequireChannelsFirst(OnnxNode node)
    {
        if (node.Flag("channels_last", false))
            throw node.Refuse("channels_last 1", "0");
    }
}
