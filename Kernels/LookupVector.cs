using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NpuSim.Kernels;

/// <summary>Look-up in a table of 256 bytes by shuffles that see 16 entries each.</summary>
/// <remarks>
/// Of either half of the table, shuffle k sees x − 16·k, saturated: it gives 0 where that is negative, else an entry of its 16 by the
/// lower four bits. All shuffles up to the right one give something. So the 16 entries of shuffle k are held as their difference (exclusive
/// or) from those of shuffle k − 1, and the differences add up to the entry.
/// </remarks>
internal static class LookupVector<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : unmanaged
{
    private const int Entries = 16;
    private const int HalfShuffles = LookupKernel.TableEntries / 2 / Entries;

    /// <summary>Does as many whole pairs of vectors as there are; says how many elements that is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static int Run(ReadOnlySpan<sbyte> source, ReadOnlySpan<sbyte> table, Span<sbyte> target)
    {
        int pair = 2 * sizeof(int) * TLanes.Count;
        if (!TLanes.HasBytePairs || source.Length < pair) return 0;
        Span<TVector> differences = stackalloc TVector[2 * HalfShuffles];
        Prepare(MemoryMarshal.AsBytes(table), differences);
        ref byte from = ref MemoryMarshal.GetReference(MemoryMarshal.AsBytes(source));
        ref byte to = ref MemoryMarshal.GetReference(MemoryMarshal.AsBytes(target));
        int i = 0;
        for (; i <= source.Length - pair; i += pair)
        {
            nuint second = (nuint)i + (nuint)(pair / 2);
            var (left, right) = Pair(differences, TLanes.LoadBytes(in from, (nuint)i), TLanes.LoadBytes(in from, second));
            TLanes.StoreBytes(left, ref to, (nuint)i);
            TLanes.StoreBytes(right, ref to, second);
        }

        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVector Left, TVector Right) Pair(ReadOnlySpan<TVector> differences, TVector left, TVector right)
    {
        var step = TLanes.Fill((sbyte)Entries);
        var flip = TLanes.Fill(sbyte.MinValue);
        var (leftLow, rightLow) = (TLanes.Xor(left, flip), TLanes.Xor(right, flip));
        TVector leftResult = default, rightResult = default;
        // Entries 128 … 255 are those of positive values.
        for (int k = 0; k < HalfShuffles; k++)
        {
            var (lower, upper) = (differences[k], differences[k + HalfShuffles]);
            leftResult = TLanes.Xor(leftResult, TLanes.Xor(TLanes.LookUpBytes(lower, leftLow), TLanes.LookUpBytes(upper, left)));
            rightResult = TLanes.Xor(rightResult, TLanes.Xor(TLanes.LookUpBytes(lower, rightLow), TLanes.LookUpBytes(upper, right)));
            (left, leftLow) = (TLanes.SubtractBytes(left, step), TLanes.SubtractBytes(leftLow, step));
            (right, rightLow) = (TLanes.SubtractBytes(right, step), TLanes.SubtractBytes(rightLow, step));
        }

        return (leftResult, rightResult);
    }

    private static void Prepare(ReadOnlySpan<byte> table, Span<TVector> differences)
    {
        for (int k = 0; k < differences.Length; k++)
        {
            var own = Vector128.Create(table.Slice(k * Entries, Entries));
            bool first = k % HalfShuffles == 0;
            differences[k] = TLanes.Repeat(first ? own : own ^ Vector128.Create(table.Slice((k - 1) * Entries, Entries)));
        }
    }
}

/// <summary>Look-up in a table of 256 bytes that stays in registers: AVX-512 VBMI.</summary>
internal static class LookupPermutation
{
    /// <summary>Does as many whole groups of 64 as there are; says how many elements that is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static int Run(ReadOnlySpan<sbyte> source, ReadOnlySpan<sbyte> table, Span<sbyte> target)
    {
        ref byte entries = ref MemoryMarshal.GetReference(MemoryMarshal.AsBytes(table));
        ref byte from = ref MemoryMarshal.GetReference(MemoryMarshal.AsBytes(source));
        ref byte to = ref MemoryMarshal.GetReference(MemoryMarshal.AsBytes(target));
        var t0 = Vector512.LoadUnsafe(ref entries);
        var t1 = Vector512.LoadUnsafe(ref entries, 64);
        var t2 = Vector512.LoadUnsafe(ref entries, 128);
        var t3 = Vector512.LoadUnsafe(ref entries, 192);
        int i = 0;
        for (; i <= source.Length - Vector512<byte>.Count; i += Vector512<byte>.Count)
        {
            var value = Vector512.LoadUnsafe(ref from, (nuint)i);
            // A permutation sees 7 bits of the index: negative values look in the lower half, the sign bit chooses.
            var negative = Avx512Vbmi.PermuteVar64x8x2(t0, value, t1);
            var positive = Avx512Vbmi.PermuteVar64x8x2(t2, value, t3);
            Avx512BW.BlendVariable(positive, negative, value).StoreUnsafe(ref to, (nuint)i);
        }

        return i;
    }
}
