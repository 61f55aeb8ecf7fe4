using System.Runtime.Intrinsics;

namespace NpuSim.Kernels;

/// <summary>int32 accumulators to int8: out[r,c] = clamp(round((acc[r,c] + bias[c])·scale[c]) + zero). The bias is added modulo
/// 2^32.</summary>
/// <remarks>Parameters are 12 little-endian bytes per column: int32 bias, then int32 multiplier and int32 shift
/// (<see cref="FixedPoint"/>), or a float32 scale and 4 unused bytes.</remarks>
public static class RequantiseKernel
{
    /// <summary>Bytes of the parameters of one column.</summary>
    public const int ParameterBytes = 12;

    /// <summary>Columns that fill a vector of every level several times.</summary>
    private const int WideColumns = 128;

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
        // Rows without gaps between them are taken together where columns are few, so that they fill vectors, too.
        int repeat = accPitch == columns && outPitch == columns ? Math.Clamp(WideColumns / columns, 1, rows) : 1;
        int wideRows = rows / repeat, done = wideRows * repeat;
        Part<TRounding>(level, new RequantiseTile(acc, repeat * accPitch, output, repeat * outPitch, wideRows), parameters, columns, repeat,
            target);
        if (done == rows) return;
        Part<TRounding>(level, new RequantiseTile(acc[(done * accPitch)..], accPitch, output[(done * outPitch)..], outPitch, rows - done),
            parameters, columns, 1, target);
    }

    private static void Part<TRounding>(SimdLevel level, in RequantiseTile tile, ReadOnlySpan<byte> parameters, int columns, int repeat,
        in RequantiseTarget target)
        where TRounding : struct, IRequantiseRounding
    {
        if (level != SimdLevel.Scalar && target.Zero is >= sbyte.MinValue and <= sbyte.MaxValue)
        {
            using var prepared = RequantiseColumns.Prepare<TRounding>(parameters, columns, repeat, target);
            if (TryVectors<TRounding>(level, tile, prepared, target))
            {
                foreach (int c in prepared.Irregular) Define<TRounding>(tile, c, c + 1, columns, repeat, parameters, target);
                return;
            }
        }

        Define<TRounding>(tile, 0, columns, columns, repeat, parameters, target);
    }

    /// <summary>Columns [first, end) of every row, by the definition.</summary>
    private static void Define<TRounding>(in RequantiseTile tile, int first, int end, int columns, int repeat,
        ReadOnlySpan<byte> parameters, in RequantiseTarget target)
        where TRounding : struct, IRequantiseRounding
    {
        for (int i = 0; i < tile.Rows * repeat; i++)
        {
            var acc = tile.Acc.Slice(i / repeat * tile.AccPitch + i % repeat * columns, columns);
            var output = tile.Output.Slice(i / repeat * tile.OutPitch + i % repeat * columns, columns);
            for (int c = first; c < end; c++)
            {
                var (bias, multiplier, shift) = RequantiseColumns.Read(parameters, c);
                output[c] = TRounding.Scale(acc[c] + bias, multiplier, shift, target);
            }
        }
    }

    /// <summary>Does all columns with the widest vectors that the level has and the columns fill; says whether there are any.</summary>
    private static bool TryVectors<TRounding>(SimdLevel level, in RequantiseTile tile, in RequantiseColumns columns,
        in RequantiseTarget target)
        where TRounding : struct, IRequantiseRounding
    {
        int width = columns.Bias.Length;
        if (level == SimdLevel.Vector512 && width >= RequantiseVector<TRounding, Lanes512, Vector512<int>>.Columns)
            RunVectors<TRounding, Lanes512, Vector512<int>>(tile, columns, target);
        else if (level > SimdLevel.Vector128 && width >= RequantiseVector<TRounding, Lanes256, Vector256<int>>.Columns)
            RunVectors<TRounding, Lanes256, Vector256<int>>(tile, columns, target);
        else if ((Lanes128.HasFixedPoint || !TRounding.IsFixedPoint) && width >= RequantiseVector<TRounding, Lanes128, Vector128<int>>.Columns)
            RunVectors<TRounding, Lanes128, Vector128<int>>(tile, columns, target);
        else
            return false;
        return true;
    }

    private static void RunVectors<TRounding, TLanes, TVector>(in RequantiseTile tile, in RequantiseColumns columns,
        in RequantiseTarget target)
        where TRounding : struct, IRequantiseRounding
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        if (TRounding.IsFixedPoint && TLanes.HasGuardBand && columns.GuardBits > 0)
            RequantiseGuarded<TRounding, TLanes, TVector>.Run(tile, columns, target);
        else
            RequantiseVector<TRounding, TLanes, TVector>.Run(tile, columns, target);
    }
}

/// <summary>Accumulators and their results, with the elements from row to row of each.</summary>
internal readonly ref struct RequantiseTile(ReadOnlySpan<int> acc, int accPitch, Span<sbyte> output, int outPitch, int rows)
{
    internal readonly ReadOnlySpan<int> Acc = acc;
    internal readonly Span<sbyte> Output = output;
    internal readonly int AccPitch = accPitch, OutPitch = outPitch, Rows = rows;
}

/// <summary>Zero point and clamp of a requantised value.</summary>
internal readonly record struct RequantiseTarget(int Zero, int ClampMin, int ClampMax);
