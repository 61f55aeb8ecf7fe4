using System.Runtime.InteropServices;

namespace NpuSim.Kernels;

/// <summary>out[c,r] = a[r,c].</summary>
public static class TransposeKernel
{
    /// <summary>Transposes a tile of elements of 1 or 4 bytes.</summary>
    /// <param name="rows">Rows of a.</param>
    /// <param name="columns">Columns of a; the result has as many rows.</param>
    /// <param name="elementBytes">1 or 4.</param>
    /// <param name="a">Operand.</param>
    /// <param name="pitchA">Bytes from row to row of a.</param>
    /// <param name="output">Result; must not overlap a.</param>
    /// <param name="pitchOut">Bytes from row to row of the result.</param>
    /// <exception cref="ArgumentException">The element is neither 1 nor 4 bytes, or a span is too short.</exception>
    public static void Apply(int rows, int columns, int elementBytes, ReadOnlySpan<byte> a, int pitchA, Span<byte> output, int pitchOut) =>
        Apply(Simd.Active, rows, columns, elementBytes, a, pitchA, output, pitchOut);

    /// <summary>The same at a chosen level; all above scalar do the same.</summary>
    /// <inheritdoc cref="Apply(int, int, int, ReadOnlySpan{byte}, int, Span{byte}, int)"/>
    public static void Apply(SimdLevel level, int rows, int columns, int elementBytes, ReadOnlySpan<byte> a, int pitchA, Span<byte> output,
        int pitchOut)
    {
        Simd.Require(level);
        if (elementBytes is not (1 or 4))
            throw new ArgumentException($"elements of {elementBytes} bytes cannot be transposed, 1 or 4 can", nameof(elementBytes));
        Operand.RequireTile("operand", a.Length, rows, columns * elementBytes, pitchA);
        Operand.RequireTile("result", output.Length, columns, rows * elementBytes, pitchOut);
        int doneRows = 0, doneColumns = 0;
        if (level != SimdLevel.Scalar && rows > 0 && columns > 0)
            (doneRows, doneColumns) = TransposeVector.Run(rows, columns, elementBytes, a, pitchA, output, pitchOut);
        for (int r = 0; r < rows; r++)
        {
            int first = r < doneRows ? doneColumns : 0;
            if (first == columns) continue;
            var source = a.Slice(r * pitchA + first * elementBytes, (columns - first) * elementBytes);
            if (elementBytes == 1) Scatter(source, output[(first * pitchOut)..], r, pitchOut);
            else Scatter(MemoryMarshal.Cast<byte, int>(source), output[(first * pitchOut)..], r, pitchOut);
        }
    }

    private static void Scatter(ReadOnlySpan<byte> source, Span<byte> output, int column, int pitchOut)
    {
        for (int c = 0; c < source.Length; c++) output[c * pitchOut + column] = source[c];
    }

    private static void Scatter(ReadOnlySpan<int> source, Span<byte> output, int column, int pitchOut)
    {
        for (int c = 0; c < source.Length; c++)
        {
            int value = source[c];
            MemoryMarshal.Write(output[(c * pitchOut + column * sizeof(int))..], in value);
        }
    }
}
