using System.Buffers.Binary;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Import.Tflite;

/// <summary>Turns a stored tensor into one of the graph: uint8 becomes int8, float16 constants float32, int4 constants int8.</summary>
internal static class TensorReader
{
    /// <summary>Quantised uint8 and int8 differ by this in values and zero points.</summary>
    public const int UnsignedOffset = 128;

    /// <exception cref="ModelException">The type, shape, content or quantisation is malformed or not supported.</exception>
    public static Tensor Read(TfliteTensor stored, string name, string file)
    {
        if (stored.Refusal is not null) throw Fault(file, name, stored.Refusal);
        var type = ElementTypeOf(stored, name, file);
        var shape = stored.Shape.Select(extent => extent == -1 ? 1 : extent).ToArray();
        if (shape.Any(extent => extent < 1))
            throw Fault(file, name, $"shape [{string.Join(", ", stored.Shape)}]; every extent must be at least 1");
        var elements = shape.Aggregate(1L, (product, extent) => Math.Min(product * extent, (long)int.MaxValue + 1));
        if (elements * type.SizeBytes() > int.MaxValue) throw Fault(file, name, $"shape [{string.Join(", ", shape)}] is larger than 2 GiB");
        var tensor = new Tensor(name, type, shape) { Quantisation = QuantisationOf(stored, type, shape, name, file) };
        if (!stored.Data.IsEmpty) tensor.Data = Content(stored, tensor, file);
        return tensor;
    }

    private static ElementType ElementTypeOf(TfliteTensor stored, string name, string file)
    {
        var constant = !stored.Data.IsEmpty;
        return stored.Type switch
        {
            TfliteType.Float32 => ElementType.Float32,
            TfliteType.Float16 when constant => ElementType.Float32,
            TfliteType.Int32 => ElementType.Int32,
            TfliteType.Int64 => ElementType.Int64,
            TfliteType.Bool => ElementType.Bool,
            TfliteType.UInt8 => stored.Scales.Count > 0 ? ElementType.Int8 : ElementType.UInt8,
            TfliteType.Int8 => ElementType.Int8,
            TfliteType.Int4 when constant => ElementType.Int8,
            _ => throw Fault(file, name, $"type {stored.Type}{(constant ? " of a constant" : "")} is not supported"),
        };
    }

    private static byte[] Content(TfliteTensor stored, Tensor tensor, string file)
    {
        var elements = tensor.Elements;
        var bytes = stored.Data.Span;
        var expected = stored.Type switch
        {
            TfliteType.Int4 => (elements + 1) / 2,
            TfliteType.Float16 => elements * 2,
            _ => tensor.Bytes,
        };
        if (bytes.Length != expected)
            throw Fault(file, tensor.Name, $"content of {bytes.Length} bytes, but shape [{string.Join(", ", tensor.Shape)}] of " +
                $"{stored.Type} has {expected}");
        var content = new byte[tensor.Bytes];
        if (stored.Type == TfliteType.Float16) WidenHalves(bytes, content);
        else if (stored.Type == TfliteType.Int4) UnpackNibbles(bytes, content);
        else bytes.CopyTo(content);
        if (stored.Type == TfliteType.UInt8 && tensor.Type == ElementType.Int8)
        {
            for (var i = 0; i < content.Length; i++) content[i] ^= UnsignedOffset;
        }
        return content;
    }

    private static void WidenHalves(ReadOnlySpan<byte> halves, Span<byte> singles)
    {
        for (var i = 0; i < halves.Length / 2; i++)
            BinaryPrimitives.WriteSingleLittleEndian(singles[(4 * i)..], (float)BinaryPrimitives.ReadHalfLittleEndian(halves[(2 * i)..]));
    }

    /// <summary>Two's-complement nibbles, the lower one first.</summary>
    private static void UnpackNibbles(ReadOnlySpan<byte> packed, Span<byte> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var nibble = i % 2 == 0 ? packed[i / 2] & 15 : packed[i / 2] >> 4;
            values[i] = (byte)(sbyte)((nibble ^ 8) - 8);
        }
    }

    private static Quantisation? QuantisationOf(TfliteTensor stored, ElementType type, int[] shape, string name, string file)
    {
        var count = stored.Scales.Count;
        if (count == 0 || type is not (ElementType.Int8 or ElementType.Int32)) return null;
        if (type == ElementType.Int8 && stored.Scales.FirstOrDefault(scale => !float.IsFinite(scale) || scale <= 0, 1) is var bad and not 1)
            throw Fault(file, name, $"quantisation scale {bad.ToString(System.Globalization.CultureInfo.InvariantCulture)}, expected a " +
                $"positive number");
        if (count > 1 && stored.Data.IsEmpty)
            throw Fault(file, name, $"{count} quantisation scales on a value computed at run time, expected one");
        if (stored.Zeros.Count != 0 && stored.Zeros.Count != count)
            throw Fault(file, name, $"{stored.Zeros.Count} zero points for {count} quantisation scales");
        var offset = stored.Type == TfliteType.UInt8 ? UnsignedOffset : 0;
        var zeros = Enumerable.Range(0, count).Select(i => (stored.Zeros.Count == 0 ? 0 : stored.Zeros[i]) - offset).ToArray();
        foreach (var zero in zeros)
        {
            if (zero is < sbyte.MinValue or > sbyte.MaxValue)
                throw Fault(file, name, $"zero point {zero + offset} lies outside the range of {stored.Type}");
        }
        return new Quantisation([.. stored.Scales], Array.ConvertAll(zeros, zero => (int)zero), count == 1 ? 0
            : Axis(stored, shape, name, file));
    }

    /// <summary>The dimension of per-channel scales. Converters of 2019 stored the weights' dimension on one-dimensional biases, so a
    /// dimension that does not fit is replaced by the only one whose extent does.</summary>
    private static int Axis(TfliteTensor stored, int[] shape, string name, string file)
    {
        var count = stored.Scales.Count;
        if (stored.Axis >= 0 && stored.Axis < shape.Length && shape[stored.Axis] == count) return stored.Axis;
        var fitting = Enumerable.Range(0, shape.Length).Where(dimension => shape[dimension] == count).ToArray();
        if (fitting.Length == 1) return fitting[0];
        throw Fault(file, name, $"{count} quantisation scales along dimension {stored.Axis} of shape [{string.Join(", ", shape)}]");
    }

    private static ModelException Fault(string file, string name, string message) => new($"{file}: tensor {name}: {message}");
}
