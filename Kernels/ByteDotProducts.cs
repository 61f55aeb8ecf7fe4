using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NpuSim.Kernels;

/// <summary>Dot products of four bytes with four int8 weights in every int32 lane, exact modulo 2^32.</summary>
internal interface IByteDotProduct
{
    /// <summary>What activations are raised by before they become bytes: 128 for unsigned bytes, 0 for signed ones.</summary>
    static abstract int Offset { get; }

    /// <summary>sum[i] + Σ_{j&lt;4} x[4i + j]·w[4i + j].</summary>
    static abstract Vector256<int> MultiplyAdd(Vector256<int> sum, Vector256<byte> x, Vector256<sbyte> w);
}

/// <summary>One instruction on unsigned bytes: AVX-VNNI.</summary>
internal readonly struct VnniDotProduct : IByteDotProduct
{
    public static int Offset => 128;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> MultiplyAdd(Vector256<int> sum, Vector256<byte> x, Vector256<sbyte> w) =>
        AvxVnni.MultiplyWideningAndAdd(sum, x, w);
}

/// <summary>Bytes at even and odd places as int16, multiplied pair by pair: AVX2. The bytes are signed.</summary>
/// <remarks>Multiply-add of unsigned with signed bytes (vpmaddubsw) would be shorter, but its int16 sums saturate.</remarks>
internal readonly struct Avx2DotProduct : IByteDotProduct
{
    public static int Offset => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> MultiplyAdd(Vector256<int> sum, Vector256<byte> x, Vector256<sbyte> w) =>
        sum + Avx2.MultiplyAddAdjacent(Even(x.AsInt16()), Even(w.AsInt16())) + Avx2.MultiplyAddAdjacent(Odd(x.AsInt16()), Odd(w.AsInt16()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Even(Vector256<short> bytes) => Vector256.ShiftRightArithmetic(bytes << 8, 8);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Odd(Vector256<short> bytes) => Vector256.ShiftRightArithmetic(bytes, 8);
}
