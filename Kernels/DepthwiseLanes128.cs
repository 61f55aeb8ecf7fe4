using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NpuSim.Kernels;

/// <summary>Pairs of int16 of 8 channels: the upper and middle row in two vectors, the lower row in two more.</summary>
internal readonly struct DepthwiseColumn128(Vector128<short> pair0, Vector128<short> pair1, Vector128<short> single0, Vector128<short> single1)
{
    internal readonly Vector128<short> Pair0 = pair0;
    internal readonly Vector128<short> Pair1 = pair1;
    internal readonly Vector128<short> Single0 = single0;
    internal readonly Vector128<short> Single1 = single1;
}

/// <summary>Sums of 8 channels.</summary>
internal readonly struct DepthwiseSums128(Vector128<int> lower, Vector128<int> upper)
{
    internal readonly Vector128<int> Lower = lower;
    internal readonly Vector128<int> Upper = upper;
}

/// <summary>8 channels in 128-bit vectors, for SSE4.1 and AdvSimd alike.</summary>
internal readonly unsafe struct DepthwiseLanes128 : IDepthwiseLanes<DepthwiseColumn128, DepthwiseSums128>
{
    private const int Lanes = 4;

    public static int Channels => 2 * Lanes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwiseColumn128 Load(sbyte* top, nint middle, nint bottom)
    {
        var x0 = Vector128.WidenLower(Vector128.Load(top));
        var x1 = Vector128.WidenLower(Vector128.Load(top + middle));
        var x2 = Vector128.WidenLower(Vector128.Load(top + bottom));
        // Widened to int32, the lower row is a pair whose second value meets a zero weight.
        return new(Adjacent.InterleaveLower(x0, x1), Adjacent.InterleaveUpper(x0, x1), Vector128.WidenLower(x2).AsInt16(),
            Vector128.WidenUpper(x2).AsInt16());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwiseColumn128 Weights(short* w)
    {
        short* bottom = w + DepthwiseWeights.BottomElements;
        return new(Vector128.Load(w), Vector128.Load(w + 2 * Lanes), Vector128.Load(bottom), Vector128.Load(bottom + 2 * Lanes));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwiseSums128 Load(int* sums) => new(Vector128.Load(sums), Vector128.Load(sums + Lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwiseSums128 Add(DepthwiseSums128 sums, DepthwiseColumn128 x, DepthwiseColumn128 w) =>
        new(sums.Lower + Adjacent.MultiplyAdd(x.Pair0, w.Pair0) + Adjacent.MultiplyAdd(x.Single0, w.Single0),
            sums.Upper + Adjacent.MultiplyAdd(x.Pair1, w.Pair1) + Adjacent.MultiplyAdd(x.Single1, w.Single1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(DepthwiseSums128 sums, int* acc, bool accumulate)
    {
        if (accumulate) sums = new(sums.Lower + Vector128.Load(acc), sums.Upper + Vector128.Load(acc + Lanes));
        sums.Lower.Store(acc);
        sums.Upper.Store(acc + Lanes);
    }
}
