using System.Runtime.Intrinsics;

namespace NpuSim.Kernels;

/// <summary>The steps of a fixed-point softmax that no other kernel has: exponential, reciprocal of the sum, normalisation.</summary>
/// <remarks>The whole: row maximum, <see cref="ExpFixed"/>, <see cref="ReduceKernel.SumInt32"/> with shift 12 (Q0.31 to Q12.19),
/// <see cref="ReciprocalFixed"/>, <see cref="NormaliseFixed"/>. It equals TFLite's reference softmax.</remarks>
public static class SoftmaxKernel
{
    /// <summary>out[r,c] = exp of d = a[r,c] − b[r] in Q0.31: 0 where d &lt; smallest, else the exponential of d scaled to Q5.26
    /// (<see cref="FixedPoint.MultiplyDouble"/>, <see cref="FixedPointFunctions.ExpOnNegativeQ26"/>).</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="a">[rows × columns] int8.</param>
    /// <param name="pitchA">Bytes from row to row of a.</param>
    /// <param name="b">One subtrahend per row, side by side.</param>
    /// <param name="output">[rows × columns] int32.</param>
    /// <param name="pitchOut">int32 elements from row to row of the result.</param>
    /// <param name="smallest">Smallest difference that is not taken as −∞.</param>
    /// <param name="multiplier">Q0.31 multiplier from a difference to Q5.26.</param>
    /// <param name="shift">Shift of the multiplier.</param>
    public static void ExpFixed(int rows, int columns, ReadOnlySpan<sbyte> a, int pitchA, ReadOnlySpan<sbyte> b, Span<int> output,
        int pitchOut, int smallest, int multiplier, int shift)
    {
        Operand.RequireTile("operand", a.Length, rows, columns, pitchA);
        Operand.RequireTile("result", output.Length, rows, columns, pitchOut);
        // A difference has 511 values only; each is computed once, when first met.
        Span<int> known = stackalloc int[511];
        known.Fill(-1);
        for (int r = 0; r < rows; r++)
        {
            var source = a.Slice(r * pitchA, columns);
            var target = output.Slice(r * pitchOut, columns);
            for (int c = 0; c < columns; c++)
            {
                int difference = source[c] - b[r];
                ref int value = ref known[difference + 255];
                if (value == -1) value = ExpOfDifference(difference, smallest, multiplier, shift);
                target[c] = value;
            }
        }
    }

    /// <summary>For each Q12.19 sum: its reciprocal's Q0.31 mantissa and the sum's bits over unit
    /// (<see cref="FixedPointFunctions.GetReciprocal"/>).</summary>
    /// <param name="sums">Sums.</param>
    /// <param name="output">Two int32 for each sum: mantissa, bits.</param>
    public static void ReciprocalFixed(ReadOnlySpan<int> sums, Span<int> output)
    {
        for (int i = 0; i < sums.Length; i++)
        {
            output[2 * i] = FixedPointFunctions.GetReciprocal(sums[i], out int bits);
            output[2 * i + 1] = bits;
        }
    }

    /// <summary>out[r,c] = clamp(RoundingDivideByPowerOfTwo(SRDHM(mantissa[r], a[r,c]), bits[r] + 23) + zero).</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="a">[rows × columns] int32 in Q0.31.</param>
    /// <param name="pitchA">int32 elements from row to row of a.</param>
    /// <param name="reciprocals">Mantissa and bits for each row, as <see cref="ReciprocalFixed"/> writes them.</param>
    /// <param name="output">[rows × columns] int8.</param>
    /// <param name="pitchOut">Bytes from row to row of the result.</param>
    /// <param name="zero">Zero point of the result.</param>
    /// <param name="clampMin">Smallest result, −128 … 127.</param>
    /// <param name="clampMax">Largest result, −128 … 127.</param>
    public static void NormaliseFixed(int rows, int columns, ReadOnlySpan<int> a, int pitchA, ReadOnlySpan<int> reciprocals,
        Span<sbyte> output, int pitchOut, int zero, int clampMin, int clampMax) =>
        NormaliseFixed(Simd.Active, rows, columns, a, pitchA, reciprocals, output, pitchOut, zero, clampMin, clampMax);

    /// <summary>The same at a chosen level.</summary>
    /// <inheritdoc cref="NormaliseFixed(int, int, ReadOnlySpan{int}, int, ReadOnlySpan{int}, Span{sbyte}, int, int, int, int)"/>
    public static void NormaliseFixed(SimdLevel level, int rows, int columns, ReadOnlySpan<int> a, int pitchA,
        ReadOnlySpan<int> reciprocals, Span<sbyte> output, int pitchOut, int zero, int clampMin, int clampMax)
    {
        Simd.Require(level);
        Operand.RequireTile("operand", a.Length, rows, columns, pitchA);
        Operand.RequireTile("result", output.Length, rows, columns, pitchOut);
        Operand.RequireInt8(clampMin, clampMax);
        for (int r = 0; r < rows; r++)
        {
            var source = a.Slice(r * pitchA, columns);
            var target = output.Slice(r * pitchOut, columns);
            int mantissa = reciprocals[2 * r];
            int exponent = reciprocals[2 * r + 1] + 23;
            int done = Vectors(level, source, target, mantissa, exponent, new RequantiseTarget(zero, clampMin, clampMax));
            for (int c = done; c < columns; c++)
            {
                int product = FixedPoint.SaturatingRoundingDoublingHighMultiply(mantissa, source[c]);
                int value = FixedPoint.RoundingDivideByPowerOfTwo(product, exponent) + zero;
                target[c] = (sbyte)FixedPoint.Bound(value, clampMin, clampMax);
            }
        }
    }

    /// <summary>Does as many whole groups of vectors as there are; says how many elements that is.</summary>
    private static int Vectors(SimdLevel level, ReadOnlySpan<int> source, Span<sbyte> target, int mantissa, int exponent,
        in RequantiseTarget end)
    {
        if (end.Zero is < sbyte.MinValue or > sbyte.MaxValue) return 0;
        if (!FixedPointFactor.TryPrepare(mantissa, -exponent, out int factor, out int count)) return 0;
        return level switch
        {
            SimdLevel.Scalar => 0,
            SimdLevel.Vector128 =>
                Lanes128.HasFixedPoint ? ConversionRows<Lanes128, Vector128<int>>.Scale(source, target, factor, count, end) : 0,
            SimdLevel.Vector256 or SimdLevel.AvxVnni => ConversionRows<Lanes256, Vector256<int>>.Scale(source, target, factor, count, end),
            SimdLevel.Vector512 => ConversionRows<Lanes512, Vector512<int>>.Scale(source, target, factor, count, end),
        };
    }

    private static int ExpOfDifference(int difference, int smallest, int multiplier, int shift) => difference < smallest
        ? 0
        : FixedPointFunctions.ExpOnNegativeQ26(FixedPoint.MultiplyDouble(difference, multiplier, shift));
}
