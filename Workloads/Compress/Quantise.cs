using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Quantised;

namespace NpuSim.Workloads.Compress;

/// <summary>Plain post-training quantisation of a float model: int8 activations, asymmetric, one scale per tensor from the smallest and
/// largest value seen; int8 weights, symmetric, one scale per output channel; int32 biases of scale s_in·s_w.</summary>
/// <remarks>Tensors between which an operator moves raw integers share one scale (<see cref="RangeTies"/>). Inputs and outputs of the graph
/// stay float32, with a quantisation or dequantisation at the border. Integer index paths and casts stay as they are.</remarks>
internal sealed class Quantise
{
    public const string Name = "quantise";

    private readonly GraphRewriter rewriter;
    private readonly Arithmetic arithmetic;
    private readonly RangeTies ties;
    private readonly Dictionary<Tensor, Quantisation> steps = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Tensor, ValueRange> ranges = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Tensor, Tensor> integers = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Tensor, Quantisation?> fixedSteps = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<Tensor> unreal = new(ReferenceEqualityComparer.Instance);
    private readonly QuantisedConstants constants;

    private Quantise(Graph graph, Arithmetic arithmetic, IReadOnlyDictionary<Tensor, ValueRange> seen)
    {
        rewriter = new GraphRewriter(graph);
        constants = new QuantisedConstants(rewriter);
        ties = new RangeTies(graph, arithmetic);
        this.arithmetic = arithmetic;
        Collect(graph, seen);
    }

    public static void Apply(Graph graph, PassContext context)
    {
        if (!context.Options.Quantise || graph.Nodes.Any(ComputesInIntegers) || !graph.Nodes.Any(IsReal))
            return;
        var arithmetic = context.Options.Arithmetic ?? Arithmetic.Float;
        var seen = context.Options.ValuesMatter ? Calibration.Run(graph, context.Options) : NominalRanges.Of(graph);
        var pass = new Quantise(graph, arithmetic, seen);
        var count = pass.Run();
        pass.rewriter.Finish();
        graph.Arithmetic = arithmetic;
        context.Changed(Name, count, context.Options.ValuesMatter
            ? "operators made int8, ranges calibrated"
            : "operators made int8, ranges nominal: values mean nothing, times do");
    }

    private static bool ComputesInIntegers(Node node) =>
        node.Kind is not (OperatorKind.Requantise or OperatorKind.Quantise or OperatorKind.Dequantise) && QuantisedNodes.IsQuantised(node);

    private static bool IsReal(Node node) => node.Outputs.Any(output => output.Type == ElementType.Float32);

    /// <summary>One range per group of tied tensors, constants included.</summary>
    private void Collect(Graph graph, IReadOnlyDictionary<Tensor, ValueRange> seen)
    {
        foreach (var tensor in graph.Inputs.Concat(graph.Nodes.SelectMany(node => node.Outputs)))
            if (tensor.Type == ElementType.Float32 && seen.TryGetValue(tensor, out var range))
                Widen(tensor, range);
        foreach (var input in graph.Inputs)
            Fix(input, null);
        foreach (var node in graph.Nodes)
        {
            if (RangeTies.Tied(node, arithmetic) == 0)
                Fix(node.Output, FixedStep(node));
            for (var i = 0; i < RangeTies.Tied(node, arithmetic); i++)
                if (node.Inputs[i] is { } input && Constants.IsFloat(input))
                    Widen(input, ValueRange.Of(Constants.Floats(input)));
            if (node.Attributes is PadAttributes { Mode: PadMode.Constant } pad)
                Widen(node.Output, new ValueRange(pad.Value, pad.Value));
        }
    }

    /// <summary>A group has the scale that TFLite fixes for a function where that function alone computes its values.</summary>
    private void Fix(Tensor tensor, Quantisation? own)
    {
        var root = ties.Root(tensor);
        fixedSteps[root] = fixedSteps.TryGetValue(root, out var known) && !(known is not null && own is not null && known.Scale.Equals(own.Scale))
            ? null
            : own;
    }

    private void Widen(Tensor tensor, ValueRange range)
    {
        var root = ties.Root(tensor);
        ranges[root] = ranges.TryGetValue(root, out var known) ? known.Include(range) : range;
    }

    private int Run()
    {
        var count = 0;
        foreach (var node in rewriter.Snapshot())
        {
            if (IsQuantisable(node))
            {
                Convert(node);
                count++;
            }
            else
            {
                foreach (var input in node.Inputs)
                    if (input is not null && unreal.Contains(input))
                        Dequantised(input);
            }
        }

        foreach (var output in rewriter.Graph.Outputs)
            if (unreal.Contains(output))
                Dequantised(output);
        return count;
    }

    private static bool IsQuantisable(Node node)
    {
        if (node.Outputs.Count != 1 || node.Output.Type != ElementType.Float32)
            return false;
        if (node.Kind is OperatorKind.Cast or OperatorKind.Quantise or OperatorKind.Dequantise or OperatorKind.Requantise
            or OperatorKind.BatchNormalisation or OperatorKind.Attention)
            return false;
        if (node.Kind is OperatorKind.Convolution or OperatorKind.DepthwiseConvolution or OperatorKind.FullyConnected
            && node.Inputs.Count > 2 && node.Inputs[2] is { IsConstant: false })
            return false;
        if (node.Kind == OperatorKind.LayerNormalisation && node.Inputs.Skip(1).Any(input => input is { IsConstant: false }))
            return false;
        return node.Inputs.Any(input => input is { IsConstant: false });
    }

    private void Convert(Node node)
    {
        Tensor?[] inputs = node.Kind switch
        {
            OperatorKind.Convolution or OperatorKind.FullyConnected => Layer(node, 0),
            OperatorKind.DepthwiseConvolution => Layer(node, 2),
            OperatorKind.LayerNormalisation => [Integer(node.Input(0)), .. node.Inputs.Skip(1)],
            OperatorKind.Concatenate or OperatorKind.Gather or OperatorKind.Slice or OperatorKind.Transpose or OperatorKind.Reshape
                or OperatorKind.Pad or OperatorKind.Resize or OperatorKind.MatrixMultiply or OperatorKind.Attention or OperatorKind.Binary or OperatorKind.Unary
                or OperatorKind.Clamp or OperatorKind.MaxPool or OperatorKind.AveragePool or OperatorKind.Reduce or OperatorKind.Softmax
                or OperatorKind.LocalResponseNormalisation or OperatorKind.BatchNormalisation or OperatorKind.Quantise
                or OperatorKind.Dequantise or OperatorKind.Requantise or OperatorKind.Cast => Operands(node),
        };
        var real = node.Output;
        var step = StepOf(real);
        var result = rewriter.Derive(real, "/int8", ElementType.Int8, real.Shape);
        result.Quantisation = step;
        integers.Add(real, result);
        unreal.Add(real);
        rewriter.SetInputs(node, inputs);
        rewriter.SetOutput(node, result);
        if (FixedStep(node) is { } own && !(own.Scale.Equals(step.Scale) && own.Zero == step.Zero))
        {
            var inner = rewriter.Derive(real, "/fixed", ElementType.Int8, real.Shape);
            inner.Quantisation = own;
            rewriter.SetOutput(node, inner);
            rewriter.Add(node.Name + "/requantise", new RequantiseAttributes(), inner, result);
        }
    }

    private Tensor?[] Layer(Node node, int axis)
    {
        var input = Integer(node.Input(0));
        var weights = node.Input(1);
        var bias = node.Inputs.Count > 2 ? node.Inputs[2] : null;
        if (!Constants.IsFloat(weights))
            return [input, Integer(weights), bias is null ? null : constants.Bias(bias, input, Integer(weights).Quantisation!)];
        var integer = constants.Weights(weights, axis, bias, input.Quantisation!.Scale);
        return [input, integer, bias is null ? null : constants.Bias(bias, input, integer.Quantisation!)];
    }

    private Tensor?[] Operands(Node node)
    {
        var tied = RangeTies.Tied(node, arithmetic);
        return [.. node.Inputs.Select((input, index) => input is not { Type: ElementType.Float32 } ? input
            : !input.IsConstant ? Integer(input)
            : constants.Operand(input, index < tied ? StepOf(input) : StepChoice.Constant(input)))];
    }

    /// <summary>int8 form of a tensor computed at run time.</summary>
    private Tensor Integer(Tensor real)
    {
        if (real.IsConstant)
            return constants.Operand(real, StepChoice.Constant(real));
        if (integers.TryGetValue(real, out var known))
            return known;
        var result = rewriter.Derive(real, "/int8", ElementType.Int8, real.Shape);
        result.Quantisation = StepOf(real);
        rewriter.Add(real.Name + "/quantise", new QuantiseAttributes(), real, result);
        integers.Add(real, result);
        return result;
    }

    /// <summary>Makes a float tensor again from its int8 form.</summary>
    private void Dequantised(Tensor real)
    {
        unreal.Remove(real);
        rewriter.Add(real.Name + "/dequantise", new DequantiseAttributes(), integers[real], real);
    }

    private Quantisation StepOf(Tensor tensor)
    {
        var root = ties.Root(tensor);
        if (steps.TryGetValue(root, out var step))
            return step;
        step = fixedSteps.GetValueOrDefault(root) ?? StepChoice.Activation(tensor.Name, ranges.GetValueOrDefault(root, ValueRange.Empty));
        steps.Add(root, step);
        return step;
    }

    /// <summary>The scale that the TFLite dialects fix for a function's result; null where they do not.</summary>
    private Quantisation? FixedStep(Node node) => arithmetic == Arithmetic.Float ? null : node.Attributes switch
    {
        SoftmaxAttributes { Log: false } or UnaryAttributes { Function: UnaryFunction.Sigmoid } => Quantisation.PerTensor(1f / 256, -128),
        UnaryAttributes { Function: UnaryFunction.Tanh } => Quantisation.PerTensor(1f / 128, 0),
        _ => null,
    };
}
