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
    public static void Apply(int rows, int columns, ReadOnlySpan<sbyte> a, int pitchA, ReadOnlySpan<sbyte> table, Span<sbyte> output, int pitchOut) =>
        Apply(Simd.Active, rows, columns, a, pitchA, table, output, pitchOut);

    /// <summary>The same at a chosen level.</summary>
    /// <inheritdoc cref="Apply(int, int, ReadOnlySpan{sbyte}, int, ReadOnlySpan{sbyte}, Span{sbyte}, int)"/>
    public static void Apply(SimdLevel level, int rows, int columns, ReadOnlySpan<sbyte> a, int pitchA, ReadOnlySpan<sbyte> table,
        Span<sbyte> output, int pitchOut)
    {
        Simd.Require(level);
        table = table[..TableEntries];
        for (int r = 0; r < rows; r++)
        {
            var source = a.Slice(r * pitchA, columns);
            var target = output.Slice(r * pitchOut, columns);
            for (int c = 0; c < columns; c++) target[c] = table[source[c] + 128];
        }
    }
}
