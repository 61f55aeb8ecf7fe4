using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NpuSim.Kernels;

/// <summary>What a pooling does with the channels of one tap.</summary>
internal static class PoolRows
{
    /// <summary>target[c] = max(target[c], source[c]).</summary>
    internal static void KeepLarger(bool vector, ReadOnlySpan<sbyte> source, Span<sbyte> target)
    {
        ref sbyte from = ref MemoryMarshal.GetReference(source);
        ref sbyte to = ref MemoryMarshal.GetReference(target);
        int c = 0;
        for (; vector && c <= target.Length - Vector256<sbyte>.Count; c += Vector256<sbyte>.Count)
            Vector256.Max(Vector256.LoadUnsafe(ref from, (nuint)c), Vector256.LoadUnsafe(ref to, (nuint)c)).StoreUnsafe(ref to, (nuint)c);
        for (; c < target.Length; c++) target[c] = Math.Max(target[c], source[c]);
    }

    /// <summary>sums[c] += source[c].</summary>
    internal static void Accumulate(bool vector, ReadOnlySpan<sbyte> source, Span<int> sums)
    {
        ref sbyte from = ref MemoryMarshal.GetReference(source);
        ref int to = ref MemoryMarshal.GetReference(sums);
        int c = 0;
        for (; vector && c <= sums.Length - Int8Vector.Count; c += Int8Vector.Count)
            (Vector256.LoadUnsafe(ref to, (nuint)c) + Int8Vector.Load(ref from, c)).StoreUnsafe(ref to, (nuint)c);
        for (; c < sums.Length; c++) sums[c] += source[c];
    }
}
