using System.Runtime.InteropServices;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Import.Onnx;

/// <summary>Constants as numbers, and their rearrangement.</summary>
internal static class Constants
{
    public static Tensor OfFloats(string name, float[] values, params int[] shape) =>
        new(name, ElementType.Float32, shape) { Data = MemoryMarshal.AsBytes<float>(values).ToArray() };

    public static Tensor OfLongs(string name, long[] values, params int[] shape) =>
        new(name, ElementType.Int64, shape) { Data = MemoryMarshal.AsBytes<long>(values).ToArray() };

    /// <summary>Content of a float32 constant.</summary>
    public static ReadOnlySpan<float> Floats(this Tensor tensor) => tensor.As<float>();

    public static ReadOnlySpan<T> As<T>(this Tensor tensor) where T : unmanaged => MemoryMarshal.Cast<byte, T>(tensor.Data);

    /// <summary>Content of an integer or boolean constant.</summary>
    public static long[] Integers(this Tensor tensor) => tensor.Type switch
    {
        ElementType.Int8 => Widen<sbyte>(tensor, value => value),
        ElementType.UInt8 or ElementType.Bool => Widen<byte>(tensor, value => value),
        ElementType.Int16 => Widen<short>(tensor, value => value),
        ElementType.Int32 => Widen<int>(tensor, value => value),
        ElementType.Int64 => tensor.As<long>().ToArray(),
        ElementType.Float32 => throw new InvalidOperationException($"{tensor.Name}: float32 where an integer belongs"),
    };

    /// <summary>Dense content of output dimension i = input dimension permutation[i].</summary>
    public static byte[] Permuted(byte[] data, int elementBytes, IReadOnlyList<int> shape, IReadOnlyList<int> permutation)
    {
        var result = new byte[data.Length];
        var runs = Runs(shape, permutation);
        switch (elementBytes)
        {
            case 1:
                Permute<byte>(data, result, runs);
                break;
            case 2:
                Permute(MemoryMarshal.Cast<byte, ushort>(data), MemoryMarshal.Cast<byte, ushort>(result.AsSpan()), runs);
                break;
            case 4:
                Permute(MemoryMarshal.Cast<byte, uint>(data), MemoryMarshal.Cast<byte, uint>(result.AsSpan()), runs);
                break;
            default:
                Permute(MemoryMarshal.Cast<byte, ulong>(data), MemoryMarshal.Cast<byte, ulong>(result.AsSpan()), runs);
                break;
        }

        return result;
    }

    public static int[] PermutedShape(IReadOnlyList<int> shape, IReadOnlyList<int> permutation) =>
        [.. permutation.Select(axis => shape[axis])];

    /// <summary>Extent and input stride of each output dimension.</summary>
    private static (int Extent, int Stride)[] Runs(IReadOnlyList<int> shape, IReadOnlyList<int> permutation)
    {
        var strides = new int[shape.Count];
        for (int axis = shape.Count - 1, stride = 1; axis >= 0; stride *= shape[axis--])
            strides[axis] = stride;
        return [.. permutation.Select(axis => (shape[axis], strides[axis]))];
    }

    private static void Permute<T>(ReadOnlySpan<T> source, Span<T> target, ReadOnlySpan<(int Extent, int Stride)> runs)
    {
        if (source.Length == 0)
            return;
        if (runs.Length == 0)
        {
            target[0] = source[0];
            return;
        }

        var (extent, stride) = runs[0];
        if (runs.Length == 1)
        {
            for (var i = 0; i < extent; i++)
                target[i] = source[i * stride];
            return;
        }

        var part = target.Length / extent;
        for (var i = 0; i < extent; i++)
            Permute(source[(i * stride)..], target.Slice(i * part, part), runs[1..]);
    }

    private static long[] Widen<T>(Tensor tensor, Converter<T, long> converter) where T : unmanaged =>
        Array.ConvertAll(tensor.As<T>().ToArray(), converter);
}
