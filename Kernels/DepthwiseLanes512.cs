using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NpuSim.Kernels;

/// <summary>Pairs of int16 of 32 channels.</summary>
internal readonly struct DepthwisePairs512(Vector512<short> lower, Vector512<short> upper)
{
    internal readonly Vector512<short> Lower = lower;
    internal readonly Vector512<short> Upper = upper;
}

/// <summary>Sums of 32 channels.</summary>
internal readonly struct DepthwiseSums512(Vector512<int> lower, Vector512<int> upper)
{
    internal readonly Vector512<int> Lower = lower;
    internal readonly Vector512<int> Upper = upper;
}

/// <summary>32 channels, two blocks of weights, in 512-bit vectors: AVX-512 BW.</summary>
internal readonly unsafe struct DepthwiseLanes512 : IDepthwiseLanes<DepthwisePairs512, DepthwiseSums512>
{
    private const int Lanes = 16;

    public static int Channels => 2 * Lanes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwisePairs512 Load(sbyte* first, sbyte* second)
    {
        // Interleaving works within 128-bit halves; with the middle quarters swapped, channels come out in order.
        const byte Swapped = 0b11_01_10_00;
        var x0 = Avx2.Permute4x64(Vector256.Load(first).AsInt64(), Swapped).AsSByte();
        var x1 = Avx2.Permute4x64(Vector256.Load(second).AsInt64(), Swapped).AsSByte();
        return new(Avx512BW.ConvertToVector512Int16(Avx2.UnpackLow(x0, x1)), Avx512BW.ConvertToVector512Int16(Avx2.UnpackHigh(x0, x1)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwisePairs512 Weights(short* w) => new(Vector512.Load(w), Vector512.Load(w + DepthwiseWeights.BlockElements));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwiseSums512 Sums(int* sums) => new(Vector512.Load(sums), Vector512.Load(sums + Lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwiseSums512 Add(DepthwiseSums512 sums, DepthwisePairs512 x, DepthwisePairs512 w) =>
        new(sums.Lower + Avx512BW.MultiplyAddAdjacent(x.Lower, w.Lower), sums.Upper + Avx512BW.MultiplyAddAdjacent(x.Upper, w.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(DepthwiseSums512 sums, int* acc, bool accumulate)
    {
        if (accumulate) sums = new(sums.Lower + Vector512.Load(acc), sums.Upper + Vector512.Load(acc + Lanes));
        sums.Lower.Store(acc);
        sums.Upper.Store(acc + Lanes);
    }
}
