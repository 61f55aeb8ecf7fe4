using System.Buffers.Binary;

namespace NpuSim.Kernels;

/// <summary>int32 accumulators to int8: out[r,c] = clamp(round((acc[r,c] + bias[c])·scale[c]) + zero). The bias is added modulo 2^32.</summary>
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
    /// <param name="output">[rows × columns] int8.</param>
    /// <param name="outPitch">Bytes from row to row of the result.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="zero">Zero point of the result; added modulo 2^32.</param>
    /// <param name="clampMin">Smallest result, −128 … 127.</param>
    /// <param name="clampMax">Largest result, −128 … 127.</param>
    public static void Double(ReadOnlySpan<int> acc, int accPitch, ReadOnlySpan<byte> parameters, Span<sbyte> output, int outPitch,
        int rows, int columns, int zero, int clampMin, int clampMax) =>
        Double(Simd.Active, acc, accPitch, parameters, output, outPitch, rows, columns, zero, clampMin, clampMax);

    /// <summary>The same at a chosen level.</summary>
    /// <inheritdoc cref="Double(ReadOnlySpan{int}, int, ReadOnlySpan{byte}, Span{sbyte}, int, int, int, int, int, int)"/>
    public static void Double(SimdLevel level, ReadOnlySpan<int> acc, int accPitch, ReadOnlySpan<byte> parameters, Span<sbyte> output,
        int outPitch, int rows, int columns, int zero, int clampMin, int clampMax)
    {
        Simd.Require(level);
        for (int r = 0; r < rows; r++)
        {
            var source = acc.Slice(r * accPitch, columns);
            var target = output.Slice(r * outPitch, columns);
            for (int c = 0; c < columns; c++)
            {
                int scaled = FixedPoint.MultiplyDouble(source[c] + Field(parameters, c, 0), Field(parameters, c, 4), Field(parameters, c, 8));
                target[c] = (sbyte)FixedPoint.Bound(scaled + zero, clampMin, clampMax);
            }
        }
    }

    /// <summary>Scales by <see cref="FixedPoint.MultiplySingle"/>: dialect <c>tflite-ruy</c>.</summary>
    /// <inheritdoc cref="Double(ReadOnlySpan{int}, int, ReadOnlySpan{byte}, Span{sbyte}, int, int, int, int, int, int)"/>
    public static void Single(ReadOnlySpan<int> acc, int accPitch, ReadOnlySpan<byte> parameters, Span<sbyte> output, int outPitch,
        int rows, int columns, int zero, int clampMin, int clampMax) =>
        Single(Simd.Active, acc, accPitch, parameters, output, outPitch, rows, columns, zero, clampMin, clampMax);

    /// <summary>The same at a chosen level.</summary>
    /// <inheritdoc cref="Single(ReadOnlySpan{int}, int, ReadOnlySpan{byte}, Span{sbyte}, int, int, int, int, int, int)"/>
    public static void Single(SimdLevel level, ReadOnlySpan<int> acc, int accPitch, ReadOnlySpan<byte> parameters, Span<sbyte> output,
        int outPitch, int rows, int columns, int zero, int clampMin, int clampMax)
    {
        Simd.Require(level);
        for (int r = 0; r < rows; r++)
        {
            var source = acc.Slice(r * accPitch, columns);
            var target = output.Slice(r * outPitch, columns);
            for (int c = 0; c < columns; c++)
            {
                int scaled = FixedPoint.MultiplySingle(source[c] + Field(parameters, c, 0), Field(parameters, c, 4), Field(parameters, c, 8));
                target[c] = (sbyte)FixedPoint.Bound(scaled + zero, clampMin, clampMax);
            }
        }
    }

    /// <summary>RoundHalfEven(min(max(float32(acc + bias)·scale, clampMin − zero), clampMax − zero)) + zero: ONNX QDQ and XNNPACK.</summary>
    /// <inheritdoc cref="Double(ReadOnlySpan{int}, int, ReadOnlySpan{byte}, Span{sbyte}, int, int, int, int, int, int)"/>
    public static void Float(ReadOnlySpan<int> acc, int accPitch, ReadOnlySpan<byte> parameters, Span<sbyte> output, int outPitch,
        int rows, int columns, int zero, int clampMin, int clampMax) =>
        Float(Simd.Active, acc, accPitch, parameters, output, outPitch, rows, columns, zero, clampMin, clampMax);

    /// <summary>The same at a chosen level.</summary>
    /// <inheritdoc cref="Float(ReadOnlySpan{int}, int, ReadOnlySpan{byte}, Span{sbyte}, int, int, int, int, int, int)"/>
    public static void Float(SimdLevel level, ReadOnlySpan<int> acc, int accPitch, ReadOnlySpan<byte> parameters, Span<sbyte> output,
        int outPitch, int rows, int columns, int zero, int clampMin, int clampMax)
    {
        Simd.Require(level);
        for (int r = 0; r < rows; r++)
        {
            var source = acc.Slice(r * accPitch, columns);
            var target = output.Slice(r * outPitch, columns);
            for (int c = 0; c < columns; c++)
            {
                float value = (source[c] + Field(parameters, c, 0)) * BitConverter.Int32BitsToSingle(Field(parameters, c, 4));
                target[c] = FloatKernel.ToInt8(value, zero, clampMin, clampMax);
            }
        }
    }

    private static int Field(ReadOnlySpan<byte> parameters, int column, int offset) =>
        BinaryPrimitives.ReadInt32LittleEndian(parameters[(column * ParameterBytes + offset)..]);
}
