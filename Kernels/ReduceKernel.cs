using System.Runtime.Intrinsics;

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
/// partial j + 8 for j &lt; 8, then 4, 2, 1. Partial sums start at +0, partial maxima at −∞ (max(p, x) is p where p &gt; x, else
/// x).</remarks>
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
    public static void SumInt8(int rows, int columns, ReadOnlySpan<sbyte> a, int pitch, Span<int> output, FoldAxis axis) =>
        SumInt8(Simd.Active, rows, columns, a, pitch, output, axis);

    /// <summary>The same at a chosen level.</summary>
    /// <inheritdoc cref="SumInt8(int, int, ReadOnlySpan{sbyte}, int, Span{int}, FoldAxis)"/>
    public static void SumInt8(SimdLevel level, int rows, int columns, ReadOnlySpan<sbyte> a, int pitch, Span<int> output, FoldAxis axis)
    {
        Simd.Require(level);
        Operand.RequireTile("operand", a.Length, rows, columns, pitch);
        output = output[..Results(rows, columns, axis)];
        if (ByteReduction.TrySum(level, rows, columns, a, pitch, output, axis)) return;
        output.Clear();
        for (int r = 0; r < rows; r++)
        {
            var row = a.Slice(r * pitch, columns);
            for (int c = 0; c < columns; c++) output[axis == FoldAxis.Columns ? r : c] += row[c];
        }
    }

    /// <summary>Sum of int32 values, each first divided by 2^shift with ties away from zero, modulo 2^32.</summary>
    /// <inheritdoc cref="SumInt8(int, int, ReadOnlySpan{sbyte}, int, Span{int}, FoldAxis)"/>
    /// <param name="shift">Rounding right shift of each element, 0 … 31.</param>
    public static void SumInt32(int rows, int columns, ReadOnlySpan<int> a, int pitch, Span<int> output, FoldAxis axis, int shift) =>
        SumInt32(Simd.Active, rows, columns, a, pitch, output, axis, shift);

    /// <summary>The same at a chosen level.</summary>
    /// <inheritdoc cref="SumInt32(int, int, ReadOnlySpan{int}, int, Span{int}, FoldAxis, int)"/>
    public static void SumInt32(SimdLevel level, int rows, int columns, ReadOnlySpan<int> a, int pitch, Span<int> output, FoldAxis axis,
        int shift) =>
        Fold(level, rows, columns, a, pitch, output, axis, new SumFold(shift));

    /// <summary>Sum of float32 values in the order that the type documents.</summary>
    /// <inheritdoc cref="SumInt8(int, int, ReadOnlySpan{sbyte}, int, Span{int}, FoldAxis)"/>
    public static void SumFloat32(int rows, int columns, ReadOnlySpan<float> a, int pitch, Span<float> output, FoldAxis axis) =>
        SumFloat32(Simd.Active, rows, columns, a, pitch, output, axis);

    /// <summary>The same at a chosen level.</summary>
    /// <inheritdoc cref="SumFloat32(int, int, ReadOnlySpan{float}, int, Span{float}, FoldAxis)"/>
    public static void SumFloat32(SimdLevel level, int rows, int columns, ReadOnlySpan<float> a, int pitch, Span<float> output,
        FoldAxis axis) =>
        FoldFloat<AddOperation>(level, rows, columns, a, pitch, output, axis, 0f);

    /// <summary>Maximum of int8 values; −128 over nothing.</summary>
    /// <inheritdoc cref="SumInt8(int, int, ReadOnlySpan{sbyte}, int, Span{int}, FoldAxis)"/>
    public static void MaxInt8(int rows, int columns, ReadOnlySpan<sbyte> a, int pitch, Span<sbyte> output, FoldAxis axis) =>
        MaxInt8(Simd.Active, rows, columns, a, pitch, output, axis);

    /// <summary>The same at a chosen level.</summary>
    /// <inheritdoc cref="MaxInt8(int, int, ReadOnlySpan{sbyte}, int, Span{sbyte}, FoldAxis)"/>
    public static void MaxInt8(SimdLevel level, int rows, int columns, ReadOnlySpan<sbyte> a, int pitch, Span<sbyte> output, FoldAxis axis)
    {
        Simd.Require(level);
        Operand.RequireTile("operand", a.Length, rows, columns, pitch);
        output = output[..Results(rows, columns, axis)];
        if (ByteReduction.TryMax(level, rows, columns, a, pitch, output, axis)) return;
        output.Fill(sbyte.MinValue);
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
    /// <inheritdoc cref="SumInt8(int, int, ReadOnlySpan{sbyte}, int, Span{int}, FoldAxis)"/>
    public static void MaxInt32(int rows, int columns, ReadOnlySpan<int> a, int pitch, Span<int> output, FoldAxis axis) =>
        MaxInt32(Simd.Active, rows, columns, a, pitch, output, axis);

    /// <summary>The same at a chosen level.</summary>
    /// <inheritdoc cref="MaxInt32(int, int, ReadOnlySpan{int}, int, Span{int}, FoldAxis)"/>
    public static void MaxInt32(SimdLevel level, int rows, int columns, ReadOnlySpan<int> a, int pitch, Span<int> output, FoldAxis axis) =>
        Fold(level, rows, columns, a, pitch, output, axis, default(MaxFold));

    /// <summary>Maximum of float32 values in the order that the type documents; −∞ over nothing.</summary>
    /// <inheritdoc cref="SumInt8(int, int, ReadOnlySpan{sbyte}, int, Span{int}, FoldAxis)"/>
    public static void MaxFloat32(int rows, int columns, ReadOnlySpan<float> a, int pitch, Span<float> output, FoldAxis axis) =>
        MaxFloat32(Simd.Active, rows, columns, a, pitch, output, axis);

    /// <summary>The same at a chosen level.</summary>
    /// <inheritdoc cref="MaxFloat32(int, int, ReadOnlySpan{float}, int, Span{float}, FoldAxis)"/>
    public static void MaxFloat32(SimdLevel level, int rows, int columns, ReadOnlySpan<float> a, int pitch, Span<float> output,
        FoldAxis axis) =>
        FoldFloat<MaximumOperation>(level, rows, columns, a, pitch, output, axis, float.NegativeInfinity);

    private static int Results(int rows, int columns, FoldAxis axis) => Math.Max(axis == FoldAxis.Columns ? rows : columns, 0);

    private static void Fold<TFold>(SimdLevel level, int rows, int columns, ReadOnlySpan<int> a, int pitch, Span<int> output, FoldAxis axis,
        TFold fold)
        where TFold : struct, IInt32Fold
    {
        Simd.Require(level);
        Operand.RequireTile("operand", a.Length, rows, columns, pitch);
        output = output[..Results(rows, columns, axis)];
        output.Fill(fold.Start);
        int done = fold.HasVector ? Int32Reduction.Run(level, rows, columns, a, pitch, output, axis, fold) : 0;
        for (int r = 0; r < rows; r++)
        {
            var row = a.Slice(r * pitch, columns);
            for (int c = done; c < columns; c++)
            {
                int target = axis == FoldAxis.Columns ? r : c;
                output[target] = fold.Join(output[target], fold.Of(row[c]));
            }
        }
    }

    private static void FoldFloat<TOperation>(SimdLevel level, int rows, int columns, ReadOnlySpan<float> a, int pitch, Span<float> output,
        FoldAxis axis, float start)
        where TOperation : struct, IElementwiseOperation
    {
        Simd.Require(level);
        Operand.RequireTile("operand", a.Length, rows, columns, pitch);
        switch (level)
        {
            case SimdLevel.Scalar:
                FloatReduction<TOperation, Lanes128, Vector128<int>>.Run(false, rows, columns, a, pitch, output, axis, start); break;
            case SimdLevel.Vector128:
                FloatReduction<TOperation, Lanes128, Vector128<int>>.Run(true, rows, columns, a, pitch, output, axis, start); break;
            // A wider partial result would be written whole and read in parts, which the processor is slow at.
            case SimdLevel.Vector256:
            case SimdLevel.Vector512:
            case SimdLevel.AvxVnni:
                FloatReduction<TOperation, Lanes256, Vector256<int>>.Run(true, rows, columns, a, pitch, output, axis, start); break;
            default: throw new ArgumentOutOfRangeException(nameof(level), level, "unknown level");
        }
    }
}
