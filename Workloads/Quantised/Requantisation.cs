using System.Buffers.Binary;
using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Quantised;

/// <summary>The requantisation of nodes that accumulate in int32: convolutions, matrix products, mean and sum.</summary>
/// <remarks>The real factor of output channel k is s_in · s_w[k] / s_out. Its exact value is the dialect's: TFLite multiplies in float64,
/// except that
/// a matrix product with one weight scale multiplies s_in · s_w in float32 first; the float dialect works in float32 from left to
/// right. Mean in the TFLite dialects divides the fixed-point multiplier of s_in / s_out by the number of elements.</remarks>
public static class Requantisation
{
    /// <summary>Parameters of a node.</summary>
    /// <exception cref="ModelException">The node has none; the message says why.</exception>
    public static ChannelParameters For(Graph graph, Node node) =>
        TryFor(graph, node, out var reason) ?? throw new ModelException($"node {node.Name} ({node.Kind}): {reason}");

    /// <summary>Parameters of a node, or null and the reason why it is not defined in integers.</summary>
    public static ChannelParameters? TryFor(Graph graph, Node node, out string reason)
    {
        if (!QuantisedNodes.IsQuantised(node))
        {
            reason = "not all of its inputs and outputs are quantised int8";
            return null;
        }

        if (node.Output.Quantisation is not { IsPerTensor: true } || node.Input(0).Quantisation is not { IsPerTensor: true })
        {
            reason = "its first input and its output must have one scale each";
            return null;
        }

        return node.Attributes switch
        {
            ConvolutionAttributes a => Products(graph, node, a.Activation, 0, a.Groups > 1 ? Rounding.Double : Rounding.Single, false, out reason),
            DepthwiseAttributes a => Products(graph, node, a.Activation, 2, Rounding.Double, false, out reason),
            FullyConnectedAttributes a => Products(graph, node, a.Activation, 0, Rounding.Single, true, out reason),
            MatrixMultiplyAttributes a => Products(
                graph, node, ActivationBounds.None, node.Input(1).Shape.Count - (a.TransposeB ? 2 : 1), Rounding.Single, true, out reason),
            ReduceAttributes a => Reduction(graph, node, a, out reason),
            _ => Refuse($"a {node.Kind} does not accumulate products or sums", out reason),
        };
    }

    /// <summary>Elements that one output of a reduction folds.</summary>
    public static int FoldedElements(Node node)
    {
        var attributes = (ReduceAttributes)node.Attributes;
        return (int)attributes.Axes.Aggregate(1L, (product, axis) => product * node.Input(0).Shape[axis]);
    }

    // A grouped convolution is single-rounded by no TFLite kernel: its optimised ones leave groups to the reference.
    private static ChannelParameters? Products(
        Graph graph, Node node, ActivationBounds activation, int channelAxis, Rounding ruyRounding, bool floatProduct, out string reason)
    {
        var weights = node.Input(1);
        if (weights is not { Type: ElementType.Int8, Quantisation: { } quantisation })
        {
            return Refuse($"weights {weights.Name} are {weights.Type}, quantised int8 was expected", out reason);
        }

        var channels = weights.Shape[channelAxis];
        if (!quantisation.IsPerTensor && (quantisation.Axis != channelAxis || quantisation.Scales.Count != channels))
        {
            return Refuse($"weights {weights.Name} have {quantisation.Scales.Count} scales along dimension {quantisation.Axis}, "
                + $"one or {channels} along dimension {channelAxis} were expected", out reason);
        }

        if (quantisation.Zeros.Any(zero => zero != quantisation.Zero))
        {
            return Refuse($"weights {weights.Name} have a zero point per channel, one for all was expected", out reason);
        }

        if (!TryBias(node, channels, out var bias, out reason))
        {
            return null;
        }

        var rounding = RoundingOf(graph.Arithmetic, ruyRounding);
        var (input, output) = (node.Input(0).Quantisation!, node.Output.Quantisation!);
        var table = new byte[channels * Requantise.ParameterBytes];
        for (var channel = 0; channel < channels; channel++)
        {
            var weightScale = quantisation.Scales[quantisation.IsPerTensor ? 0 : channel];
            var factor = Factor(graph.Arithmetic, input.Scale, weightScale, output.Scale, floatProduct && quantisation.IsPerTensor);
            if (!TryWrite(table, channel, bias[channel], rounding, factor, out reason))
            {
                return null;
            }
        }

        var (min, max) = ActivationRange.Of(activation, output);
        return new ChannelParameters(table, rounding, output.Zero, min, max, input.Zero, quantisation.Zero);
    }

    private static ChannelParameters? Reduction(Graph graph, Node node, ReduceAttributes attributes, out string reason)
    {
        if (attributes.Function is not (ReduceFunction.Mean or ReduceFunction.Sum))
        {
            return Refuse($"{attributes.Function} is not a sum", out reason);
        }

        var shape = node.Input(0).Shape;
        var channels = shape.Count == 0 || attributes.Axes.Contains(shape.Count - 1) ? 1 : shape[^1];
        var count = FoldedElements(node);
        var (input, output) = (node.Input(0).Quantisation!, node.Output.Quantisation!);
        var bias = unchecked(-input.Zero * count);
        var rounding = RoundingOf(graph.Arithmetic, Rounding.Double);
        var divisor = attributes.Function == ReduceFunction.Mean ? count : 1;
        var table = new byte[channels * Requantise.ParameterBytes];
        if (rounding == Rounding.Float)
        {
            for (var channel = 0; channel < channels; channel++)
            {
                WriteFloat(table, channel, bias, input.Scale / (output.Scale * divisor));
            }
        }
        else
        {
            var factor = (double)input.Scale / output.Scale;
            if (!FixedPointMultiplier.CanHold(factor))
            {
                return Refuse($"factor {factor:R} between its scales is too large", out reason);
            }

            var multiplier = Divide(FixedPointMultiplier.From(factor), divisor);
            for (var channel = 0; channel < channels; channel++)
            {
                WriteFixed(table, channel, bias, multiplier);
            }
        }

        reason = "";
        return new ChannelParameters(table, rounding, output.Zero, sbyte.MinValue, sbyte.MaxValue, 0, 0);
    }

    // TFLite folds 1/n into the multiplier: as many bits as n has (but no more than keep the shift at −31) go to the multiplier first.
    private static FixedPointMultiplier Divide(FixedPointMultiplier multiplier, int divisor)
    {
        var shift = Math.Min(Math.Min(31 - int.LeadingZeroCount(divisor), 32), 31 + multiplier.Shift);
        return new FixedPointMultiplier((int)(((long)multiplier.Multiplier << shift) / divisor), multiplier.Shift - shift);
    }

    private static Rounding RoundingOf(Arithmetic arithmetic, Rounding ruy) => arithmetic switch
    {
        Arithmetic.TfliteReference => Rounding.Double,
        Arithmetic.TfliteRuy => ruy,
        Arithmetic.Float => Rounding.Float,
    };

    private static double Factor(Arithmetic arithmetic, float input, float weight, float output, bool floatProduct) => arithmetic switch
    {
        Arithmetic.TfliteReference or Arithmetic.TfliteRuy => (floatProduct ? (float)(input * weight) : (double)input * weight) / output,
        Arithmetic.Float => input * weight / output,
    };

    private static bool TryBias(Node node, int channels, out int[] bias, out string reason)
    {
        bias = new int[channels];
        reason = "";
        if (node.Inputs.Count < 3 || node.Inputs[2] is not { } tensor)
        {
            return true;
        }

        if (tensor is not { Type: ElementType.Int32, Data: { } data } || data.Length != channels * sizeof(int))
        {
            reason = $"bias {tensor.Name} must be a constant of {channels} int32 values";
            return false;
        }

        for (var channel = 0; channel < channels; channel++)
        {
            bias[channel] = BinaryPrimitives.ReadInt32LittleEndian(data.AsSpan(channel * sizeof(int)));
        }

        return true;
    }

    private static bool TryWrite(byte[] table, int channel, int bias, Rounding rounding, double factor, out string reason)
    {
        if (!FixedPointMultiplier.CanHold(factor))
        {
            reason = $"factor {factor:R} between its scales is too large";
            return false;
        }

        reason = "";
        if (rounding == Rounding.Float)
        {
            WriteFloat(table, channel, bias, (float)factor);
        }
        else
        {
            WriteFixed(table, channel, bias, FixedPointMultiplier.From(factor));
        }

        return true;
    }

    private static void WriteFixed(byte[] table, int channel, int bias, FixedPointMultiplier factor)
    {
        var row = table.AsSpan(channel * Requantise.ParameterBytes);
        BinaryPrimitives.WriteInt32LittleEndian(row, bias);
        BinaryPrimitives.WriteInt32LittleEndian(row[4..], factor.Multiplier);
        BinaryPrimitives.WriteInt32LittleEndian(row[8..], factor.Shift);
    }

    private static void WriteFloat(byte[] table, int channel, int bias, float scale)
    {
        var row = table.AsSpan(channel * Requantise.ParameterBytes);
        BinaryPrimitives.WriteInt32LittleEndian(row, bias);
        BinaryPrimitives.WriteSingleLittleEndian(row[4..], scale);
    }

    private static ChannelParameters? Refuse(string why, out string reason)
    {
        reason = why;
        return null;
    }
}
