using System.Numerics;
using System.Runtime.InteropServices;

namespace NpuSim.Kernels;

/// <summary>Bits that changed between words that follow each other, and bits that could have.</summary>
public readonly record struct ToggleCount(long Flips, long Bits)
{
    public static ToggleCount operator +(ToggleCount a, ToggleCount b) => new(a.Flips + b.Flips, a.Bits + b.Bits);
}

/// <summary>Counts the bits of wires that change while words pass one after the other (their Hamming distances).</summary>
public static class ToggleKernel
{
    /// <summary>Bits in which two spans differ.</summary>
    /// <exception cref="ArgumentException">They differ in length.</exception>
    public static long Distance(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) => Distance(Simd.Active, a, b);

    /// <summary>The same at a chosen level. A processor that has vectors counts the bits of 64-bit words about as fast as vectors
    /// could.</summary>
    /// <inheritdoc cref="Distance(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>
    public static long Distance(SimdLevel level, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        Simd.Require(level);
        if (a.Length != b.Length) throw new ArgumentException($"found {a.Length} and {b.Length} bytes, expected as many");
        long flips = 0;
        int at = 0;
        if (level != SimdLevel.Scalar)
        {
            var first = MemoryMarshal.Cast<byte, ulong>(a);
            var second = MemoryMarshal.Cast<byte, ulong>(b);
            for (int word = 0; word < first.Length; word++) flips += BitOperations.PopCount(first[word] ^ second[word]);
            at = first.Length * sizeof(ulong);
        }

        for (; at < a.Length; at++) flips += BitOperations.PopCount((uint)(a[at] ^ b[at]));
        return flips;
    }

    /// <summary>Changes from word to word of a span: those from word i·step to the next one, for every i.</summary>
    /// <param name="bytes">Words one behind the other; a last incomplete one is not looked at.</param>
    /// <param name="wordBytes">Bytes that pass at once, at least 1.</param>
    /// <param name="step">1 for every change; n for one in n.</param>
    public static ToggleCount Words(ReadOnlySpan<byte> bytes, int wordBytes, int step) =>
        Rows(bytes, bytes.Length / wordBytes, wordBytes, wordBytes, step);

    /// <summary>Changes from row to row: those from row i·step to the next one, for every i.</summary>
    /// <param name="bytes">Begins with the first row.</param>
    /// <param name="rows">Rows, which pass one after the other.</param>
    /// <param name="rowBytes">Bytes of a row.</param>
    /// <param name="pitch">Bytes from row to row, at least 0.</param>
    /// <param name="step">1 for every change; n for one in n.</param>
    /// <exception cref="ArgumentException">The span ends before the last row.</exception>
    public static ToggleCount Rows(ReadOnlySpan<byte> bytes, long rows, int rowBytes, long pitch, int step)
    {
        if (rows < 2 || rowBytes < 1) return default;
        Operand.Require("rows", bytes.Length, ((rows - 1) * pitch) + rowBytes);
        if (step == 1 && pitch == rowBytes)
        {
            // One comparison of all rows but the last with all but the first.
            int most = (int)((rows - 1) * rowBytes);
            return new ToggleCount(Distance(bytes[..most], bytes.Slice(rowBytes, most)), 8L * most);
        }

        var count = default(ToggleCount);
        for (long row = 0; row < rows - 1; row += step)
        {
            var word = bytes.Slice((int)(row * pitch), rowBytes);
            count += new ToggleCount(Distance(word, bytes.Slice((int)((row + 1) * pitch), rowBytes)), 8L * rowBytes);
        }

        return count;
    }
}
