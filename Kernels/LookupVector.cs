using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NpuSim.Kernels;

/// <summary>Look-up in a table of 256 bytes by shuffles that see 16 entries each.</summary>
/// <remarks>The lower four bits of a value look in all 16 parts of the table; each of the upper ones halves what they found, by a choice
/// that sees the first bit of every byte: 16 shuffles, 15 choices and 4 more operations a vector.</remarks>
internal static class LookupVector<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : unmanaged
{
    private const int Entries = 16;

    /// <summary>Does as many whole vectors as there are; says how many elements that is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static int Run(ReadOnlySpan<sbyte> source, ReadOnlySpan<sbyte> table, Span<sbyte> target)
    {
        int size = sizeof(int) * TLanes.Count;
        if (!TLanes.HasBytePairs || source.Length < size) return 0;
        Span<TVector> parts = stackalloc TVector[LookupKernel.TableEntries / Entries];
        for (int k = 0; k < parts.Length; k++)
            parts[k] = TLanes.Repeat(Vector128.Create(MemoryMarshal.AsBytes(table).Slice(k * Entries, Entries)));
        ref var first = ref MemoryMarshal.GetReference(parts);
        ref byte from = ref MemoryMarshal.GetReference(MemoryMarshal.AsBytes(source));
        ref byte to = ref MemoryMarshal.GetReference(MemoryMarshal.AsBytes(target));
        int i = 0;
        for (; i <= source.Length - size; i += size)
        {
            var value = TLanes.LoadBytes(in from, (nuint)i);
            var entry = TLanes.And(value, TLanes.Fill((sbyte)(Entries - 1)));
            TVector fourth = TLanes.ShiftLeft(value, 3), fifth = TLanes.ShiftLeft(value, 2), sixth = TLanes.ShiftLeft(value, 1);
            var negative = TLanes.ChooseBytes(sixth, Quarter(ref first, entry, fourth, fifth), Quarter(ref Unsafe.Add(ref first, 4), entry,
                fourth, fifth));
            var positive = TLanes.ChooseBytes(sixth, Quarter(ref Unsafe.Add(ref first, 8), entry, fourth, fifth), Quarter(
                ref Unsafe.Add(ref first, 12), entry, fourth, fifth));
            TLanes.StoreBytes(TLanes.ChooseBytes(value, positive, negative), ref to, (nuint)i);
        }

        return i;
    }

    /// <summary>What four parts of the table have, chosen by bits 4 and 5 of the value, moved to the first of the byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Quarter(ref TVector parts, TVector entry, TVector fourth, TVector fifth) => TLanes.ChooseBytes(fifth,
        TLanes.ChooseBytes(fourth, TLanes.LookUpBytes(parts, entry), TLanes.LookUpBytes(Unsafe.Add(ref parts, 1), entry)),
        TLanes.ChooseBytes(fourth, TLanes.LookUpBytes(Unsafe.Add(ref parts, 2), entry),
            TLanes.LookUpBytes(Unsafe.Add(ref parts, 3), entry)));
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
