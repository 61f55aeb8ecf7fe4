using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NpuSim.Kernels;

/// <summary>Element-wise operations on eight elements at a time.</summary>
internal static class ElementwiseVector<TOperation>
    where TOperation : struct, IElementwiseOperation
{
    /// <summary>Does as many whole groups of a row as there are; says how many elements that is.</summary>
    internal static int Row(ElementFormat format, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, Span<byte> output,
        in ElementwiseQuantisation q, bool scalarB) =>
        format switch
        {
            ElementFormat.Int8Fixed => Int8Fixed(a, b, output, q, scalarB),
            ElementFormat.Int8Float => Int8Float(a, b, output, q, scalarB),
            ElementFormat.Int32 => Int32(a, b, output, scalarB),
            ElementFormat.Float32 => Float32(a, b, output, scalarB),
        };

    private static int Int8Fixed(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, Span<byte> output, in ElementwiseQuantisation q, bool scalarB)
    {
        if (!TOperation.IsInt8FixedVectorSupported) return 0;
        if (IsBytewise && !scalarB) return Bytes(a, b, output);
        ref sbyte target = ref Int8Vector.First(output);
        int i = 0;
        for (; i <= a.Length - Int8Vector.Count; i += Int8Vector.Count)
            Int8Vector.Store(TOperation.Int8Fixed(Int8Vector.Load(ref Int8Vector.First(a), i), LoadInt8(b, i, scalarB), q), ref target, i);
        return i;
    }

    /// <summary>Minimum and maximum of int8 need no wider lanes.</summary>
    private static bool IsBytewise => typeof(TOperation) == typeof(MinimumOperation) || typeof(TOperation) == typeof(MaximumOperation);

    private static int Bytes(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, Span<byte> output)
    {
        int i = 0;
        for (; i <= a.Length - Vector256<sbyte>.Count; i += Vector256<sbyte>.Count)
        {
            var left = Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(a), (nuint)i).AsSByte();
            var right = Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(b), (nuint)i).AsSByte();
            var result = typeof(TOperation) == typeof(MinimumOperation) ? Vector256.Min(left, right) : Vector256.Max(left, right);
            result.AsByte().StoreUnsafe(ref MemoryMarshal.GetReference(output), (nuint)i);
        }

        return i;
    }

    private static int Int8Float(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, Span<byte> output, in ElementwiseQuantisation q, bool scalarB)
    {
        ref sbyte target = ref Int8Vector.First(output);
        int i = 0;
        for (; i <= a.Length - Int8Vector.Count; i += Int8Vector.Count)
            Int8Vector.Store(TOperation.Int8Float(Int8Vector.Load(ref Int8Vector.First(a), i), LoadInt8(b, i, scalarB), q), ref target, i);
        return i;
    }

    private static int Int32(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, Span<byte> output, bool scalarB)
    {
        int elements = a.Length / sizeof(int);
        int i = 0;
        for (; i <= elements - Vector256<int>.Count; i += Vector256<int>.Count)
            Store(TOperation.Int32(Load<int>(a, i), scalarB ? Vector256.Create(MemoryMarshal.Read<int>(b)) : Load<int>(b, i)), output, i);
        return i;
    }

    private static int Float32(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, Span<byte> output, bool scalarB)
    {
        int elements = a.Length / sizeof(float);
        int i = 0;
        for (; i <= elements - Vector256<float>.Count; i += Vector256<float>.Count)
            Store(TOperation.Float32(Load<float>(a, i), scalarB ? Vector256.Create(MemoryMarshal.Read<float>(b)) : Load<float>(b, i)),
                output, i);
        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> LoadInt8(ReadOnlySpan<byte> b, int index, bool scalar) =>
        scalar ? Vector256.Create((int)(sbyte)b[0]) : Int8Vector.Load(ref Int8Vector.First(b), index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> Load<T>(ReadOnlySpan<byte> bytes, int index)
        where T : unmanaged =>
        Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(bytes), (nuint)index * sizeof(int)).As<byte, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<T>(Vector256<T> values, Span<byte> bytes, int index)
        where T : unmanaged =>
        values.AsByte().StoreUnsafe(ref MemoryMarshal.GetReference(bytes), (nuint)index * sizeof(int));
}
