namespace NpuSim.Kernels;

/// <summary>The direction in which a reduction folds a tile.</summary>
public enum FoldAxis : byte
{
    /// <summary>Over the columns: one result for each row.</summary>
    Columns,

    /// <summary>Over the rows: one result for each column.</summary>
    Rows,
}

/// <summary>Sums and maxima over an axis of a tile; the results stand side by side.</summary>
/// <remarks>Order of float32: element i of the axis goes to partial result i mod 16, in ascending order of i; then partial j takes in
/// partial j + 8 for j &lt; 8, then 4, 2, 1. Partial sums start at +0, partial maxima at −∞ (max(p, x) is p where p &gt; x, else x).</remarks>
public static class ReduceKernel
{
    /// <summary>Partial results of a float32 reduction.</summary>
    public const int Lanes = 16;

    /// <summary>Sum of raw int8 values, modulo 2^32.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="a">Operand.</param>
    /// <param name="pitch">Elements from row to row of a.</param>
    /// <param name="output">One result for each row or column.</param>
    /// <param name="axis">Axis folded.</param>
    public static void SumInt8(int rows, int columns, ReadOnlySpan<sbyte> a, int pitch, Span<int> output, FoldAxis axis)
    {
        output[..(axis == FoldAxis.Columns ? rows : columns)].Clear();
        for (int r = 0; r < rows; r++)
        {
            var row = a.Slice(r * pitch, columns);
            for (int c = 0; c < columns; c++) output[axis == FoldAxis.Columns ? r : c] += row[c];
        }
    }

    /// <summary>Sum of int32 values, each first divided by 2^shift with ties away from zero, modulo 2^32.</summary>
    /// <inheritdoc cref="SumInt8"/>
    /// <param name="shift">Rounding right shift of each element, 0 … 31.</param>
    public static void SumInt32(int rows, int columns, ReadOnlySpan<int> a, int pitch, Span<int> output, FoldAxis axis, int shift)
    {
        output[..(axis == FoldAxis.Columns ? rows : columns)].Clear();
        for (int r = 0; r < rows; r++)
        {
            var row = a.Slice(r * pitch, columns);
            for (int c = 0; c < columns; c++) output[axis == FoldAxis.Columns ? r : c] += FixedPoint.RoundingDivideByPowerOfTwo(row[c], shift);
        }
    }

    /// <summary>Sum of float32 values in the order that the type documents.</summary>
    /// <inheritdoc cref="SumInt8"/>
    public static void SumFloat32(int rows, int columns, ReadOnlySpan<float> a, int pitch, Span<float> output, FoldAxis axis) =>
        FoldFloat<AddOperation>(rows, columns, a, pitch, output, axis, 0f);

    /// <summary>Maximum of int8 values; −128 over nothing.</summary>
    /// <inheritdoc cref="SumInt8"/>
    public static void MaxInt8(int rows, int columns, ReadOnlySpan<sbyte> a, int pitch, Span<sbyte> output, FoldAxis axis)
    {
        output[..(axis == FoldAxis.Columns ? rows : columns)].Fill(sbyte.MinValue);
        for (int r = 0; r < rows; r++)
        {
            var row = a.Slice(r * pitch, columns);
            for (int c = 0; c < columns; c++)
            {
                int target = axis == FoldAxis.Columns ? r : c;
                output[target] = Math.Max(output[target], row[c]);
            }
        }
    }

    /// <summary>Maximum of int32 values; −2^31 over nothing.</summary>
    /// <inheritdoc cref="SumInt8"/>
    public static void MaxInt32(int rows, int columns, ReadOnlySpan<int> a, int pitch, Span<int> output, FoldAxis axis)
    {
        output[..(axis == FoldAxis.Columns ? rows : columns)].Fill(int.MinValue);
        for (int r = 0; r < rows; r++)
        {
            var row = a.Slice(r * pitch, columns);
            for (int c = 0; c < columns; c++)
            {
                int target = axis == FoldAxis.Columns ? r : c;
                output[target] = Math.Max(output[target], row[c]);
            }
        }
    }

    /// <summary>Maximum of float32 values in the order that the type documents; −∞ over nothing.</summary>
    /// <inheritdoc cref="SumInt8"/>
    public static void MaxFloat32(int rows, int columns, ReadOnlySpan<float> a, int pitch, Span<float> output, FoldAxis axis) =>
        FoldFloat<MaximumOperation>(rows, columns, a, pitch, output, axis, float.NegativeInfinity);

    private static void FoldFloat<TOperation>(int rows, int columns, ReadOnlySpan<float> a, int pitch, Span<float> output, FoldAxis axis, float start)
        where TOperation : struct, IElementwiseOperation
    {
        Operand.Require("operand", a.Length, Operand.Extent(rows, columns, pitch));
        bool alongColumns = axis == FoldAxis.Columns;
        var (results, length, resultStep, elementStep) = alongColumns ? (rows, columns, pitch, 1) : (columns, rows, 1, pitch);
        Span<float> partial = stackalloc float[Lanes];
        for (int i = 0; i < results; i++)
        {
            partial.Fill(start);
            for (int j = 0; j < length; j++)
            {
                ref float lane = ref partial[j % Lanes];
                lane = TOperation.Float32(lane, a[i * resultStep + j * elementStep]);
            }

            for (int half = Lanes / 2; half >= 1; half /= 2)
            {
                for (int j = 0; j < half; j++) partial[j] = TOperation.Float32(partial[j], partial[j + half]);
            }

            output[i] = partial[0];
        }
    }
}
