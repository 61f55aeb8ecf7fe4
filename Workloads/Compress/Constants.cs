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
        var strides = new int[shape.Count];
        for (int stride = 1, dimension = shape.Count - 1; dimension >= 0; stride *= shape[dimension--])
            strides[dimension] = stride;
        var loops = permutation.Select(source => (shape[source], strides[source])).ToArray();
        var result = new byte[data.Length];
        switch (elementBytes)
        {
            case 1:
                Gather<byte>(data, result, loops);
                break;
            case 2:
                Gather(MemoryMarshal.Cast<byte, ushort>(data), MemoryMarshal.Cast<byte, ushort>(result.AsSpan()), loops);
                break;
            case 4:
                Gather(MemoryMarshal.Cast<byte, uint>(data), MemoryMarshal.Cast<byte, uint>(result.AsSpan()), loops);
                break;
            case 8:
                Gather(MemoryMarshal.Cast<byte, ulong>(data), MemoryMarshal.Cast<byte, ulong>(result.AsSpan()), loops);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(elementBytes), elementBytes, "expected 1, 2, 4 or 8");
        }

        return result;
    }

    /// <summary>Fills the target row by row with elements at the strides of the loops, outermost first.</summary>
    private static void Gather<T>(ReadOnlySpan<T> source, Span<T> target, ReadOnlySpan<(int Extent, int Stride)> loops)
    {
        if (loops.Length == 0)
        {
            target[0] = source[0];
            return;
        }

        var (extent, stride) = loops[0];
        var part = target.Length / extent;
        if (loops.Length > 1)
            for (var i = 0; i < extent; i++)
                Gather(source[(i * stride)..], target.Slice(i * part, part), loops[1..]);
        else if (stride == 1)
            source[..extent].CopyTo(target);
        else
            for (var i = 0; i < extent; i++)
                target[i] = source[i * stride];
    }

    private static byte[] Bytes(Tensor tensor, ElementType type) =>
        tensor.Type == type && tensor.Data is { } data
            ? data
            : throw new ModelException($"tensor '{tensor.Name}': found {tensor.Type}, expected a constant of {type}");
}
