using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NpuSim.Kernels;

/// <summary>Dot products of four unsigned bytes with four int8 weights in every int32 lane, exact modulo 2^32: one instruction of
/// AVX-VNNI.</summary>
internal static class ByteDotProduct
{
    /// <summary>What activations are raised by before they become unsigned bytes.</summary>
    internal const int Offset = 128;

    /// <summary>sum[i] + Σ_{j&lt;4} x[4i + j]·w[4i + j].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<int> MultiplyAdd(Vector256<int> sum, Vector256<byte> x, Vector256<sbyte> w) =>
        AvxVnni.MultiplyWideningAndAdd(sum, x, w);
}
