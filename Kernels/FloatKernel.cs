using System.Runtime.Intrinsics;

namespace NpuSim.Kernels;

/// <summary>float32 steps of the vector unit. Every operation is IEEE single precision and rounded on its own; nothing is fused.</summary>
public static class FloatKernel
{
    /// <summary>out[r,c] = exp(a[r,c] − b[r]) by <see cref="FloatFunctions.Exp(float)"/>.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="a">[rows × columns] float32.</param>
    /// <param name="pitchA">Elements from row to row of a.</param>
    /// <param name="b">One subtrahend per row, side by side.</param>
    /// <param name="output">[rows × columns] float32; may be a itself.</param>
    /// <param name="pitchOut">Elements from row to row of the result.</param>
    public static void Exp(int rows, int columns, ReadOnlySpan<float> a, int pitchA, ReadOnlySpan<float> b, Span<float> output,
        int pitchOut) =>
        Exp(Simd.Active, rows, columns, a, pitchA, b, output, pitchOut);

    /// <summary>The same at a chosen level.</summary>
    /// <inheritdoc cref="Exp(int, int, ReadOnlySpan{float}, int, ReadOnlySpan{float}, Span{float}, int)"/>
    public static void Exp(SimdLevel level, int rows, int columns, ReadOnlySpan<float> a, int pitchA, ReadOnlySpan<float> b,
        Span<float> output, int pitchOut)
    {
        Simd.Require(level);
        Operand.RequireTile("operand", a.Length, rows, columns, pitchA);
        Operand.RequireTile("result", output.Length, rows, columns, pitchOut);
        for (int r = 0; r < rows; r++)
        {
            var source = a.Slice(r * pitchA, columns);
            var target = output.Slice(r * pitchOut, columns);
            int done = ExpVectors(level, source, b[r], target);
            for (int c = done; c < columns; c++) target[c] = FloatFunctions.Exp(source[c] - b[r]);
        }
    }

    /// <summary>out = 1/a, correctly rounded.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="a">[rows × columns] float32.</param>
    /// <param name="pitchA">Elements from row to row of a.</param>
    /// <param name="output">[rows × columns] float32; may be a itself.</param>
    /// <param name="pitchOut">Elements from row to row of the result.</param>
    public static void Reciprocal(int rows, int columns, ReadOnlySpan<float> a, int pitchA, Span<float> output, int pitchOut)
    {
        Operand.RequireTile("operand", a.Length, rows, columns, pitchA);
        Operand.RequireTile("result", output.Length, rows, columns, pitchOut);
        for (int r = 0; r < rows; r++)
        {
            var source = a.Slice(r * pitchA, columns);
            var target = output.Slice(r * pitchOut, columns);
            for (int c = 0; c < columns; c++) target[c] = 1f / source[c];
        }
    }

    /// <summary>out = 1/√(a + bias), sum, root and quotient each correctly rounded.</summary>
    /// <inheritdoc cref="Reciprocal"/>
    /// <param name="bias">Added before the root.</param>
    public static void ReciprocalSquareRoot(int rows, int columns, ReadOnlySpan<float> a, int pitchA, Span<float> output, int pitchOut,
        float bias)
    {
        Operand.RequireTile("operand", a.Length, rows, columns, pitchA);
        Operand.RequireTile("result", output.Length, rows, columns, pitchOut);
        for (int r = 0; r < rows; r++)
        {
            var source = a.Slice(r * pitchA, columns);
            var target = output.Slice(r * pitchOut, columns);
            for (int c = 0; c < columns; c++) target[c] = 1f / MathF.Sqrt(source[c] + bias);
        }
    }

    /// <summary>out = clamp(RoundHalfEven(a / scale) + zero), float32 to int8; NaN gives the zero point.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="a">[rows × columns] float32.</param>
    /// <param name="pitchA">Elements from row to row of a.</param>
    /// <param name="output">[rows × columns] int8.</param>
    /// <param name="pitchOut">Bytes from row to row of the result.</param>
    /// <param name="o">Zero point and scale of the result.</param>
    /// <param name="clampMin">Smallest result, −128 … 127.</param>
    /// <param name="clampMax">Largest result, −128 … 127.</param>
    public static void Quantise(int rows, int columns, ReadOnlySpan<float> a, int pitchA, Span<sbyte> output, int pitchOut,
        in QuantParameters o, int clampMin, int clampMax) =>
        Quantise(Simd.Active, rows, columns, a, pitchA, output, pitchOut, o, clampMin, clampMax);

    /// <summary>The same at a chosen level.</summary>
    /// <inheritdoc cref="Quantise(int, int, ReadOnlySpan{float}, int, Span{sbyte}, int, in QuantParameters, int, int)"/>
    public static void Quantise(SimdLevel level, int rows, int columns, ReadOnlySpan<float> a, int pitchA, Span<sbyte> output, int pitchOut,
        in QuantParameters o, int clampMin, int clampMax)
    {
        Simd.Require(level);
        Operand.RequireInt8(clampMin, clampMax);
        Operand.RequireTile("operand", a.Length, rows, columns, pitchA);
        Operand.RequireTile("result", output.Length, rows, columns, pitchOut);
        if (pitchA == columns && pitchOut == columns) (rows, columns) = (Math.Min(rows, 1), rows * columns);
        for (int r = 0; r < rows; r++)
        {
            var source = a.Slice(r * pitchA, columns);
            var target = output.Slice(r * pitchOut, columns);
            if (TryQuantise(level, source, target, o.Scale, new RequantiseTarget(o.Zero, clampMin, clampMax))) continue;
            for (int c = 0; c < columns; c++) target[c] = ToInt8(source[c] / o.Scale, o.Zero, clampMin, clampMax);
        }
    }

    /// <summary>out = (a − zero)·scale, int8 to float32.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="a">[rows × columns] int8.</param>
    /// <param name="pitchA">Bytes from row to row of a.</param>
    /// <param name="output">[rows × columns] float32.</param>
    /// <param name="pitchOut">Elements from row to row of the result.</param>
    /// <param name="p">Zero point and scale of a.</param>
    public static void Dequantise(int rows, int columns, ReadOnlySpan<sbyte> a, int pitchA, Span<float> output, int pitchOut,
        in QuantParameters p) =>
        Dequantise(Simd.Active, rows, columns, a, pitchA, output, pitchOut, p);

    /// <summary>The same at a chosen level.</summary>
    /// <inheritdoc cref="Dequantise(int, int, ReadOnlySpan{sbyte}, int, Span{float}, int, in QuantParameters)"/>
    public static void Dequantise(SimdLevel level, int rows, int columns, ReadOnlySpan<sbyte> a, int pitchA, Span<float> output,
        int pitchOut, in QuantParameters p)
    {
        Simd.Require(level);
        Operand.RequireTile("operand", a.Length, rows, columns, pitchA);
        Operand.RequireTile("result", output.Length, rows, columns, pitchOut);
        if (pitchA == columns && pitchOut == columns) (rows, columns) = (Math.Min(rows, 1), rows * columns);
        for (int r = 0; r < rows; r++)
        {
            var source = a.Slice(r * pitchA, columns);
            var target = output.Slice(r * pitchOut, columns);
            int done = DequantiseVectors(level, source, target, p);
            for (int c = done; c < columns; c++) target[c] = ToFloat(source[c], p);
        }
    }

    private static int ExpVectors(SimdLevel level, ReadOnlySpan<float> source, float subtrahend, Span<float> target) => level switch
    {
        SimdLevel.Scalar => 0,
        SimdLevel.Vector128 => ExpRows<Lanes128, Vector128<int>>.Run(source, subtrahend, target),
        SimdLevel.Vector256 or SimdLevel.AvxVnni => ExpRows<Lanes256, Vector256<int>>.Run(source, subtrahend, target),
        SimdLevel.Vector512 => ExpRows<Lanes512, Vector512<int>>.Run(source, subtrahend, target),
    };

    private static bool TryQuantise(SimdLevel level, ReadOnlySpan<float> source, Span<sbyte> target, float scale, in RequantiseTarget end)
    {
        if (level == SimdLevel.Scalar || end.Zero is < sbyte.MinValue or > sbyte.MaxValue) return false;
        switch (level)
        {
            case SimdLevel.Vector128: ConversionRows<Lanes128, Vector128<int>>.Quantise(source, target, scale, end); break;
            case SimdLevel.Vector256:
            case SimdLevel.AvxVnni: ConversionRows<Lanes256, Vector256<int>>.Quantise(source, target, scale, end); break;
            case SimdLevel.Vector512: ConversionRows<Lanes512, Vector512<int>>.Quantise(source, target, scale, end); break;
            default: throw new ArgumentOutOfRangeException(nameof(level), level, "unknown level");
        }

        return true;
    }

    private static int DequantiseVectors(SimdLevel level, ReadOnlySpan<sbyte> source, Span<float> target, in QuantParameters p) =>
        level switch
        {
            SimdLevel.Scalar => 0,
            SimdLevel.Vector128 => ConversionRows<Lanes128, Vector128<int>>.Dequantise(source, target, p),
            SimdLevel.Vector256 or SimdLevel.AvxVnni => ConversionRows<Lanes256, Vector256<int>>.Dequantise(source, target, p),
            SimdLevel.Vector512 => ConversionRows<Lanes512, Vector512<int>>.Dequantise(source, target, p),
        };

    /// <summary>RoundHalfEven(min(max(scaled, clampMin − zero), clampMax − zero)) + zero; NaN gives the zero point, clamped.</summary>
    /// <param name="scaled">A value in steps of the result's scale.</param>
    /// <param name="zero">Zero point of the result.</param>
    /// <param name="clampMin">Smallest result, −128 … 127.</param>
    /// <param name="clampMax">Largest result, −128 … 127.</param>
    public static sbyte ToInt8(float scaled, int zero, int clampMin, int clampMax)
    {
        if (float.IsNaN(scaled)) scaled = 0;
        float low = clampMin - zero;
        float high = clampMax - zero;
        float raised = scaled > low ? scaled : low;
        float bounded = raised < high ? raised : high;
        return (sbyte)(FixedPoint.RoundHalfEven(bounded) + zero);
    }

    /// <summary>(value − zero)·scale.</summary>
    public static float ToFloat(int value, in QuantParameters p) => (value - p.Zero) * p.Scale;
}
