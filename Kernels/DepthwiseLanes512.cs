using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NpuSim.Kernels;

/// <summary>Pairs of int16 of 32 channels: upper and middle tap, lower tap and the one before it.</summary>
internal readonly struct DepthwiseColumn512(
    Vector512<short> upper0, Vector512<short> upper1, Vector512<short> lower0, Vector512<short> lower1)
{
    internal readonly Vector512<short> Upper0 = upper0;
    internal readonly Vector512<short> Upper1 = upper1;
    internal readonly Vector512<short> Lower0 = lower0;
    internal readonly Vector512<short> Lower1 = lower1;
}

/// <summary>Sums of 32 channels.</summary>
internal readonly struct DepthwiseSums512(Vector512<int> lower, Vector512<int> upper)
{
    internal readonly Vector512<int> Lower = lower;
    internal readonly Vector512<int> Upper = upper;
}

/// <summary>32 channels, two blocks of weights, in 512-bit vectors: AVX-512 BW.</summary>
internal readonly unsafe struct DepthwiseLanes512 : IDepthwiseLanes<DepthwiseColumn512, DepthwiseSums512>
{
    private const int Lanes = 16;

    public static int Channels => 2 * Lanes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwiseColumn512 LoadOuter(sbyte* x, nint middle, nint bottom, nint before)
    {
        var (upper0, upper1) = Pairs(x, x + middle);
        var (lower0, lower1) = Pairs(x + before, x + bottom);
        return new(upper0, upper1, lower0, lower1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwiseColumn512 LoadInner(sbyte* x, nint middle, nint bottom)
    {
        var (upper0, upper1) = Pairs(x, x + middle);
        return new(upper0, upper1, default, default);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwiseColumn512 Weights(short* weights, int k, int column)
    {
        short* upper = DepthwiseWeights.Upper(weights, k, column), lower = DepthwiseWeights.Lower(weights, k, column);
        return new(Vector512.Load(upper), Vector512.Load(upper + DepthwiseWeights.BlockElements),
            Vector512.Load(lower), Vector512.Load(lower + DepthwiseWeights.BlockElements));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwiseSums512 Sums(int* sums) => new(Vector512.Load(sums), Vector512.Load(sums + Lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwiseSums512 AddOuter(DepthwiseSums512 sums, DepthwiseColumn512 x, DepthwiseColumn512 w) =>
        new(sums.Lower + Avx512BW.MultiplyAddAdjacent(x.Upper0, w.Upper0) + Avx512BW.MultiplyAddAdjacent(x.Lower0, w.Lower0),
            sums.Upper + Avx512BW.MultiplyAddAdjacent(x.Upper1, w.Upper1) + Avx512BW.MultiplyAddAdjacent(x.Lower1, w.Lower1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwiseSums512 AddInner(DepthwiseSums512 sums, DepthwiseColumn512 x, DepthwiseColumn512 w) =>
        new(sums.Lower + Avx512BW.MultiplyAddAdjacent(x.Upper0, w.Upper0), sums.Upper + Avx512BW.MultiplyAddAdjacent(x.Upper1, w.Upper1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(DepthwiseSums512 sums, int* acc, bool accumulate)
    {
        if (accumulate) sums = new(sums.Lower + Vector512.Load(acc), sums.Upper + Vector512.Load(acc + Lanes));
        sums.Lower.Store(acc);
        sums.Upper.Store(acc + Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<short> Lower, Vector512<short> Upper) Pairs(sbyte* first, sbyte* second)
    {
        // Interleaving works within 128-bit halves; with the middle quarters swapped, channels come out in order.
        const byte Swapped = 0b11_01_10_00;
        var x0 = Avx2.Permute4x64(Vector256.Load(first).AsInt64(), Swapped).AsSByte();
        var x1 = Avx2.Permute4x64(Vector256.Load(second).AsInt64(), Swapped).AsSByte();
        return (Avx512BW.ConvertToVector512Int16(Avx2.UnpackLow(x0, x1)), Avx512BW.ConvertToVector512Int16(Avx2.UnpackHigh(x0, x1)));
    }
}
