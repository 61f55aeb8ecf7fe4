using System.Runtime.CompilerServices;

namespace NpuSim.Kernels;

/// <summary>Rounding of approximate results, with certainty: a result in 16.16 fixed point is rounded down to an int8, unless a step of the
/// exact result may lie between it and the exact value.</summary>
/// <remarks>
/// The approximation carries half the band's width as an addend, and differs from the exact value by less than that. So it lies above the
/// exact value by less than the width, and where its fraction is at least the width, both have the same integer part. Approximations beyond
/// int32 become −2^31, whose fraction is 0: they are uncertain. What is uncertain is worked out anew by an exact form.
/// </remarks>
internal readonly struct GuardBand<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    private readonly bool bounded;
    private readonly TVector outside, low, high;

    /// <param name="bits">Binary logarithm of the width, in steps of 2^−16 (<see cref="GuardBand.TryBits"/>).</param>
    /// <param name="clampMin">Smallest result, an int8.</param>
    /// <param name="clampMax">Largest result, an int8.</param>
    internal GuardBand(int bits, int clampMin, int clampMax)
    {
        outside = TLanes.Fill(ushort.MaxValue & ~((1 << bits) - 1));
        bounded = clampMin > sbyte.MinValue || clampMax < sbyte.MaxValue;
        (low, high) = (TLanes.Fill((sbyte)clampMin), TLanes.Fill((sbyte)clampMax));
    }

    /// <summary>All four vectors are certain.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool IsCertain(TVector a, TVector b, TVector c, TVector d) => !TLanes.HasZero(TLanes.And(outside,
        TLanes.MinUnsignedShorts(TLanes.MinUnsignedShorts(a, b), TLanes.MinUnsignedShorts(c, d))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal TVector Bound(TVector bytes) => bounded ? TLanes.BoundBytes(bytes, low, high) : bytes;
}

/// <summary>Widths of guard bands.</summary>
internal static class GuardBand
{
    /// <summary>Fixed-point steps of a result's step.</summary>
    internal const int One = 1 << 16;

    /// <summary>Binary logarithms of the narrowest and the widest band; in a wider one too much would be uncertain.</summary>
    private const int FewestBits = 3, MostBits = 7;

    /// <summary>The narrowest band whose half is more than an error, in steps of 2^−16; false where there is none.</summary>
    internal static bool TryBits(double error, out int bits)
    {
        for (bits = FewestBits; bits <= MostBits; bits++)
        {
            if (error < 1 << (bits - 1)) return true;
        }

        return false;
    }
}
