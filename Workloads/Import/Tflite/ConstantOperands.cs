using System.Buffers.Binary;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Import.Tflite;

/// <summary>Weights and biases in the form that the graph's operators want.</summary>
internal static class ConstantOperands
{
    /// <summary>Constant weights for an input x: int8 with scales along <paramref name="axis"/> when x is int8; float32 when x is
    /// float32, where
    /// int8 weights ("dynamic range" models) are dequantised, so such a model runs in float.</summary>
    /// <param name="source">The operator.</param>
    /// <param name="x">Its activation.</param>
    /// <param name="index">Input that holds the weights.</param>
    /// <param name="shape">Shape that the graph's operator wants, of as many elements.</param>
    /// <param name="axis">Output channels in that shape.</param>
    public static Tensor Weights(OperatorSource source, Tensor x, int index, IReadOnlyList<int> shape, int axis)
    {
        var stored = source.Input(index);
        if (!stored.IsConstant) throw source.Fault($"weights {stored.Name} are computed at run time, expected a constant");
        if (x.Type == ElementType.Float32) return Reshape(source, AsFloat(source, stored), shape);
        if (x.Type != ElementType.Int8 || stored.Type != ElementType.Int8)
            throw source.Fault($"activations are {x.Type} and weights {stored.Type}, expected both int8 or float32");
        if (stored.Quantisation is not { } quantisation) throw source.Fault($"weights {stored.Name} have no quantisation");
        if (quantisation.Scales.Count != 1 && quantisation.Scales.Count != shape[axis])
            throw source.Fault($"weights {stored.Name} have {quantisation.Scales.Count} scales, expected 1 or {shape[axis]}");
        if (stored.Shape.SequenceEqual(shape) && (quantisation.IsPerTensor || quantisation.Axis == axis)) return stored;
        return source.Derived(stored, $"weights{string.Join('x', shape)}@{axis}", (tensor, name) => new Tensor(name, tensor.Type, shape)
        {
            Data = tensor.Data,
            Quantisation = new Quantisation(quantisation.Scales, quantisation.Zeros, quantisation.IsPerTensor ? 0 : axis),
        });
    }

    /// <summary>The optional bias as [channels]: float32, or int32 whose scales are those of x times those of w.</summary>
    public static Tensor? Bias(OperatorSource source, Tensor x, Tensor weights, int index, int channels)
    {
        if (source.Optional(index) is not { } stored) return null;
        if (!stored.IsConstant) throw source.Fault($"bias {stored.Name} is computed at run time, expected a constant");
        if (stored.Elements != channels)
            throw source.Fault($"bias {stored.Name} has shape {OperatorSource.Text(stored.Shape)}, expected [{channels}]");
        var expected = x.Type == ElementType.Float32 ? ElementType.Float32 : ElementType.Int32;
        if (stored.Type != expected) throw source.Fault($"bias {stored.Name} is {stored.Type}, expected {expected}");
        if (expected == ElementType.Float32) return Reshape(source, stored, [channels]);
        if (x.Quantisation is not { } input || weights.Quantisation is not { } factor) throw source.Fault($"{x.Name} has no quantisation");
        var scales = factor.Scales.Select(scale => input.Scale * scale).ToArray();
        return source.Derived(stored, $"bias for {weights.Name}", (tensor, name) => new Tensor(name, ElementType.Int32, [channels])
        {
            Data = tensor.Data,
            Quantisation = new Quantisation(scales, new int[scales.Length]),
        });
    }

    /// <summary>A constant as float32: itself, or (q − zero)·scale.</summary>
    public static Tensor AsFloat(OperatorSource source, Tensor tensor)
    {
        if (tensor.Type == ElementType.Float32) return tensor;
        if (tensor is not { Type: ElementType.Int8, Data: { } data, Quantisation: { } quantisation })
            throw source.Fault($"{tensor.Name} is {tensor.Type}, expected float32, or a constant int8 with a quantisation");
        return source.Derived(tensor, "float", (_, name) =>
            new Tensor(name, ElementType.Float32, tensor.Shape) { Data = Dequantise(tensor, data, quantisation) });
    }

    private static byte[] Dequantise(Tensor tensor, byte[] data, Quantisation quantisation)
    {
        var inner = quantisation.IsPerTensor ? data.Length
            : tensor.Shape.Skip(quantisation.Axis + 1).Aggregate(1, (product, extent) => product * extent);
        var values = new byte[4L * data.Length];
        for (var i = 0; i < data.Length; i++)
        {
            var channel = quantisation.IsPerTensor ? 0 : i / inner % quantisation.Scales.Count;
            BinaryPrimitives.WriteSingleLittleEndian(values.AsSpan(4 * i),
                ((sbyte)data[i] - quantisation.Zeros[channel]) * quantisation.Scales[channel]);
        }
        return values;
    }

    private static Tensor Reshape(OperatorSource source, Tensor tensor, IReadOnlyList<int> shape)
    {
        if (tensor.Shape.SequenceEqual(shape)) return tensor;
        return source.Derived(tensor, $"as{string.Join('x', shape)}", (original, name) =>
            new Tensor(name, original.Type, shape) { Data = original.Data });
    }
}
