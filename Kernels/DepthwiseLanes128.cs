using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NpuSim.Kernels;

/// <summary>Pairs of int16 of 8 channels.</summary>
internal readonly struct DepthwisePairs128(Vector128<short> lower, Vector128<short> upper)
{
    internal readonly Vector128<short> Lower = lower;
    internal readonly Vector128<short> Upper = upper;
}

/// <summary>Sums of 8 channels.</summary>
internal readonly struct DepthwiseSums128(Vector128<int> lower, Vector128<int> upper)
{
    internal readonly Vector128<int> Lower = lower;
    internal readonly Vector128<int> Upper = upper;
}

/// <summary>8 channels in 128-bit vectors, for SSE4.1 and AdvSimd alike.</summary>
internal readonly unsafe struct DepthwiseLanes128 : IDepthwiseLanes<DepthwisePairs128, DepthwiseSums128>
{
    private const int Lanes = 4;

    public static int Channels => 2 * Lanes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwisePairs128 Load(sbyte* first, sbyte* second)
    {
        var x0 = Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(long*)first).AsSByte());
        var x1 = Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(long*)second).AsSByte());
        return new(Adjacent.InterleaveLower(x0, x1), Adjacent.InterleaveUpper(x0, x1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwisePairs128 Weights(short* w) => new(Vector128.Load(w), Vector128.Load(w + 2 * Lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwiseSums128 Sums(int* sums) => new(Vector128.Load(sums), Vector128.Load(sums + Lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwiseSums128 Add(DepthwiseSums128 sums, DepthwisePairs128 x, DepthwisePairs128 w) =>
        new(sums.Lower + Adjacent.MultiplyAdd(x.Lower, w.Lower), sums.Upper + Adjacent.MultiplyAdd(x.Upper, w.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(DepthwiseSums128 sums, int* acc, bool accumulate)
    {
        if (accumulate) sums = new(sums.Lower + Vector128.Load(acc), sums.Upper + Vector128.Load(acc + Lanes));
        sums.Lower.Store(acc);
        sums.Upper.Store(acc + Lanes);
    }
}
