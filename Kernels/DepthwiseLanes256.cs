using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NpuSim.Kernels;

/// <summary>Pairs of int16 of 16 channels: upper and middle tap, lower tap and the one before it.</summary>
internal readonly struct DepthwiseColumn256(
    Vector256<short> upper0, Vector256<short> upper1, Vector256<short> lower0, Vector256<short> lower1)
{
    internal readonly Vector256<short> Upper0 = upper0;
    internal readonly Vector256<short> Upper1 = upper1;
    internal readonly Vector256<short> Lower0 = lower0;
    internal readonly Vector256<short> Lower1 = lower1;
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
    public static DepthwiseColumn256 LoadOuter(sbyte* x, nint middle, nint bottom, nint before)
    {
        var (upper0, upper1) = Pairs(x, x + middle);
        var (lower0, lower1) = Pairs(x + before, x + bottom);
        return new(upper0, upper1, lower0, lower1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwiseColumn256 LoadInner(sbyte* x, nint middle, nint bottom)
    {
        var (upper0, upper1) = Pairs(x, x + middle);
        return new(upper0, upper1, default, default);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwiseColumn256 Weights(short* weights, int k, int column)
    {
        short* upper = DepthwiseWeights.Upper(weights, k, column), lower = DepthwiseWeights.Lower(weights, k, column);
        return new(Vector256.Load(upper), Vector256.Load(upper + 2 * Lanes), Vector256.Load(lower), Vector256.Load(lower + 2 * Lanes));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwiseSums256 Sums(int* sums) => new(Vector256.Load(sums), Vector256.Load(sums + Lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwiseSums256 AddOuter(DepthwiseSums256 sums, DepthwiseColumn256 x, DepthwiseColumn256 w) =>
        new(sums.Lower + Avx2.MultiplyAddAdjacent(x.Upper0, w.Upper0) + Avx2.MultiplyAddAdjacent(x.Lower0, w.Lower0),
            sums.Upper + Avx2.MultiplyAddAdjacent(x.Upper1, w.Upper1) + Avx2.MultiplyAddAdjacent(x.Lower1, w.Lower1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwiseSums256 AddInner(DepthwiseSums256 sums, DepthwiseColumn256 x, DepthwiseColumn256 w) =>
        new(sums.Lower + Avx2.MultiplyAddAdjacent(x.Upper0, w.Upper0), sums.Upper + Avx2.MultiplyAddAdjacent(x.Upper1, w.Upper1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(DepthwiseSums256 sums, int* acc, bool accumulate)
    {
        if (accumulate) sums = new(sums.Lower + Vector256.Load(acc), sums.Upper + Vector256.Load(acc + Lanes));
        sums.Lower.Store(acc);
        sums.Upper.Store(acc + Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<short> Lower, Vector256<short> Upper) Pairs(sbyte* first, sbyte* second)
    {
        // Interleaved before they are widened, channels stay in order.
        var (x0, x1) = (Vector128.Load(first), Vector128.Load(second));
        return (Avx2.ConvertToVector256Int16(Sse2.UnpackLow(x0, x1)), Avx2.ConvertToVector256Int16(Sse2.UnpackHigh(x0, x1)));
    }
}
