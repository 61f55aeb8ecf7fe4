using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Quantised;

namespace NpuSim.Workloads.Compress;

/// <summary>Makes one quantised operator of dequantise → operator → quantise, the form in which ONNX writes quantised models.</summary>
/// <remarks>An operator is fused where every operand computed at run time comes from a dequantisation of int8, and every reader of its result
/// is a quantisation, all of one scale. Others stay float32. Weights must be int8 constants behind a dequantisation; a bias, float32 or
/// integer, becomes int32 of scale s_in·s_w, rounded half to even.</remarks>
internal static class FuseQuantisation
{
    public const string Name = "fuse-quantisation";

    public static void Apply(Graph graph, PassContext context)
    {
        if (FloatIslands.AreMeant(graph))
            return;
        var rewriter = new GraphRewriter(graph);
        var fused = 0;
        foreach (var node in rewriter.Snapshot())
            if (rewriter.IsAlive(node) && Fuse(rewriter, node))
                fused++;
        rewriter.Finish();
        context.Changed(Name, fused, "operators made int8");
    }

    private static bool Fuse(GraphRewriter rewriter, Node node)
    {
        if (node.Outputs.Count != 1 || node.Output.Type != ElementType.Float32 || Border(rewriter, node.Output) is not { } result
            || Operands(rewriter, node, result) is not { } operands)
            return false;
        foreach (var quantise in rewriter.Readers(node.Output))
        {
            if (!ReferenceEquals(quantise.Output, result))
                rewriter.Redirect(quantise.Output, result);
            rewriter.Remove(quantise);
        }

        rewriter.SetInputs(node, operands);
        rewriter.SetOutput(node, result);
        return true;
    }

    /// <summary>The int8 tensor that all readers of a result quantise it to; null where they do not.</summary>
    private static Tensor? Border(GraphRewriter rewriter, Tensor real)
    {
        var readers = rewriter.Readers(real);
        if (rewriter.IsOutput(real) || readers.Count == 0)
            return null;
        var first = readers[0].Output;
        // Where several quantisations are equal, one may be an output of the graph, whose tensor must stay.
        foreach (var reader in readers)
        {
            if (reader.Kind != OperatorKind.Quantise || reader.Output is not { Type: ElementType.Int8, Quantisation.IsPerTensor: true } result
                || !QuantisedNodes.SameQuantisation(first, result) || (rewriter.IsOutput(result) && rewriter.IsOutput(first) && result != first))
                return null;
            if (rewriter.IsOutput(result))
                first = result;
        }

        return first;
    }

    private static Tensor?[]? Operands(GraphRewriter rewriter, Node node, Tensor result)
    {
        switch (node.Kind)
        {
            case OperatorKind.Convolution or OperatorKind.DepthwiseConvolution or OperatorKind.FullyConnected:
                return Layer(rewriter, node);
            case OperatorKind.Binary when ((BinaryAttributes)node.Attributes).Function is BinaryFunction.Minimum or BinaryFunction.Maximum:
                return Same(rewriter, node, result);
            case OperatorKind.Concatenate:
                return Same(rewriter, node, result);
            case OperatorKind.MatrixMultiply or OperatorKind.Binary:
                return All(rewriter, node);
            case OperatorKind.Unary or OperatorKind.Clamp or OperatorKind.AveragePool or OperatorKind.Reduce or OperatorKind.Softmax
                or OperatorKind.LayerNormalisation or OperatorKind.LocalResponseNormalisation or OperatorKind.Resize:
                return First(rewriter, node);
            case OperatorKind.Pad or OperatorKind.MaxPool:
                return Requantised(rewriter, node, result);
            case OperatorKind.Attention or OperatorKind.BatchNormalisation or OperatorKind.Slice or OperatorKind.Transpose or OperatorKind.Reshape or OperatorKind.Gather
                or OperatorKind.Quantise or OperatorKind.Dequantise or OperatorKind.Requantise or OperatorKind.Cast:
                return null;
        }

        throw new InvalidOperationException($"{node.Name}: operator {node.Kind} is in no case");
    }

    private static Tensor?[]? Layer(GraphRewriter rewriter, Node node)
    {
        if (MoveQuantisation.Dequantisation(rewriter, node.Inputs[0]) is not { } dequantise
            || rewriter.Producer(node.Inputs[1], OperatorKind.Dequantise) is not { } weightNode
            || weightNode.Input(0) is not { IsConstant: true, Type: ElementType.Int8, Quantisation: { } step } weights)
            return null;
        var channelAxis = node.Kind == OperatorKind.DepthwiseConvolution ? 2 : 0;
        if ((!step.IsPerTensor && step.Axis != channelAxis) || step.Zeros.Any(zero => zero != step.Zero))
            return null;
        var input = dequantise.Input(0);
        if (node.Inputs.Count < 3 || node.Inputs[2] is not { } real)
            return [input, weights, null];
        return RealBias(rewriter, real) is { } values && QuantisedBias.Of(values, input.Quantisation!.Scale, step) is { } integers
            ? [input, weights, QuantisedBias.Tensor(rewriter, real, integers, input.Quantisation.Scale, step)]
            : null;
    }

    private static double[]? RealBias(GraphRewriter rewriter, Tensor bias)
    {
        if (Constants.IsFloat(bias))
            return [.. Constants.Floats(bias).ToArray().Select(value => (double)value)];
        if (rewriter.Producer(bias, OperatorKind.Dequantise) is not { } node || node.Input(0) is not { IsConstant: true, Quantisation: { } step } stored)
            return null;
        double[] integers = stored.Type switch
        {
            ElementType.Int32 => [.. Constants.Integers(stored).ToArray().Select(value => (double)value)],
            ElementType.Int8 => [.. Constants.SignedBytes(stored).ToArray().Select(value => (double)value)],
            _ => [],
        };
        if (integers.Length == 0)
            return null;
        return [.. integers.Select((value, channel) => (value - step.Zeros[step.IsPerTensor ? 0 : channel]) * step.Scales[step.IsPerTensor ? 0 : channel])];
    }

    /// <summary>All operands int8, each of its own scale.</summary>
    private static Tensor?[]? All(GraphRewriter rewriter, Node node)
    {
        var operands = new Tensor?[node.Inputs.Count];
        for (var i = 0; i < operands.Length; i++)
        {
            operands[i] = MoveQuantisation.Dequantisation(rewriter, node.Inputs[i])?.Input(0) ?? Exact(rewriter, node.Input(i));
            if (operands[i] is null)
                return null;
        }

        return operands.All(operand => operand!.IsConstant) ? null : QuantisedFirst(node, operands);
    }

    // A constant second operand is what vector instructions spread; the order of a sum or product is free.
    private static Tensor?[] QuantisedFirst(Node node, Tensor?[] operands) =>
        operands[0]!.IsConstant && node.Attributes is BinaryAttributes { Function: BinaryFunction.Add or BinaryFunction.Multiply }
            ? [operands[1], operands[0]]
            : operands;

    /// <summary>A constant of one value as int8 of a scale that holds it exactly: 1 · |value|.</summary>
    private static Tensor? Exact(GraphRewriter rewriter, Tensor constant)
    {
        if (Constants.Uniform(constant) is not { } value || !float.IsFinite(value))
            return null;
        var step = value == 0 ? 1 : Math.Abs(value);
        var integers = rewriter.Derive(constant, "/int8", ElementType.Int8, constant.Shape);
        integers.Quantisation = Quantisation.PerTensor(step, 0);
        integers.Data = new byte[constant.Elements];
        integers.Data.AsSpan().Fill(unchecked((byte)(sbyte)Math.Sign(value)));
        return integers;
    }

    /// <summary>The first operand int8, the others as they are (constants per channel, indices).</summary>
    private static Tensor?[]? First(GraphRewriter rewriter, Node node) =>
        MoveQuantisation.Dequantisation(rewriter, node.Inputs[0]) is { } dequantise && !dequantise.Input(0).IsConstant
        && node.Inputs.Skip(1).All(input => input is null || input.IsConstant)
            ? [dequantise.Input(0), .. node.Inputs.Skip(1)]
            : null;

    private static Tensor?[]? Requantised(GraphRewriter rewriter, Node node, Tensor result) =>
        First(rewriter, node) is { } operands ? [InStep(rewriter, operands[0]!, result.Quantisation!), .. operands.Skip(1)] : null;

    /// <summary>All operands int8 of the result's scale, requantised where they have another.</summary>
    private static Tensor?[]? Same(GraphRewriter rewriter, Node node, Tensor result)
    {
        var sources = node.Inputs.Select(input => MoveQuantisation.Dequantisation(rewriter, input)?.Input(0)).ToArray();
        if (sources.Any(source => source is null or { IsConstant: true }))
            return null;
        return [.. sources.Select(source => InStep(rewriter, source!, result.Quantisation!))];
    }

    private static Tensor InStep(GraphRewriter rewriter, Tensor source, Quantisation step)
    {
        if (source.Quantisation!.Scale.Equals(step.Scale) && source.Quantisation.Zero == step.Zero)
            return source;
        var same = rewriter.Derive(source, "/requantised", ElementType.Int8, source.Shape);
        same.Quantisation = step;
        rewriter.Add(source.Name + "/requantise", new RequantiseAttributes(), source, same);
        return same;
    }
}
