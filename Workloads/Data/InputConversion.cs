using System.Buffers.Binary;
using NpuSim.Isa.Program;
using NpuSim.Kernels;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Data;

/// <summary>Turns data into inputs of a model, in the input's own type and quantisation.</summary>
/// <remarks>
/// Shapes: the data is one input or a stack of them along its first dimension. Dimensions of 1 do not count, so that 28×28 fits [1, 28,
/// 28, 1]
/// and [1, 1, 28, 28]; an input with one dimension takes the elements in row-major order. Nothing is resized or transposed.
/// Values: data of the input's own type is taken as it is. uint8 is a picture: its real value is x / 255, except for a quantised input
/// whose
/// step is at least ½, which evidently takes pixel values, where it is x. Other numbers are their own real value. A quantised input gets
/// RoundHalfEven(real / scale) + zero, clamped, in float32.
/// </remarks>
public static class InputConversion
{
    private const float PixelStep = 0.5f;

    /// <summary>The inputs that a file's tensor holds.</summary>
    /// <param name="data">Data of one or more inputs.</param>
    /// <param name="input">The model's input.</param>
    /// <param name="file">Where the data is from, for messages.</param>
    /// <returns>For each, <see cref="Tensor.Bytes"/> bytes in the input's type.</returns>
    /// <exception cref="ModelException">The shape is not that of the input, or the type cannot become the input's.</exception>
    public static IReadOnlyList<byte[]> ToSamples(TensorData data, Tensor input, string file)
    {
        var count = CountOf(data, input, file);
        var convert = Converter(data.Type, input, file);
        int step = data.Type.SizeBytes(), size = input.Type.SizeBytes();
        var samples = new byte[count][];
        var position = 0;
        for (var i = 0; i < count; i++)
        {
            var sample = samples[i] = new byte[input.Bytes];
            for (var at = 0; at < sample.Length; at += size)
            {
                convert(data.Bytes.AsSpan(position, step), sample.AsSpan(at, size));
                position += step;
            }
        }
        return samples;
    }

    private delegate void Conversion(ReadOnlySpan<byte> source, Span<byte> target);

    private static int CountOf(TensorData data, Tensor input, string file)
    {
        var wanted = Significant(input.Shape);
        if (Significant(data.Shape).SequenceEqual(wanted)) return 1;
        if (data.Shape.Count > 0)
        {
            var one = Significant(data.Shape.Skip(1));
            if (one.SequenceEqual(wanted) || (wanted.Length <= 1 && data.Elements / data.Shape[0] == input.Elements)) return data.Shape[0];
        }
        if (wanted.Length <= 1 && data.Elements == input.Elements) return 1;
        throw new ModelException($"{file}: data of shape {data.ShapeText} is not one or more inputs of shape " +
            $"{TensorData.Text(input.Shape)} ({input.Name}); nothing is resized");
    }

    private static int[] Significant(IEnumerable<int> shape) => [.. shape.Where(extent => extent != 1)];

    private static Conversion Converter(ElementType from, Tensor input, string file)
    {
        if (from == input.Type) return (source, target) => source.CopyTo(target);
        var quantisation = input.Quantisation;
        var divisor = from == ElementType.UInt8 && (quantisation is null || quantisation.Scale < PixelStep) ? 255f : 1f;
        float Real(ReadOnlySpan<byte> source) => Value(from, source) / divisor;
        if (input.Type == ElementType.Float32) return (source, target) => BinaryPrimitives.WriteSingleLittleEndian(target, Real(source));
        if (quantisation is not null && input.Type == ElementType.Int8)
            return (source, target) => target[0] = (byte)Step(Real(source), quantisation.Scale, quantisation.Zero);
        if (quantisation is not null && input.Type == ElementType.UInt8)
            return (source, target) => target[0] = (byte)(Step(Real(source), quantisation.Scale, quantisation.Zero - 128) + 128);
        if (from == ElementType.Int64 && input.Type == ElementType.Int32) return (source, target) => Narrow(source, target, file);
        if (from == ElementType.Int32 && input.Type == ElementType.Int64)
            return (source, target) => BinaryPrimitives.WriteInt64LittleEndian(target, BinaryPrimitives.ReadInt32LittleEndian(source));
        throw new ModelException($"{file}: data of type {from} cannot become the input {input}");
    }

    private static sbyte Step(float real, float scale, int zero) => FloatKernel.ToInt8(real / scale, zero, sbyte.MinValue, sbyte.MaxValue);

    private static void Narrow(ReadOnlySpan<byte> source, Span<byte> target, string file)
    {
        var value = BinaryPrimitives.ReadInt64LittleEndian(source);
        if (value is < int.MinValue or > int.MaxValue) throw new ModelException($"{file}: value {value} does not fit the int32 input");
        BinaryPrimitives.WriteInt32LittleEndian(target, (int)value);
    }

    private static float Value(ElementType type, ReadOnlySpan<byte> source) => type switch
    {
        ElementType.Int8 => (sbyte)source[0],
        ElementType.UInt8 or ElementType.Bool => source[0],
        ElementType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(source),
        ElementType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(source),
        ElementType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(source),
        ElementType.Float32 => BinaryPrimitives.ReadSingleLittleEndian(source),
    };
}
