using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NpuSim.Kernels;

/// <summary>Pairs of int16 of 16 channels: the upper and middle row in two vectors, the lower row in two more.</summary>
internal readonly struct DepthwiseColumn256(Vector256<short> pair0, Vector256<short> pair1, Vector256<short> single0, Vector256<short> single1)
{
    internal readonly Vector256<short> Pair0 = pair0;
    internal readonly Vector256<short> Pair1 = pair1;
    internal readonly Vector256<short> Single0 = single0;
    internal readonly Vector256<short> Single1 = single1;
}

/// <summary>Sums of 16 channels.</summary>
internal readonly struct DepthwiseSums256(Vector256<int> lower, Vector256<int> upper)
{
    internal readonly Vector256<int> Lower = lower;
    internal readonly Vector256<int> Upper = upper;
}

/// <summary>16 channels in 256-bit vectors: AVX2.</summary>
internal readonly unsafe struct DepthwiseLanes256 : IDepthwiseLanes<DepthwiseColumn256, DepthwiseSums256>
{
    private const int Lanes = 8;

    public static int Channels => 2 * Lanes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwiseColumn256 Load(sbyte* top, nint middle, nint bottom)
    {
        // Bytes are interleaved before they are widened, so that channels stay in order. The lower row, widened to int32, is a pair whose
        // second value meets a zero weight.
        var (x0, x1) = (Vector128.Load(top), Vector128.Load(top + middle));
        return new(Avx2.ConvertToVector256Int16(Sse2.UnpackLow(x0, x1)), Avx2.ConvertToVector256Int16(Sse2.UnpackHigh(x0, x1)),
            Avx2.ConvertToVector256Int32(top + bottom).AsInt16(), Avx2.ConvertToVector256Int32(top + bottom + Lanes).AsInt16());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwiseColumn256 Weights(short* w)
    {
        short* bottom = w + DepthwiseWeights.BottomElements;
        return new(Vector256.Load(w), Vector256.Load(w + 2 * Lanes), Vector256.Load(bottom), Vector256.Load(bottom + 2 * Lanes));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwiseSums256 Load(int* sums) => new(Vector256.Load(sums), Vector256.Load(sums + Lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwiseSums256 Add(DepthwiseSums256 sums, DepthwiseColumn256 x, DepthwiseColumn256 w) =>
        new(sums.Lower + Avx2.MultiplyAddAdjacent(x.Pair0, w.Pair0) + Avx2.MultiplyAddAdjacent(x.Single0, w.Single0),
            sums.Upper + Avx2.MultiplyAddAdjacent(x.Pair1, w.Pair1) + Avx2.MultiplyAddAdjacent(x.Single1, w.Single1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(DepthwiseSums256 sums, int* acc, bool accumulate)
    {
        if (accumulate) sums = new(sums.Lower + Vector256.Load(acc), sums.Upper + Vector256.Load(acc + Lanes));
        sums.Lower.Store(acc);
        sums.Upper.Store(acc + Lanes);
    }
}
