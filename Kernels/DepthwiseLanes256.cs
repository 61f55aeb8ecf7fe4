using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NpuSim.Kernels;

/// <summary>Pairs of int16 of 16 channels.</summary>
internal readonly struct DepthwisePairs256(Vector256<short> lower, Vector256<short> upper)
{
    internal readonly Vector256<short> Lower = lower;
    internal readonly Vector256<short> Upper = upper;
}

/// <summary>Sums of 16 channels.</summary>
internal readonly struct DepthwiseSums256(Vector256<int> lower, Vector256<int> upper)
{
    internal readonly Vector256<int> Lower = lower;
    internal readonly Vector256<int> Upper = upper;
}

/// <summary>16 channels in 256-bit vectors: AVX2.</summary>
internal readonly unsafe struct DepthwiseLanes256 : IDepthwiseLanes<DepthwisePairs256, DepthwiseSums256>
{
    private const int Lanes = 8;

    public static int Channels => 2 * Lanes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwisePairs256 Load(sbyte* first, sbyte* second)
    {
        // Interleaved before they are widened, channels stay in order.
        var (x0, x1) = (Vector128.Load(first), Vector128.Load(second));
        return new(Avx2.ConvertToVector256Int16(Sse2.UnpackLow(x0, x1)), Avx2.ConvertToVector256Int16(Sse2.UnpackHigh(x0, x1)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwisePairs256 Weights(short* w) => new(Vector256.Load(w), Vector256.Load(w + 2 * Lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwiseSums256 Sums(int* sums) => new(Vector256.Load(sums), Vector256.Load(sums + Lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwiseSums256 Add(DepthwiseSums256 sums, DepthwisePairs256 x, DepthwisePairs256 w) =>
        new(sums.Lower + Avx2.MultiplyAddAdjacent(x.Lower, w.Lower), sums.Upper + Avx2.MultiplyAddAdjacent(x.Upper, w.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(DepthwiseSums256 sums, int* acc, bool accumulate)
    {
        if (accumulate) sums = new(sums.Lower + Vector256.Load(acc), sums.Upper + Vector256.Load(acc + Lanes));
        sums.Lower.Store(acc);
        sums.Upper.Store(acc + Lanes);
    }
}
