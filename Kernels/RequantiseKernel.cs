namespace NpuSim.Kernels;

/// <summary>int32 accumulators to int8: out[r,c] = clamp(round((acc[r,c] + bias[c])·scale[c]) + zero). The bias is added modulo
/// 2^32.</summary>
/// <remarks>Parameters are 12 little-endian bytes per column: int32 bias, then int32 multiplier and int32 shift
/// (<see cref="FixedPoint"/>), or a float32 scale and 4 unused bytes.</remarks>
public static class RequantiseKernel
{
    /// <summary>Bytes of the parameters of one column.</summary>
    public const int ParameterBytes = 12;

    /// <summary>Scales by <see cref="FixedPoint.MultiplyDouble"/>: dialect <c>tflite-reference</c>.</summary>
    /// <param name="acc">[rows × columns] int32.</param>
    /// <param name="accPitch">int32 elements from row to row of acc.</param>
    /// <param name="parameters">12 bytes per column.</param>
    /// <param name="output">[rows × columns] int8; must not overlap acc.</param>
    /// <param name="outPitch">Bytes from row to row of the result.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="zero">Zero point of the result; added modulo 2^32.</param>
    /// <param name="clampMin">Smallest result, −128 … 127.</param>
    /// <param name="clampMax">Largest result, −128 … 127.</param>
    /// <exception cref="ArgumentException">A span is too short, or a clamp bound is no int8.</exception>
    public static void Double(ReadOnlySpan<int> acc, int accPitch, ReadOnlySpan<byte> parameters, Span<sbyte> output, int outPitch,
        int rows, int columns, int zero, int clampMin, int clampMax) =>
        Double(Simd.Active, acc, accPitch, parameters, output, outPitch, rows, columns, zero, clampMin, clampMax);

    /// <summary>The same at a chosen level.</summary>
    /// <inheritdoc cref="Double(ReadOnlySpan{int}, int, ReadOnlySpan{byte}, Span{sbyte}, int, int, int, int, int, int)"/>
    public static void Double(SimdLevel level, ReadOnlySpan<int> acc, int accPitch, ReadOnlySpan<byte> parameters, Span<sbyte> output,
        int outPitch, int rows, int columns, int zero, int clampMin, int clampMax) =>
        Run<DoubleRounding>(level, acc, accPitch, parameters, output, outPitch, rows, columns,
            new RequantiseTarget(zero, clampMin, clampMax));

    /// <summary>Scales by <see cref="FixedPoint.MultiplySingle"/>: dialect <c>tflite-ruy</c>.</summary>
    /// <inheritdoc cref="Double(ReadOnlySpan{int}, int, ReadOnlySpan{byte}, Span{sbyte}, int, int, int, int, int, int)"/>
    public static void Single(ReadOnlySpan<int> acc, int accPitch, ReadOnlySpan<byte> parameters, Span<sbyte> output, int outPitch,
        int rows, int columns, int zero, int clampMin, int clampMax) =>
        Single(Simd.Active, acc, accPitch, parameters, output, outPitch, rows, columns, zero, clampMin, clampMax);

    /// <summary>The same at a chosen level.</summary>
    /// <inheritdoc cref="Single(ReadOnlySpan{int}, int, ReadOnlySpan{byte}, Span{sbyte}, int, int, int, int, int, int)"/>
    public static void Single(SimdLevel level, ReadOnlySpan<int> acc, int accPitch, ReadOnlySpan<byte> parameters, Span<sbyte> output,
        int outPitch, int rows, int columns, int zero, int clampMin, int clampMax) =>
        Run<SingleRounding>(level, acc, accPitch, parameters, output, outPitch, rows, columns,
            new RequantiseTarget(zero, clampMin, clampMax));

    /// <summary>RoundHalfEven(min(max(float32(acc + bias)·scale, clampMin − zero), clampMax − zero)) + zero: ONNX QDQ and
    /// XNNPACK.</summary>
    /// <inheritdoc cref="Double(ReadOnlySpan{int}, int, ReadOnlySpan{byte}, Span{sbyte}, int, int, int, int, int, int)"/>
    public static void Float(ReadOnlySpan<int> acc, int accPitch, ReadOnlySpan<byte> parameters, Span<sbyte> output, int outPitch,
        int rows, int columns, int zero, int clampMin, int clampMax) =>
        Float(Simd.Active, acc, accPitch, parameters, output, outPitch, rows, columns, zero, clampMin, clampMax);

    /// <summary>The same at a chosen level.</summary>
    /// <inheritdoc cref="Float(ReadOnlySpan{int}, int, ReadOnlySpan{byte}, Span{sbyte}, int, int, int, int, int, int)"/>
    public static void Float(SimdLevel level, ReadOnlySpan<int> acc, int accPitch, ReadOnlySpan<byte> parameters, Span<sbyte> output,
        int outPitch, int rows, int columns, int zero, int clampMin, int clampMax) =>
        Run<FloatRounding>(level, acc, accPitch, parameters, output, outPitch, rows, columns,
            new RequantiseTarget(zero, clampMin, clampMax));

    private static void Run<TRounding>(SimdLevel level, ReadOnlySpan<int> acc, int accPitch, ReadOnlySpan<byte> parameters,
        Span<sbyte> output, int outPitch, int rows, int columns, in RequantiseTarget target)
        where TRounding : struct, IRequantiseRounding
    {
        Simd.Require(level);
        Operand.RequireInt8(target.ClampMin, target.ClampMax);
        if (rows <= 0 || columns <= 0) return;
        Operand.RequireTile("accumulators", acc.Length, rows, columns, accPitch);
        Operand.Require("parameters", parameters.Length, (long)columns * ParameterBytes);
        Operand.RequireTile("result", output.Length, rows, columns, outPitch);
        using var columnParameters = new RequantiseColumns(parameters, columns);
        bool vector = level != SimdLevel.Scalar && TRounding.IsVectorSupported;
        for (int r = 0; r < rows; r++)
        {
            var source = acc.Slice(r * accPitch, columns);
            var result = output.Slice(r * outPitch, columns);
            int done = vector ? RequantiseVector.Row<TRounding>(source, columnParameters, result, target) : 0;
            for (int c = done; c < columns; c++)
            {
                int value = source[c] + columnParameters.Bias[c];
                result[c] = TRounding.Scale(value, columnParameters.Multiplier[c], columnParameters.Shift[c], target);
            }
        }
    }
}

/// <summary>Zero point and clamp of a requantised value.</summary>
internal readonly record struct RequantiseTarget(int Zero, int ClampMin, int ClampMax);
