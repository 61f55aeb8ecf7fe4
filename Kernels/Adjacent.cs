using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace NpuSim.Kernels;

/// <summary>Multiply-adds of adjacent int16 pairs, and how pairs are made, in 128-bit vectors on either instruction set.</summary>
internal static class Adjacent
{
    /// <summary>result[i] = a[2i]·b[2i] + a[2i+1]·b[2i+1] in int32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<int> MultiplyAdd(Vector128<short> a, Vector128<short> b)
    {
        if (Sse2.IsSupported) return Sse2.MultiplyAddAdjacent(a, b);
        var lower = AdvSimd.MultiplyWideningLower(a.GetLower(), b.GetLower());
        return AdvSimd.Arm64.AddPairwise(lower, AdvSimd.MultiplyWideningUpper(a, b));
    }
}
