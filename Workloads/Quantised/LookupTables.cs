using NpuSim.Isa.Program;
using NpuSim.Kernels;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Quantised;

/// <summary>Tables of 256 bytes for quantised functions of one operand: entry a + 128 is the result for the byte a read as int8.</summary>
/// <remarks>In the TFLite dialects logistic, tanh, hard swish, leaky ReLU, clamps and requantisation are those of its reference kernels.
/// Every
/// other function is the real one, on the dequantised operand, quantised by division by the scale and rounding half to even.</remarks>
public static class LookupTables
{
    private const int Entries = LookupKernel.TableEntries;

    /// <summary>Table of a node.</summary>
    /// <exception cref="ModelException">The node has none; the message says why.</exception>
    public static sbyte[] For(Graph graph, Node node) =>
        TryFor(graph, node, out var reason) ?? throw new ModelException($"node {node.Name} ({node.Kind}): {reason}");

    /// <summary>Table of a unary function, a clamp or a requantisation between int8 or uint8 tensors with one scale each; or null and the
    /// reason.</summary>
    public static sbyte[]? TryFor(Graph graph, Node node, out string reason)
    {
        if (node.Kind is not (OperatorKind.Unary or OperatorKind.Clamp or OperatorKind.Requantise))
        {
            reason = $"a {node.Kind} is not a function of one operand";
            return null;
        }

        var (input, output) = (node.Input(0), node.Output);
        if (!HasBytes(input) || !HasBytes(output))
        {
            reason = $"a table needs one scale for {input} and for {output}, and 8 bits";
            return null;
        }

        reason = "";
        return node.Attributes switch
        {
            UnaryAttributes a => Build(input, output, Unary(graph.Arithmetic, a, Canonical(input), Canonical(output))),
            ClampAttributes a => Build(input, output, Clamp(graph.Arithmetic, a.Bounds, Canonical(input), Canonical(output))),
            _ => Between(graph.Arithmetic, input, output),
        };
    }

    /// <summary>Table that brings the values of one tensor to the quantisation of another; both are int8 or uint8 with one scale.</summary>
    public static sbyte[] Between(Arithmetic arithmetic, Tensor from, Tensor to) =>
        Build(from, to, Clamp(arithmetic, ActivationBounds.None, Canonical(from), Canonical(to)));

    // A uint8 value is the int8 value 128 below it, in the tensor as in the zero point.
    private static Quantisation Canonical(Tensor tensor)
    {
        var quantisation = tensor.Quantisation!;
        return tensor.Type == ElementType.UInt8 ? Quantisation.PerTensor(quantisation.Scale, quantisation.Zero - 128) : quantisation;
    }

    private static bool HasBytes(Tensor tensor) =>
        tensor is { Type: ElementType.Int8 or ElementType.UInt8, Quantisation: { IsPerTensor: true } };

    private static sbyte[] Build(Tensor from, Tensor to, Func<sbyte, sbyte> function)
    {
        var flipIn = from.Type == ElementType.UInt8 ? 0x80 : 0;
        var flipOut = to.Type == ElementType.UInt8 ? 0x80 : 0;
        var table = new sbyte[Entries];
        for (var entry = 0; entry < Entries; entry++)
        {
            var raw = (sbyte)(entry - 128);
            table[entry] = (sbyte)(function((sbyte)(raw ^ flipIn)) ^ flipOut);
        }

        return table;
    }

    private static Func<sbyte, sbyte> Unary(Arithmetic arithmetic, UnaryAttributes attributes, Quantisation input, Quantisation output) =>
        arithmetic switch
        {
            Arithmetic.TfliteReference or Arithmetic.TfliteRuy =>
                TfliteFunctions.TryFind(attributes, input, output) ?? Real(attributes, input, output),
            Arithmetic.Float => Real(attributes, input, output),
        };

    private static Func<sbyte, sbyte> Clamp(Arithmetic arithmetic, ActivationBounds bounds, Quantisation input, Quantisation output)
    {
        var (min, max) = ActivationRange.Of(bounds, output);
        var (from, to) = (Parameters(input), Parameters(output));
        return arithmetic switch
        {
            Arithmetic.TfliteReference or Arithmetic.TfliteRuy => TfliteFunctions.Rescale(input, output, min, max),
            Arithmetic.Float => value => FloatKernel.ToInt8(FloatKernel.ToFloat(value, from) / to.Scale, to.Zero, min, max),
        };
    }

    private static Func<sbyte, sbyte> Real(UnaryAttributes attributes, Quantisation input, Quantisation output)
    {
        var (from, to) = (Parameters(input), Parameters(output));
        return value => FloatKernel.ToInt8(
            RealFunctions.Evaluate(attributes, FloatKernel.ToFloat(value, from)) / to.Scale, to.Zero, sbyte.MinValue, sbyte.MaxValue);
    }

    private static QuantParameters Parameters(Quantisation quantisation) => new(quantisation.Zero, 0, 0, quantisation.Scale);
}
