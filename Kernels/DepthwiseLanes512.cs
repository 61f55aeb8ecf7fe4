using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NpuSim.Kernels;

/// <summary>Pairs of int16 of 32 channels: the upper and middle row in two vectors, the lower row in two more.</summary>
internal readonly struct DepthwiseColumn512(Vector512<short> pair0, Vector512<short> pair1, Vector512<short> single0, Vector512<short> single1)
{
    internal readonly Vector512<short> Pair0 = pair0;
    internal readonly Vector512<short> Pair1 = pair1;
    internal readonly Vector512<short> Single0 = single0;
    internal readonly Vector512<short> Single1 = single1;
}

/// <summary>Sums of 32 channels.</summary>
internal readonly struct DepthwiseSums512(Vector512<int> lower, Vector512<int> upper)
{
    internal readonly Vector512<int> Lower = lower;
    internal readonly Vector512<int> Upper = upper;
}

/// <summary>32 channels in 512-bit vectors: AVX-512 BW.</summary>
internal readonly unsafe struct DepthwiseLanes512 : IDepthwiseLanes<DepthwiseColumn512, DepthwiseSums512>
{
    private const int Lanes = 16;

    public static int Channels => 2 * Lanes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwiseColumn512 Load(sbyte* top, nint middle, nint bottom)
    {
        // Interleaving works within 128-bit halves; with the middle quarters swapped, channels come out in order.
        var x0 = Avx2.Permute4x64(Vector256.Load(top).AsInt64(), 0b11_01_10_00).AsSByte();
        var x1 = Avx2.Permute4x64(Vector256.Load(top + middle).AsInt64(), 0b11_01_10_00).AsSByte();
        return new(Avx512BW.ConvertToVector512Int16(Avx2.UnpackLow(x0, x1)), Avx512BW.ConvertToVector512Int16(Avx2.UnpackHigh(x0, x1)),
            Avx512F.ConvertToVector512Int32(Vector128.Load(top + bottom)).AsInt16(),
            Avx512F.ConvertToVector512Int32(Vector128.Load(top + bottom + Lanes)).AsInt16());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwiseColumn512 Weights(short* w)
    {
        short* second = w + DepthwiseWeights.BlockElements;
        return new(Vector512.Load(w), Vector512.Load(second), Vector512.Load(w + DepthwiseWeights.BottomElements),
            Vector512.Load(second + DepthwiseWeights.BottomElements));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwiseSums512 Load(int* sums) => new(Vector512.Load(sums), Vector512.Load(sums + Lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwiseSums512 Add(DepthwiseSums512 sums, DepthwiseColumn512 x, DepthwiseColumn512 w) =>
        new(sums.Lower + Avx512BW.MultiplyAddAdjacent(x.Pair0, w.Pair0) + Avx512BW.MultiplyAddAdjacent(x.Single0, w.Single0),
            sums.Upper + Avx512BW.MultiplyAddAdjacent(x.Pair1, w.Pair1) + Avx512BW.MultiplyAddAdjacent(x.Single1, w.Single1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(DepthwiseSums512 sums, int* acc, bool accumulate)
    {
        if (accumulate) sums = new(sums.Lower + Vector512.Load(acc), sums.Upper + Vector512.Load(acc + Lanes));
        sums.Lower.Store(acc);
        sums.Upper.Store(acc + Lanes);
    }
}
