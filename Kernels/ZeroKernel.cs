using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NpuSim.Kernels;

/// <summary>Counts elements whose value is zero.</summary>
public static class ZeroKernel
{
    /// <summary>Elements of a span that are zero.</summary>
    /// <param name="bytes">Elements, little-endian; a last incomplete one is not looked at.</param>
    /// <param name="pattern">What a zero looks like.</param>
    public static long Count(ReadOnlySpan<byte> bytes, ZeroPattern pattern) => Count(Simd.Active, bytes, pattern);

    /// <summary>The same at a chosen level; all levels give the same count.</summary>
    /// <inheritdoc cref="Count(ReadOnlySpan{byte}, ZeroPattern)"/>
    public static long Count(SimdLevel level, ReadOnlySpan<byte> bytes, ZeroPattern pattern)
    {
        Simd.Require(level);
        if (pattern is { ElementBytes: 1, Mask: byte.MaxValue, Bound: 0 }) return Bytes(level, bytes, (byte)pattern.Flip);
        return pattern.ElementBytes switch
        {
            1 => Elements<byte>(level, bytes, pattern),
            2 => Elements<ushort>(level, bytes, pattern),
            4 => Elements<uint>(level, bytes, pattern),
            _ => throw new ArgumentException($"found elements of {pattern.ElementBytes} bytes, expected 1, 2 or 4", nameof(pattern)),
        };
    }

    /// <summary>Σ weights[i] over the bytes i that are zero.</summary>
    /// <param name="level">Level.</param>
    /// <param name="bytes">Elements of one byte.</param>
    /// <param name="weights">As many weights.</param>
    /// <param name="zero">The byte that is zero.</param>
    internal static long Weighted(SimdLevel level, ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> weights, byte zero)
    {
        weights = weights[..bytes.Length];
        long sum = 0;
        int at = 0;
        if (level != SimdLevel.Scalar)
        {
            for (; bytes.Length - at >= Vector128<byte>.Count; at += Vector128<byte>.Count)
            {
                var hits = Vector128.Equals(Vector128.Create(bytes[at..]), Vector128.Create(zero)) & Vector128.Create(weights[at..]);
                sum += Vector128.Sum(Vector128.WidenLower(hits) + Vector128.WidenUpper(hits));
            }
        }

        for (; at < bytes.Length; at++) sum += bytes[at] == zero ? weights[at] : 0;
        return sum;
    }

    // The usual case, apart from the others because code for all types of elements is compiled at run time.
    private static long Bytes(SimdLevel level, ReadOnlySpan<byte> bytes, byte zero)
    {
        ref byte first = ref MemoryMarshal.GetReference(bytes);
        int at = 0;
        long count = 0;
        if (level == SimdLevel.Vector512)
        {
            var zeros = Vector512.Create(zero);
            for (; bytes.Length - at >= Vector512<byte>.Count; at += Vector512<byte>.Count)
                count += BitOperations.PopCount(Vector512.Equals(Vector512.LoadUnsafe(ref first, (nuint)at), zeros).ExtractMostSignificantBits());
        }

        if (level is SimdLevel.Vector512 or SimdLevel.Vector256 or SimdLevel.AvxVnni)
        {
            var zeros = Vector256.Create(zero);
            for (; bytes.Length - at >= Vector256<byte>.Count; at += Vector256<byte>.Count)
                count += BitOperations.PopCount(Vector256.Equals(Vector256.LoadUnsafe(ref first, (nuint)at), zeros).ExtractMostSignificantBits());
        }

        if (level != SimdLevel.Scalar)
        {
            var zeros = Vector128.Create(zero);
            for (; bytes.Length - at >= Vector128<byte>.Count; at += Vector128<byte>.Count)
                count += BitOperations.PopCount(Vector128.Equals(Vector128.LoadUnsafe(ref first, (nuint)at), zeros).ExtractMostSignificantBits());
        }

        for (; at < bytes.Length; at++) count += bytes[at] == zero ? 1 : 0;
        return count;
    }

    private static long Elements<T>(SimdLevel level, ReadOnlySpan<byte> bytes, ZeroPattern pattern)
        where T : unmanaged, IBinaryInteger<T>
    {
        var elements = MemoryMarshal.Cast<byte, T>(bytes);
        T mask = T.CreateTruncating(pattern.Mask), flip = T.CreateTruncating(pattern.Flip), bound = T.CreateTruncating(pattern.Bound);
        int done = level switch
        {
            SimdLevel.Scalar => 0,
            SimdLevel.Vector128 => elements.Length / Vector128<T>.Count * Vector128<T>.Count,
            SimdLevel.Vector256 or SimdLevel.Vector512 or SimdLevel.AvxVnni => elements.Length / Vector256<T>.Count * Vector256<T>.Count,
        };
        long count = done == 0 ? 0
            : level == SimdLevel.Vector128 ? Vectors128(elements[..done], mask, flip, bound)
            : Vectors256(elements[..done], mask, flip, bound);
        foreach (var element in elements[done..]) count += ((element & mask) ^ flip) <= bound ? 1 : 0;
        return count;
    }

    private static long Vectors128<T>(ReadOnlySpan<T> elements, T mask, T flip, T bound)
        where T : unmanaged
    {
        var (masks, flips, bounds) = (Vector128.Create(mask), Vector128.Create(flip), Vector128.Create(bound));
        ref T first = ref MemoryMarshal.GetReference(elements);
        long bytes = 0;
        for (nuint at = 0; at < (nuint)elements.Length; at += (nuint)Vector128<T>.Count)
        {
            var left = (Vector128.LoadUnsafe(ref first, at) & masks) ^ flips;
            bytes += BitOperations.PopCount(Vector128.Equals(Vector128.Min(left, bounds), left).AsByte().ExtractMostSignificantBits());
        }

        return bytes / (Vector128<byte>.Count / Vector128<T>.Count);
    }

    private static long Vectors256<T>(ReadOnlySpan<T> elements, T mask, T flip, T bound)
        where T : unmanaged
    {
        var (masks, flips, bounds) = (Vector256.Create(mask), Vector256.Create(flip), Vector256.Create(bound));
        ref T first = ref MemoryMarshal.GetReference(elements);
        long bytes = 0;
        for (nuint at = 0; at < (nuint)elements.Length; at += (nuint)Vector256<T>.Count)
        {
            var left = (Vector256.LoadUnsafe(ref first, at) & masks) ^ flips;
            bytes += BitOperations.PopCount(Vector256.Equals(Vector256.Min(left, bounds), left).AsByte().ExtractMostSignificantBits());
        }

        return bytes / (Vector256<byte>.Count / Vector256<T>.Count);
    }
}
