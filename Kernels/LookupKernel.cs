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
        if (pitchA == columns && pitchOut == columns) (rows, columns) = (Math.Min(rows, 1), rows * columns);
        for (int r = 0; r < rows; r++)
        {
            var source = a.Slice(r * pitchA, columns);
            var target = output.Slice(r * pitchOut, columns);
            int done = Vectors(level, source, table, target);
            for (int c = done; c < columns; c++) target[c] = table[source[c] + 128];
        }
    }

    /// <summary>Does as many whole vectors as there are; says how many elements that is.</summary>
    private static int Vectors(SimdLevel level, ReadOnlySpan<sbyte> source, ReadOnlySpan<sbyte> table, Span<sbyte> target) => level switch
    {
        SimdLevel.Scalar => 0,
        SimdLevel.Vector128 => LookupVector<Lanes128, Vector128<int>>.Run(source, table, target),
        SimdLevel.Vector256 or SimdLevel.AvxVnni => LookupVector<Lanes256, Vector256<int>>.Run(source, table, target),
        SimdLevel.Vector512 => Avx512Vbmi.IsSupported
            ? LookupPermutation.Run(source, table, target)
            : LookupVector<Lanes512, Vector512<int>>.Run(source, table, target),
    };
}
