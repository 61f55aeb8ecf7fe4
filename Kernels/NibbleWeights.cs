using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NpuSim.Kernels;

/// <summary>Weights of 4 bits as the int8 values they stand for. An int4 or log2 weight is an int8 value, so the int8 kernels do the rest.</summary>
internal static class NibbleWeights
{
    private static readonly Vector128<sbyte> Int4Values = Vector128.Create(0, 1, 2, 3, 4, 5, 6, 7, -8, -7, -6, -5, -4, -3, -2, -1);
    private static readonly Vector128<sbyte> Log2Values = Vector128.Create(0, 1, 2, 4, 8, 16, 32, 64, 0, -1, -2, -4, -8, -16, -32, -64);

    /// <summary>The 4 bits of an element.</summary>
    internal static int Code(ReadOnlySpan<byte> packed, int element) => (packed[element / 2] >> (4 * (element % 2))) & 15;

    /// <summary>Writes two values for each byte of <paramref name="packed"/>.</summary>
    internal static void Unpack(ArrayFormat format, ReadOnlySpan<byte> packed, Span<sbyte> values)
    {
        var table = format == ArrayFormat.Log2 ? Log2Values : Int4Values;
        ref byte from = ref MemoryMarshal.GetReference(packed);
        ref sbyte to = ref MemoryMarshal.GetReference(values[..(2 * packed.Length)]);
        int i = 0;
        for (; i <= packed.Length - Vector128<byte>.Count; i += Vector128<byte>.Count)
        {
            var bytes = Vector128.LoadUnsafe(ref from, (nuint)i);
            var low = Vector128.Shuffle(table, (bytes & Vector128.Create((byte)15)).AsSByte());
            var high = Vector128.Shuffle(table, Vector128.ShiftRightLogical(bytes, 4).AsSByte());
            Interleave(low, high, ref to, (nuint)(2 * i));
        }

        for (; i < packed.Length; i++)
        {
            values[2 * i] = table[packed[i] & 15];
            values[(2 * i) + 1] = table[packed[i] >> 4];
        }
    }

    // low[0], high[0], low[1], high[1] …: bytes widened to 16 bits, one of both shifted up.
    private static void Interleave(Vector128<sbyte> low, Vector128<sbyte> high, ref sbyte to, nuint at)
    {
        var (low0, low1) = Vector128.Widen(low.AsByte());
        var (high0, high1) = Vector128.Widen(high.AsByte());
        (low0 | (high0 << 8)).AsSByte().StoreUnsafe(ref to, at);
        (low1 | (high1 << 8)).AsSByte().StoreUnsafe(ref to, at + 16);
    }
}
