using NpuSim.Isa.Instructions;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Quantised;

/// <summary>Parameters of quantised nodes that are vector operations: binary functions, pools, softmax and layer normalisation.</summary>
/// <remarks>The TFLite dialects give <see cref="VectorFormat.Int8Fixed"/>, the float dialect <see cref="VectorFormat.Int8Float"/>. Layer
/// normalisation, which
/// TFLite has not, is always Int8Float.</remarks>
public static class ElementwiseQuantisation
{
    /// <summary>Bits by which a fixed-point addition shifts its operands left before it rescales them.</summary>
    public const int AdditionShift = 20;

    private const int SoftmaxIntegerBits = 5;
    private const float FixedSoftmaxScale = 1f / 256;
    private const int FixedSoftmaxZero = -128;

    // A difference of two int8 values is never below −255, so this bound leaves every difference in.
    private const int LowestDifference = -256;

    /// <summary>Parameters of a node.</summary>
    /// <exception cref="ModelException">The node has none; the message says why.</exception>
    public static ElementwiseParameters For(Graph graph, Node node) =>
        TryFor(graph, node, out var reason) ?? throw new ModelException($"node {node.Name} ({node.Kind}): {reason}");

    /// <summary>Parameters of a node, or null and the reason why it has no int8 vector operation.</summary>
    public static ElementwiseParameters? TryFor(Graph graph, Node node, out string reason)
    {
        reason = QuantisedNodes.PerTensorReason(node);
        if (reason.Length > 0)
        {
            return null;
        }

        var format = FormatOf(graph.Arithmetic);
        return node.Attributes switch
        {
            BinaryAttributes a => Binary(node, a, format, out reason),
            MaxPoolAttributes a => MaxPool(node, a, format, out reason),
            AveragePoolAttributes a => AveragePool(node, a, format, out reason),
            SoftmaxAttributes a => Softmax(node, a, format, out reason),
            LayerNormalisationAttributes a => LayerNormalisation(node, a, out reason),
            _ => Refuse($"a {node.Kind} has no int8 vector operation", out reason),
        };
    }

    /// <summary>Format of int8 vector operations in a dialect.</summary>
    public static VectorFormat FormatOf(Arithmetic arithmetic) => arithmetic switch
    {
        Arithmetic.TfliteReference or Arithmetic.TfliteRuy => VectorFormat.Int8Fixed,
        Arithmetic.Float => VectorFormat.Int8Float,
    };

    private static ElementwiseParameters? Binary(Node node, BinaryAttributes attributes, VectorFormat format, out string reason)
    {
        var (a, b) = (node.Input(0), node.Input(1));
        if (!QuantisedNodes.IsQuantised(b))
        {
            return Refuse($"operand {b.Name} is {b.Type}, quantised int8 was expected", out reason);
        }

        return attributes.Function switch
        {
            BinaryFunction.Add or BinaryFunction.Subtract => Addition(node, attributes, format, out reason),
            BinaryFunction.Multiply => Multiplication(node, attributes, format, out reason),
            BinaryFunction.Minimum or BinaryFunction.Maximum =>
                QuantisedNodes.SameQuantisation(a, node.Output) && QuantisedNodes.SameQuantisation(b, node.Output)
                && attributes.Activation == ActivationBounds.None
                    ? Plain(node, attributes.Activation, format, out reason)
                    : Refuse($"an int8 {attributes.Function} needs one quantisation throughout and no activation", out reason),
            BinaryFunction.Divide or BinaryFunction.Power or BinaryFunction.SquaredDifference =>
                Refuse($"{attributes.Function} has no int8 vector operation", out reason),
        };
    }

    // TFLite brings both operands to twice the larger scale, with 20 more bits, so that neither factor exceeds one half.
    private static ElementwiseParameters? Addition(Node node, BinaryAttributes attributes, VectorFormat format, out string reason)
    {
        if (format == VectorFormat.Int8Float)
        {
            return Plain(node, attributes.Activation, format, out reason);
        }

        var (a, b, output) = (node.Input(0).Quantisation!, node.Input(1).Quantisation!, node.Output.Quantisation!);
        var twiceLargest = 2 * (double)Math.Max(a.Scale, b.Scale);
        var factor = twiceLargest / ((1 << AdditionShift) * (double)output.Scale);
        return factor < 1
            ? Scaled(node, attributes.Activation, a.Scale / twiceLargest, b.Scale / twiceLargest, factor, out reason)
            : Refuse($"its operands' scales are {factor:R} times 2^20 that of its result, below 1 was expected", out reason);
    }

    private static ElementwiseParameters? Multiplication(Node node, BinaryAttributes attributes, VectorFormat format, out string reason)
    {
        if (format == VectorFormat.Int8Float)
        {
            return Plain(node, attributes.Activation, format, out reason);
        }

        var (a, b, output) = (node.Input(0).Quantisation!, node.Input(1).Quantisation!, node.Output.Quantisation!);
        var factor = (double)a.Scale * b.Scale / output.Scale;
        return FixedPointMultiplier.CanHold(factor)
            ? Scaled(node, attributes.Activation, 0, 0, factor, out reason)
            : Refuse($"factor {factor:R} between its scales is too large", out reason);
    }

    private static ElementwiseParameters? MaxPool(Node node, MaxPoolAttributes attributes, VectorFormat format, out string reason) =>
        QuantisedNodes.SameQuantisation(node.Input(0), node.Output)
            ? Plain(node, attributes.Activation, format, out reason)
            : Refuse("an int8 maximum pool needs one scale and zero point for input and output", out reason);

    private static ElementwiseParameters? AveragePool(Node node, AveragePoolAttributes attributes, VectorFormat format, out string reason)
    {
        if (format == VectorFormat.Int8Fixed && !QuantisedNodes.SameQuantisation(node.Input(0), node.Output))
        {
            return Refuse("a fixed-point average pool needs one scale and zero point for input and output", out reason);
        }

        // The fixed-point sum is of raw values: a padded tap would count as raw 0, which is not real 0.
        return format == VectorFormat.Int8Fixed && attributes.CountPadding && attributes.Window.Padding != default
            ? Refuse("a fixed-point average pool does not count padded taps", out reason)
            : Plain(node, attributes.Activation, format, out reason);
    }

    private static ElementwiseParameters? Softmax(Node node, SoftmaxAttributes attributes, VectorFormat format, out string reason)
    {
        var (input, output) = (node.Input(0).Quantisation!, node.Output.Quantisation!);
        if (attributes.Log || attributes.Axis != node.Input(0).Shape.Count - 1)
        {
            return Refuse(attributes.Log
                ? "a logarithmic softmax has no int8 vector operation"
                : $"softmax runs along dimension {attributes.Axis}, the last was expected", out reason);
        }

        if (format == VectorFormat.Int8Float)
        {
            return Plain(node, ActivationBounds.None, format, out reason) is { } plain
                ? plain with { A = plain.A with { Scale = input.Scale * attributes.Beta } }
                : null;
        }

        if (!output.Scale.Equals(FixedSoftmaxScale) || output.Zero != FixedSoftmaxZero)
        {
            return Refuse($"output scale is {output.Scale:R} with zero point {output.Zero}, 1/256 and −128 were expected", out reason);
        }

        var factor = Math.Min((double)attributes.Beta * input.Scale * (1 << (31 - SoftmaxIntegerBits)), (1L << 31) - 1.0);
        if (!(factor > 1))
        {
            return Refuse($"input scale {input.Scale:R} times beta {attributes.Beta:R} is below 2^−26", out reason);
        }

        reason = "";
        var multiplier = FixedPointMultiplier.From(factor);
        var smallest = Math.Max(LowestDifference, -InputRadius(SoftmaxIntegerBits, multiplier.Shift));
        return new ElementwiseParameters(
            new ScaleParameters((int)smallest, multiplier.Multiplier, multiplier.Shift, input.Scale), default,
            new ScaleParameters(output.Zero, 0, 0, output.Scale), sbyte.MinValue, sbyte.MaxValue, format);
    }

    /// <summary>Largest |x| whose value x·2^shift still fits a fixed-point number of so many integer bits.</summary>
    internal static long InputRadius(int integerBits, int leftShift) =>
        (long)Math.Floor((double)((1 << integerBits) - 1) * (1L << (31 - integerBits)) / Math.ScaleB(1.0, leftShift));

    private static ElementwiseParameters? LayerNormalisation(Node node, LayerNormalisationAttributes attributes, out string reason) =>
        attributes.Axis == node.Input(0).Shape.Count - 1
            ? Plain(node, ActivationBounds.None, VectorFormat.Int8Float, out reason)
            : Refuse($"layer normalisation runs over the dimensions from {attributes.Axis} on, the last alone was expected", out reason);

    private static ElementwiseParameters Plain(Node node, ActivationBounds activation, VectorFormat format, out string reason) =>
        With(node, activation, format, default, default, default, out reason);

    private static ElementwiseParameters Scaled(
        Node node, ActivationBounds activation, double a, double b, double output, out string reason) =>
        With(node, activation, VectorFormat.Int8Fixed,
            FixedPointMultiplier.From(a), FixedPointMultiplier.From(b), FixedPointMultiplier.From(output), out reason);

    private static ElementwiseParameters With(
        Node node, ActivationBounds activation, VectorFormat format,
        FixedPointMultiplier a, FixedPointMultiplier b, FixedPointMultiplier output, out string reason)
    {
        reason = "";
        var quantisation = node.Output.Quantisation!;
        var (min, max) = ActivationRange.Of(activation, quantisation);
        var second = node.Kind == OperatorKind.Binary ? Scale(node.Input(1).Quantisation!, b) : default;
        return new ElementwiseParameters(
            Scale(node.Input(0).Quantisation!, a), second, Scale(quantisation, output), min, max, format);
    }

    private static ScaleParameters Scale(Quantisation quantisation, FixedPointMultiplier factor) =>
        new(quantisation.Zero, factor.Multiplier, factor.Shift, quantisation.Scale);

    private static ElementwiseParameters? Refuse(string why, out string reason)
    {
        reason = why;
        return null;
    }
}
