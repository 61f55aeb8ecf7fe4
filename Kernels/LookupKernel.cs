using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NpuSim.Kernels;

/// <summary>Table look-up: out[r,c] = table[a[r,c] + 128].</summary>
public static class LookupKernel
{
    /// <summary>Entries of a table.</summary>
    public const int TableEntries = 256;

    /// <summary>Looks every element of a tile up. The result may be A itself (same place and pitch), else must not overlap it.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="a">[rows × columns] int8.</param>
    /// <param name="pitchA">Bytes from row to row of a.</param>
    /// <param name="table">256 bytes, for −128 … 127.</param>
    /// <param name="output">[rows × columns] int8.</param>
    /// <param name="pitchOut">Bytes from row to row of the result.</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public static void Apply(int rows, int columns, ReadOnlySpan<sbyte> a, int pitchA, ReadOnlySpan<sbyte> table, Span<sbyte> output,
        int pitchOut) =>
        Apply(Simd.Active, rows, columns, a, pitchA, table, output, pitchOut);

    /// <summary>The same at a chosen level.</summary>
    /// <inheritdoc cref="Apply(int, int, ReadOnlySpan{sbyte}, int, ReadOnlySpan{sbyte}, Span{sbyte}, int)"/>
    public static void Apply(SimdLevel level, int rows, int columns, ReadOnlySpan<sbyte> a, int pitchA, ReadOnlySpan<sbyte> table,
        Span<sbyte> output, int pitchOut)
    {
        Simd.Require(level);
        Operand.Require("table", table.Length, TableEntries);
        Operand.RequireTile("operand", a.Length, rows, columns, pitchA);
        Operand.RequireTile("result", output.Length, rows, columns, pitchOut);
        bool vector = level == SimdLevel.Vector512 && Avx512Vbmi.IsSupported;
        for (int r = 0; r < rows; r++)
        {
            var source = a.Slice(r * pitchA, columns);
            var target = output.Slice(r * pitchOut, columns);
            int done = vector ? Vector(source, table, target) : 0;
            for (int c = done; c < columns; c++) target[c] = table[source[c] + 128];
        }
    }

    /// <summary>Does as many whole groups of 64 as there are; says how many elements that is.</summary>
    private static int Vector(ReadOnlySpan<sbyte> source, ReadOnlySpan<sbyte> table, Span<sbyte> target)
    {
        ref byte entries = ref Unsafe.As<sbyte, byte>(ref MemoryMarshal.GetReference(table));
        ref byte from = ref Unsafe.As<sbyte, byte>(ref MemoryMarshal.GetReference(source));
        ref byte to = ref Unsafe.As<sbyte, byte>(ref MemoryMarshal.GetReference(target));
        var t0 = Vector512.LoadUnsafe(ref entries);
        var t1 = Vector512.LoadUnsafe(ref entries, 64);
        var t2 = Vector512.LoadUnsafe(ref entries, 128);
        var t3 = Vector512.LoadUnsafe(ref entries, 192);
        var offset = Vector512.Create((byte)128);
        int i = 0;
        for (; i <= source.Length - Vector512<byte>.Count; i += Vector512<byte>.Count)
        {
            var value = Vector512.LoadUnsafe(ref from, (nuint)i);
            // A permutation sees 7 bits of the index: negative values look in the lower half, the sign bit chooses.
            var negative = Avx512Vbmi.PermuteVar64x8x2(t0, value, t1);
            var positive = Avx512Vbmi.PermuteVar64x8x2(t2, value, t3);
            Vector512.ConditionalSelect(Vector512.GreaterThanOrEqual(value, offset), negative, positive).StoreUnsafe(ref to, (nuint)i);
        }

        return i;
    }
}
