using System.Runtime.InteropServices;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Compress;

/// <summary>Reads, makes and rearranges constant tensors.</summary>
internal static class Constants
{
    /// <summary>float32 content; the tensor is a float32 constant.</summary>
    public static ReadOnlySpan<float> Floats(Tensor tensor) => MemoryMarshal.Cast<byte, float>(Bytes(tensor, ElementType.Float32));

    /// <summary>int32 content; the tensor is an int32 constant.</summary>
    public static ReadOnlySpan<int> Integers(Tensor tensor) => MemoryMarshal.Cast<byte, int>(Bytes(tensor, ElementType.Int32));

    /// <summary>int8 content; the tensor is an int8 constant.</summary>
    public static ReadOnlySpan<sbyte> SignedBytes(Tensor tensor) => MemoryMarshal.Cast<byte, sbyte>(Bytes(tensor, ElementType.Int8));

    public static bool IsFloat(Tensor? tensor) => tensor is { IsConstant: true, Type: ElementType.Float32 };

    /// <summary>The one value of a float constant whose elements are all equal; null otherwise.</summary>
    public static float? Uniform(Tensor? tensor)
    {
        if (!IsFloat(tensor))
            return null;
        var values = Floats(tensor!);
        return values.Length > 0 && !values.ContainsAnyExcept(values[0]) ? values[0] : null;
    }

    public static byte[] ToBytes<T>(ReadOnlySpan<T> values)
        where T : unmanaged => MemoryMarshal.AsBytes(values).ToArray();

    /// <summary>Dense content with dimensions permuted: output dimension i is input dimension permutation[i].</summary>
    public static byte[] Permute(ReadOnlySpan<byte> data, int elementBytes, IReadOnlyList<int> shape, IReadOnlyList<int> permutation)
    {
        var rank = shape.Count;
        var strides = new long[rank];
        for (long stride = elementBytes, dimension = rank - 1; dimension >= 0; dimension--)
        {
            strides[dimension] = stride;
            stride *= shape[(int)dimension];
        }

        var result = new byte[data.Length];
        var index = new int[rank];
        long from = 0;
        for (var to = 0; to < result.Length; to += elementBytes)
        {
            data.Slice((int)from, elementBytes).CopyTo(result.AsSpan(to));
            for (var dimension = rank - 1; dimension >= 0; dimension--)
            {
                var source = permutation[dimension];
                from += strides[source];
                if (++index[dimension] < shape[source])
                    break;
                from -= strides[source] * shape[source];
                index[dimension] = 0;
            }
        }

        return result;
    }

    private static byte[] Bytes(Tensor tensor, ElementType type) =>
        tensor.Type == type && tensor.Data is { } data
            ? data
            : throw new ModelException($"tensor '{tensor.Name}': found {tensor.Type}, expected a constant of {type}");
}
