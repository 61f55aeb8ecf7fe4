using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NpuSim.Kernels;

/// <summary>Pairs of int16 of 8 channels: upper and middle tap, lower tap and the one before it.</summary>
internal readonly struct DepthwiseColumn128(
    Vector128<short> upper0, Vector128<short> upper1, Vector128<short> lower0, Vector128<short> lower1)
{
    internal readonly Vector128<short> Upper0 = upper0;
    internal readonly Vector128<short> Upper1 = upper1;
    internal readonly Vector128<short> Lower0 = lower0;
    internal readonly Vector128<short> Lower1 = lower1;
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
    public static DepthwiseColumn128 LoadOuter(sbyte* x, nint middle, nint bottom, nint before)
    {
        var (upper0, upper1) = Pairs(x, x + middle);
        var (lower0, lower1) = Pairs(x + before, x + bottom);
        return new(upper0, upper1, lower0, lower1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwiseColumn128 LoadInner(sbyte* x, nint middle, nint bottom)
    {
        var (upper0, upper1) = Pairs(x, x + middle);
        return new(upper0, upper1, default, default);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwiseColumn128 Weights(short* weights, int k, int column)
    {
        short* upper = DepthwiseWeights.Upper(weights, k, column), lower = DepthwiseWeights.Lower(weights, k, column);
        return new(Vector128.Load(upper), Vector128.Load(upper + 2 * Lanes), Vector128.Load(lower), Vector128.Load(lower + 2 * Lanes));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwiseSums128 Sums(int* sums) => new(Vector128.Load(sums), Vector128.Load(sums + Lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwiseSums128 AddOuter(DepthwiseSums128 sums, DepthwiseColumn128 x, DepthwiseColumn128 w) =>
        new(sums.Lower + Adjacent.MultiplyAdd(x.Upper0, w.Upper0) + Adjacent.MultiplyAdd(x.Lower0, w.Lower0),
            sums.Upper + Adjacent.MultiplyAdd(x.Upper1, w.Upper1) + Adjacent.MultiplyAdd(x.Lower1, w.Lower1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwiseSums128 AddInner(DepthwiseSums128 sums, DepthwiseColumn128 x, DepthwiseColumn128 w) =>
        new(sums.Lower + Adjacent.MultiplyAdd(x.Upper0, w.Upper0), sums.Upper + Adjacent.MultiplyAdd(x.Upper1, w.Upper1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(DepthwiseSums128 sums, int* acc, bool accumulate)
    {
        if (accumulate) sums = new(sums.Lower + Vector128.Load(acc), sums.Upper + Vector128.Load(acc + Lanes));
        sums.Lower.Store(acc);
        sums.Upper.Store(acc + Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector128<short> Lower, Vector128<short> Upper) Pairs(sbyte* first, sbyte* second)
    {
        var x0 = Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(long*)first).AsSByte());
        var x1 = Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(long*)second).AsSByte());
        return (Interleave.Lower(x0, x1), Interleave.Upper(x0, x1));
    }
}
