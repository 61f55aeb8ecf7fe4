using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NpuSim.Kernels;

/// <summary>Parameters of fixed-point columns for <see cref="RequantiseGuarded{TRounding, TLanes, TVector}"/>: a slope, and a summand
/// for negative and one for positive values, which double rounding makes greater.</summary>
/// <remarks>
/// With P = 2^16·acc·s and B = 2^16·bias·s, only |P + B| ≤ 257·2^16 matters: beyond it the result is a bound, whichever way it is rounded.
/// Relative to 2^−24 the slope is off by 1 and the converted accumulator by 1, which makes 2·|P|; the product for B by 3·|B|, the sum with
/// the other constants by |B| + 2^23.1, twice, the fused sum by 2^23.1, and the integer by 1/2. Together that is less than
/// |B|·1.75·2^−22 + 4.2. Accumulators whose sum with the bias wraps are beyond ±2^30, so that with e ≤ 13 the approximation leaves int32.
/// </remarks>
internal static class RequantiseGuard
{
    private const int LargestShift = 13;

    /// <summary>Multiples of 2^27 as multipliers, and shifts no further than this, make ties of one accumulator in 64 and more, for which
    /// the quick work would be for nothing.</summary>
    private const int TieBits = 27, TieShift = 4;

    /// <summary>Works columns out; irregular ones get the zero point.</summary>
    /// <param name="biases">Biases, at least <see cref="Vector128{T}.Count"/>; so with all other spans.</param>
    /// <param name="multipliers">Multipliers, 0 for irregular columns.</param>
    /// <param name="shifts">Shifts, negative where the multiplier is not 0.</param>
    /// <param name="zero">Zero point, an int8.</param>
    /// <param name="twice">Double rounding.</param>
    /// <param name="slopes">Gets float32 slopes.</param>
    /// <param name="offsets">Gets float32 offsets of negative values, half the band included.</param>
    /// <param name="raised">Gets the offsets of positive values.</param>
    /// <returns>Binary logarithm of the band's width; 0 where there is none.</returns>
    internal static int Prepare(ReadOnlySpan<int> biases, ReadOnlySpan<int> multipliers, ReadOnlySpan<int> shifts, int zero, bool twice,
        Span<int> slopes, Span<int> offsets, Span<int> raised)
    {
        var constant = Vector128.Create(zero * GuardBand.One + GuardBand.One / 2);
        int last = biases.Length - Vector128<int>.Count;
        var largest = Vector128<float>.Zero;
        var refused = Vector128<int>.Zero;
        for (int i = 0; ; i = Math.Min(i + Vector128<int>.Count, last))
        {
            var (multiplier, shift) = (Vector128.Create(multipliers[i..]), Vector128.Create(shifts[i..]));
            var used = ~Vector128.Equals(multiplier, Vector128<int>.Zero);
            var ties = Vector128.Equals(multiplier & Vector128.Create((1 << TieBits) - 1), Vector128<int>.Zero)
                & Vector128.GreaterThanOrEqual(shift, Vector128.Create(-TieShift));
            refused |= used & (ties | Vector128.LessThan(shift, Vector128.Create(-LargestShift)));
            var product = Vector128.ConvertToSingle(multiplier) * PowerOfTwo(shift - Vector128.Create(15));
            var shifted = Vector128.ConvertToSingle(Vector128.Create(biases[i..])) * product;
            var step = twice ? Vector128.ConvertToInt32(PowerOfTwo(shift + Vector128.Create(16))) & used : Vector128<int>.Zero;
            var half = Vector128.ShiftRightArithmetic(step, 1);
            shifted &= used.AsSingle();
            (product.AsInt32() & used).CopyTo(slopes[i..]);
            (shifted + Vector128.ConvertToSingle(constant - half)).AsInt32().CopyTo(offsets[i..]);
            (shifted + Vector128.ConvertToSingle(constant + half)).AsInt32().CopyTo(raised[i..]);
            largest = Vector128.Max(largest, Vector128.Abs(shifted));
            if (i == last) break;
        }

        if (refused != Vector128<int>.Zero || !GuardBand.TryBits(Largest(largest) * (1.75 / (1 << 22)) + 4.2, out int bits)) return 0;
        foreach (ref float offset in MemoryMarshal.Cast<int, float>(offsets)) offset += 1 << (bits - 1);
        foreach (ref float offset in MemoryMarshal.Cast<int, float>(raised)) offset += 1 << (bits - 1);
        return bits;
    }

    private static float Largest(Vector128<float> values) => MathF.Max(MathF.Max(values[0], values[1]), MathF.Max(values[2], values[3]));

    /// <summary>2^exponent for exponents that float32 has.</summary>
    private static Vector128<float> PowerOfTwo(Vector128<int> exponents) =>
        Vector128.ShiftLeft(exponents + Vector128.Create(127), 23).AsSingle();
}
