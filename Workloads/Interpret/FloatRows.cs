using System.Runtime.InteropServices;
using NpuSim.Kernels;

namespace NpuSim.Workloads.Interpret;

/// <summary>Softmax and layer normalisation of the rows of a float32 matrix, step by step as the vector unit executes them.</summary>
internal static class FloatRows
{
    /// <summary>In place: maximum, exp(x − maximum), sum, reciprocal, product.</summary>
    public static void Softmax(Span<float> values, int columns)
    {
        Apply(ElementwiseOperation.Multiply, values, Exponentials(values, columns), columns);
    }

    /// <summary>In place: maximum, exp(x − maximum); gives the reciprocal of each row's sum of these.</summary>
    public static float[] Exponentials(Span<float> values, int columns)
    {
        var rows = values.Length / columns;
        var scalars = new float[rows];
        ReduceKernel.MaxFloat32(rows, columns, values, columns, scalars, FoldAxis.Columns);
        FloatKernel.Exp(rows, columns, values, columns, scalars, values, columns);
        ReduceKernel.SumFloat32(rows, columns, values, columns, scalars, FoldAxis.Columns);
        FloatKernel.Reciprocal(1, rows, scalars, rows, scalars, rows);
        return scalars;
    }

    /// <summary>In place: every row times a factor of its own.</summary>
    public static void ScaleRows(Span<float> values, ReadOnlySpan<float> factors, int columns) =>
        Apply(ElementwiseOperation.Multiply, values, factors, columns);

    /// <summary>In place: all values times a factor.</summary>
    public static void ScaleAll(Span<float> values, float factor) => Scale(values, factor);

    /// <summary>In place: x − maximum − log(Σ exp(x − maximum)).</summary>
    public static void LogSoftmax(Span<float> values, int columns)
    {
        var rows = values.Length / columns;
        var scalars = new float[rows];
        ReduceKernel.MaxFloat32(rows, columns, values, columns, scalars, FoldAxis.Columns);
        Apply(ElementwiseOperation.Subtract, values, scalars, columns);
        var powers = new float[values.Length];
        FloatKernel.Exp(rows, columns, values, columns, new float[rows], powers, columns);
        ReduceKernel.SumFloat32(rows, columns, powers, columns, scalars, FoldAxis.Columns);
        for (var row = 0; row < rows; row++)
        {
            scalars[row] = (float)FloatFunctions.Log(scalars[row]);
        }

        Apply(ElementwiseOperation.Subtract, values, scalars, columns);
    }

    /// <summary>In place: sum, times 1/n, difference, square, sum, times 1/n, 1/√(variance + epsilon), product; then gamma and beta where
    /// present.</summary>
    public static void LayerNormalisation(Span<float> values, int columns, float epsilon, ReadOnlySpan<float> gamma, ReadOnlySpan<float> beta)
    {
        var rows = values.Length / columns;
        var scalars = new float[rows];
        ReduceKernel.SumFloat32(rows, columns, values, columns, scalars, FoldAxis.Columns);
        Scale(scalars, 1f / columns);
        Apply(ElementwiseOperation.Subtract, values, scalars, columns);
        float[] squares = values.ToArray();
        Apply(ElementwiseOperation.Multiply, squares, values, columns, perRow: false);
        ReduceKernel.SumFloat32(rows, columns, squares, columns, scalars, FoldAxis.Columns);
        Scale(scalars, 1f / columns);
        FloatKernel.ReciprocalSquareRoot(1, rows, scalars, rows, scalars, rows, epsilon);
        Apply(ElementwiseOperation.Multiply, values, scalars, columns);
        ApplyVector(ElementwiseOperation.Multiply, values, gamma, columns);
        ApplyVector(ElementwiseOperation.Add, values, beta, columns);
    }

    private static void Scale(Span<float> scalars, float factor) =>
        Apply(ElementwiseOperation.Multiply, scalars, [factor], scalars.Length);

    // The second operand has one element for each row, or as many as the first.
    private static void Apply(ElementwiseOperation operation, Span<float> values, ReadOnlySpan<float> b, int columns, bool perRow = true) =>
        Apply(operation, values, b, columns, perRow ? sizeof(float) : columns * sizeof(float), perRow);

    // The second operand is one row for all; nothing where it is absent.
    private static void ApplyVector(ElementwiseOperation operation, Span<float> values, ReadOnlySpan<float> b, int columns)
    {
        if (!b.IsEmpty)
        {
            Apply(operation, values, b, columns, 0, false);
        }
    }

    private static void Apply(ElementwiseOperation operation, Span<float> values, ReadOnlySpan<float> b, int columns, int pitchB, bool perRow)
    {
        var bytes = MemoryMarshal.AsBytes(values);
        var pitch = columns * sizeof(float);
        var tile = new TileGeometry(values.Length / columns, columns, pitch, pitchB, pitch, perRow);
        ElementwiseKernel.Apply(operation, ElementFormat.Float32, tile, bytes, MemoryMarshal.AsBytes(b), bytes, default);
    }
}
