using System.Buffers;
using System.Runtime.InteropServices;
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
    public static void SumInt8(int rows, int columns, ReadOnlySpan<sbyte> a, int pitch, Span<int> output, FoldAxis axis)
    {
        Operand.RequireTile("operand", a.Length, rows, columns, pitch);
        output[..(axis == FoldAxis.Columns ? rows : columns)].Clear();
        for (int r = 0; r < rows; r++)
        {
            var row = a.Slice(r * pitch, columns);
            if (axis == FoldAxis.Columns) output[r] = Sum(row);
            else PoolRows.Accumulate(Simd.Active != SimdLevel.Scalar, row, output[..columns]);
        }
    }

    /// <summary>Sum of int32 values, each first divided by 2^shift with ties away from zero, modulo 2^32.</summary>
    /// <inheritdoc cref="SumInt8"/>
    /// <param name="shift">Rounding right shift of each element, 0 … 31.</param>
    public static void SumInt32(int rows, int columns, ReadOnlySpan<int> a, int pitch, Span<int> output, FoldAxis axis, int shift)
    {
        Operand.RequireTile("operand", a.Length, rows, columns, pitch);
        output[..(axis == FoldAxis.Columns ? rows : columns)].Clear();
        for (int r = 0; r < rows; r++)
        {
            var row = a.Slice(r * pitch, columns);
            for (int c = 0; c < columns; c++)
                output[axis == FoldAxis.Columns ? r : c] += FixedPoint.RoundingDivideByPowerOfTwo(row[c], shift);
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
        Operand.RequireTile("operand", a.Length, rows, columns, pitch);
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
        Operand.RequireTile("operand", a.Length, rows, columns, pitch);
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

    private static int Sum(ReadOnlySpan<sbyte> values)
    {
        int sum = 0;
        foreach (sbyte value in values) sum += value;
        return sum;
    }

    private static void FoldFloat<TOperation>(int rows, int columns, ReadOnlySpan<float> a, int pitch, Span<float> output, FoldAxis axis,
        float start)
        where TOperation : struct, IElementwiseOperation
    {
        Operand.RequireTile("operand", a.Length, rows, columns, pitch);
        int width = axis == FoldAxis.Columns ? 1 : columns;
        float[] pooled = ArrayPool<float>.Shared.Rent(Lanes * width);
        var partial = pooled.AsSpan(0, Lanes * width);
        if (axis == FoldAxis.Columns)
        {
            for (int r = 0; r < rows; r++)
            {
                partial.Fill(start);
                var row = a.Slice(r * pitch, columns);
                int whole = columns / Lanes * Lanes;
                for (int c = 0; c < whole; c += Lanes) Take<TOperation>(partial, row.Slice(c, Lanes));
                Take<TOperation>(partial[..(columns - whole)], row[whole..]);
                output[r] = Fold<TOperation>(partial, 1)[0];
            }
        }
        else
        {
            partial.Fill(start);
            for (int r = 0; r < rows; r++) Take<TOperation>(partial.Slice(r % Lanes * columns, columns), a.Slice(r * pitch, columns));
            Fold<TOperation>(partial, columns).CopyTo(output);
        }

        ArrayPool<float>.Shared.Return(pooled);
    }

    /// <summary>Folds 16 partial results of the given width into the first: 8, 4, 2, 1.</summary>
    private static Span<float> Fold<TOperation>(Span<float> partial, int width)
        where TOperation : struct, IElementwiseOperation
    {
        for (int half = Lanes / 2; half >= 1; half /= 2)
            Take<TOperation>(partial[..(half * width)], partial.Slice(half * width, half * width));
        return partial[..width];
    }

    /// <summary>partial[i] = operation(partial[i], values[i]).</summary>
    private static void Take<TOperation>(Span<float> partial, ReadOnlySpan<float> values)
        where TOperation : struct, IElementwiseOperation
    {
        ref float to = ref MemoryMarshal.GetReference(partial);
        ref float from = ref MemoryMarshal.GetReference(values[..partial.Length]);
        int i = 0;
        for (; i <= partial.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            var taken = TOperation.Float32<Lanes256, Vector256<int>>(Vector256.LoadUnsafe(ref to, (nuint)i).AsInt32(), Vector256.LoadUnsafe(ref from, (nuint)i).AsInt32());
            taken.AsSingle().StoreUnsafe(ref to, (nuint)i);
        }

        for (; i < partial.Length; i++) partial[i] = TOperation.Float32(partial[i], values[i]);
    }
}
