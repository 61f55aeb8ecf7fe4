using System.Globalization;
using System.Runtime.InteropServices;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Import.Onnx.Proto;
using DataType = NpuSim.Workloads.Import.Onnx.Proto.TensorProto.Types.DataType;

namespace NpuSim.Workloads.Import.Onnx;

/// <summary>Turns tensors of the file into constants. Types that the graph lacks are converted: double, float16 and bfloat16 to float32
/// (nearest, ties to even), uint16 to int32, uint32 and uint64 to int64.</summary>
internal static class ConstantReader
{
    /// <summary>Bytes that one constant may have.</summary>
    public const long LargestBytes = 1L << 30;

    private const int LargestRank = 8;

    /// <summary>Reads a tensor of the file.</summary>
    /// <exception cref="ModelException">Its dimensions, type or data do not fit together.</exception>
    public static Tensor Read(TensorProto proto, string name, OnnxSource source)
    {
        var place = $"tensor {Shown.Of(name)}";
        var type = (DataType)proto.DataType;
        var (elementType, storedBytes) = Types(type) ?? throw source.Refuse(place, $"element type {type}",
            "a numeric type of at most 64 bits");
        var shape = Shape(proto, source, place);
        var elements = shape.Aggregate(1L, (product, extent) => product * extent);
        if (elements * Math.Max(storedBytes, elementType.SizeBytes()) > LargestBytes)
            throw source.Refuse(place, $"shape {Shown.Of(shape)}", $"at most {LargestBytes} bytes");
        var data = Stored(proto, type, elements, storedBytes, source, place);
        return new Tensor(name, elementType, shape) { Data = Converted(data, type, source, place) };
    }

    /// <summary>Element type of the graph for one of the file, and the bytes it takes in the file; null where there is none.</summary>
    public static (ElementType Type, int StoredBytes)? Types(DataType type) => type switch
    {
        DataType.Float => (ElementType.Float32, 4),
        DataType.Uint8 => (ElementType.UInt8, 1),
        DataType.Int8 => (ElementType.Int8, 1),
        DataType.Uint16 => (ElementType.Int32, 2),
        DataType.Int16 => (ElementType.Int16, 2),
        DataType.Int32 => (ElementType.Int32, 4),
        DataType.Int64 => (ElementType.Int64, 8),
        DataType.Bool => (ElementType.Bool, 1),
        DataType.Float16 or DataType.Bfloat16 => (ElementType.Float32, 2),
        DataType.Double => (ElementType.Float32, 8),
        DataType.Uint32 => (ElementType.Int64, 4),
        DataType.Uint64 => (ElementType.Int64, 8),
        _ => null, // a number from the file
    };

    private static int[] Shape(TensorProto proto, OnnxSource source, string place)
    {
        if (proto.Dims.Count > LargestRank)
            throw source.Refuse(place, $"{proto.Dims.Count} dimensions", $"at most {LargestRank}");
        var product = 1L;
        foreach (var extent in proto.Dims)
        {
            if (extent is < 0 or > int.MaxValue)
                throw source.Refuse(place, string.Create(CultureInfo.InvariantCulture, $"extent {extent}"), $"0 to {int.MaxValue}");
            product = Math.BigMul(product, extent, out var low) != 0 || low is < 0 or > LargestBytes
                ? throw source.Refuse(place, "more elements than a constant may have", $"at most {LargestBytes} bytes")
                : low;
        }

        return [.. proto.Dims.Select(extent => (int)extent)];
    }

    private static byte[] Stored(TensorProto proto, DataType type, long elements, int bytes, OnnxSource source, string place)
    {
        if (proto.DataLocation == TensorProto.Types.DataLocation.External)
            return ExternalData.Read(proto, elements * bytes, source, place);
        if (proto.DataLocation != TensorProto.Types.DataLocation.Default)
            throw source.Refuse(place, $"data location {proto.DataLocation}", "data in the file or beside it");
        var raw = proto.RawData;
        if (raw.Length > 0)
            return raw.Length == elements * bytes
                ? raw.ToByteArray()
                : throw source.Refuse(place, $"{raw.Length} bytes of data", $"{elements * bytes}");
        var count = Count(proto, type);
        return count == elements ? FromFields(proto, type, bytes) : throw source.Refuse(place, $"{count} elements of data", $"{elements}");
    }

    private static int Count(TensorProto proto, DataType type) => type switch
    {
        DataType.Float => proto.FloatData.Count,
        DataType.Double => proto.DoubleData.Count,
        DataType.Int64 => proto.Int64Data.Count,
        DataType.Uint32 or DataType.Uint64 => proto.Uint64Data.Count,
        _ => proto.Int32Data.Count, // all smaller types share the field
    };

    private static byte[] FromFields(TensorProto proto, DataType type, int bytes) => type switch
    {
        DataType.Float => Bytes<float>([.. proto.FloatData]),
        DataType.Double => Bytes<double>([.. proto.DoubleData]),
        DataType.Int64 => Bytes<long>([.. proto.Int64Data]),
        DataType.Uint64 => Bytes<ulong>([.. proto.Uint64Data]),
        DataType.Uint32 => Bytes<uint>([.. proto.Uint64Data.Select(value => (uint)value)]),
        _ => bytes switch
        {
            1 => [.. proto.Int32Data.Select(value => (byte)value)],
            2 => Bytes<ushort>([.. proto.Int32Data.Select(value => (ushort)value)]),
            _ => Bytes<int>([.. proto.Int32Data]),
        },
    };

    private static byte[] Converted(byte[] data, DataType type, OnnxSource source, string place) => type switch
    {
        DataType.Float16 => Bytes<float>(Convert<Half, float>(data, value => (float)value)),
        DataType.Bfloat16 => Bytes<float>(Convert<ushort, float>(data, value => BitConverter.UInt32BitsToSingle((uint)value << 16))),
        DataType.Double => Bytes<float>(Convert<double, float>(data, value => (float)value)),
        DataType.Uint16 => Bytes<int>(Convert<ushort, int>(data, value => value)),
        DataType.Uint32 => Bytes<long>(Convert<uint, long>(data, value => value)),
        DataType.Uint64 => Bytes<long>(Convert<ulong, long>(data, value => value <= long.MaxValue
            ? (long)value
            : throw source.Refuse(place, string.Create(CultureInfo.InvariantCulture, $"value {value}"), $"at most {long.MaxValue}"))),
        DataType.Bool => Array.ConvertAll(data, value => value != 0 ? (byte)1 : (byte)0),
        _ => data, // stored as it is
    };

    private static TTo[] Convert<TFrom, TTo>(byte[] data, Converter<TFrom, TTo> converter) where TFrom : unmanaged =>
        Array.ConvertAll(MemoryMarshal.Cast<byte, TFrom>(data).ToArray(), converter);

    private static byte[] Bytes<T>(T[] values) where T : unmanaged => MemoryMarshal.AsBytes<T>(values).ToArray();
}
