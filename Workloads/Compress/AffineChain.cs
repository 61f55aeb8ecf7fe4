using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Compress;

/// <summary>Consecutive operators that together compute Scale[c]·x + Shift[c] over the innermost dimension.</summary>
/// <param name="Nodes">At least one, in order; the result of each but the last is read by the next alone.</param>
/// <param name="Source">What the first one reads.</param>
/// <param name="Result">What the last one writes.</param>
/// <param name="Scale">One factor per channel.</param>
/// <param name="Shift">One term per channel.</param>
/// <param name="Activation">Activation of the last node.</param>
internal sealed record AffineChain(
    IReadOnlyList<Node> Nodes, Tensor Source, Tensor Result, double[] Scale, double[] Shift, ActivationBounds Activation)
{
    /// <summary>Whether one multiplication and one addition are fewer or simpler operators.</summary>
    public bool IsWorthRewriting => Nodes.Count > 2 || Nodes.Any(node => node.Kind == OperatorKind.BatchNormalisation);

    /// <summary>The longest chain that starts at the node; null where it is no such operator.</summary>
    public static AffineChain? From(GraphRewriter rewriter, Node first)
    {
        if (Step(first) is not { } step)
            return null;
        var nodes = new List<Node> { first };
        var (scale, shift) = (step.Scale, step.Shift);
        while (step.Activation == ActivationBounds.None && rewriter.OnlyReader(nodes[^1].Output) is { } next
            && Step(next) is { } after && ReferenceEquals(after.Source, nodes[^1].Output))
        {
            for (var channel = 0; channel < scale.Length; channel++)
                (scale[channel], shift[channel]) = (scale[channel] * after.Scale[channel], shift[channel] * after.Scale[channel] + after.Shift[channel]);
            nodes.Add(next);
            step = after;
        }

        return new AffineChain(nodes, nodes[0].Kind == OperatorKind.Binary ? Step(first)!.Value.Source : first.Input(0),
            nodes[^1].Output, scale, shift, step.Activation);
    }

    private readonly record struct AffineStep(Tensor Source, double[] Scale, double[] Shift, ActivationBounds Activation);

    private static AffineStep? Step(Node node) => node.Attributes switch
    {
        BatchNormalisationAttributes attributes => Normalisation(node, attributes),
        BinaryAttributes attributes => Binary(node, attributes),
        _ => null,
    };

    private static AffineStep? Normalisation(Node node, BatchNormalisationAttributes attributes)
    {
        for (var i = 1; i < 5; i++)
            if (!Constants.IsFloat(node.Inputs[i]))
                return null;
        var gamma = Constants.Floats(node.Input(1));
        var beta = Constants.Floats(node.Input(2));
        var mean = Constants.Floats(node.Input(3));
        var variance = Constants.Floats(node.Input(4));
        var (scale, shift) = (new double[gamma.Length], new double[gamma.Length]);
        for (var channel = 0; channel < scale.Length; channel++)
        {
            scale[channel] = gamma[channel] / Math.Sqrt(variance[channel] + (double)attributes.Epsilon);
            shift[channel] = beta[channel] - mean[channel] * scale[channel];
        }

        return new AffineStep(node.Input(0), scale, shift, ActivationBounds.None);
    }

    private static AffineStep? Binary(Node node, BinaryAttributes attributes)
    {
        var constant = Constants.IsFloat(node.Inputs[1]) ? 1 : Constants.IsFloat(node.Inputs[0]) ? 0 : -1;
        if (constant < 0 || node.Output.Type != ElementType.Float32)
            return null;
        var source = node.Input(1 - constant);
        if (source.IsConstant || PerChannel(node.Input(constant), node.Output) is not { } values || !source.Shape.SequenceEqual(node.Output.Shape))
            return null;
        double[] ones = [.. Enumerable.Repeat(1.0, values.Length)];
        double[] zeros = new double[values.Length];
        double[] minus = [.. Enumerable.Repeat(-1.0, values.Length)];
        (double[] Scale, double[] Shift)? step = (attributes.Function, constant) switch
        {
            (BinaryFunction.Add, _) => (ones, values),
            (BinaryFunction.Multiply, _) => (values, zeros),
            (BinaryFunction.Subtract, 1) => (ones, [.. values.Select(value => -value)]),
            (BinaryFunction.Subtract, _) => (minus, values),
            (BinaryFunction.Divide, 1) when values.All(value => value != 0) => ([.. values.Select(value => 1 / value)], zeros),
            _ => null,
        };
        return step is { } found ? new AffineStep(source, found.Scale, found.Shift, attributes.Activation) : null;
    }

    /// <summary>The constant as one value per innermost index of the result; null where it varies along another dimension.</summary>
    private static double[]? PerChannel(Tensor constant, Tensor result)
    {
        if (result.Shape.Count == 0 || constant.Shape.Count > result.Shape.Count)
            return null;
        var channels = result.Shape[^1];
        var values = Constants.Floats(constant);
        if (constant.Elements == 1)
        {
            double only = values[0];
            return [.. Enumerable.Repeat(only, channels)];
        }

        if (constant.Elements != channels || constant.Shape[^1] != channels)
            return null;
        var widened = new double[channels];
        for (var channel = 0; channel < channels; channel++)
            widened[channel] = values[channel];
        return widened;
    }
}
