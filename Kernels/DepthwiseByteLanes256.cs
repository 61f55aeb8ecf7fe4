using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NpuSim.Kernels;

/// <summary>Four values of each of 32 channels, channels 4i … 4i + 3 in the lower half of vector i and 16 + 4i … 16 + 4i + 3 in the upper:
/// three taps above one another as unsigned bytes, or sums.</summary>
internal readonly struct DepthwiseQuads256(Vector256<int> v0, Vector256<int> v1, Vector256<int> v2, Vector256<int> v3)
{
    internal readonly Vector256<int> V0 = v0;
    internal readonly Vector256<int> V1 = v1;
    internal readonly Vector256<int> V2 = v2;
    internal readonly Vector256<int> V3 = v3;
}

/// <summary>32 channels in 256-bit vectors of four-byte dot products: AVX-VNNI.</summary>
internal readonly unsafe struct DepthwiseByteLanes256 : IDepthwiseLanes<DepthwiseQuads256, DepthwiseQuads256>
{
    private const int Lanes = 8;
    private const int Half = 2 * Lanes;

    public static int Channels => 4 * Lanes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwiseQuads256 LoadOuter(sbyte* x, nint middle, nint bottom, nint before) => LoadInner(x, middle, bottom);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwiseQuads256 LoadInner(sbyte* x, nint middle, nint bottom)
    {
        // Raising by 128 flips the sign bit. The fourth byte repeats the third and meets a zero weight.
        var flip = Vector256.Create((byte)ByteDotProduct.Offset);
        var x0 = Vector256.Load((byte*)x) ^ flip;
        var x1 = Vector256.Load((byte*)x + middle) ^ flip;
        var x2 = Vector256.Load((byte*)x + bottom) ^ flip;
        var (upper0, upper1) = (Avx2.UnpackLow(x0, x1).AsInt16(), Avx2.UnpackHigh(x0, x1).AsInt16());
        var (lower0, lower1) = (Avx2.UnpackLow(x2, x2).AsInt16(), Avx2.UnpackHigh(x2, x2).AsInt16());
        return new(Avx2.UnpackLow(upper0, lower0).AsInt32(), Avx2.UnpackHigh(upper0, lower0).AsInt32(),
            Avx2.UnpackLow(upper1, lower1).AsInt32(), Avx2.UnpackHigh(upper1, lower1).AsInt32());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwiseQuads256 Weights(short* weights, int k, int column) => Halves(
        (int*)DepthwiseByteWeights.Place(weights, k, column),
        (int*)DepthwiseByteWeights.Place(weights, k + WeightLayout.OutputBlock, column));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwiseQuads256 Sums(int* sums) => Halves(sums, sums + Half);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwiseQuads256 AddOuter(DepthwiseQuads256 sums, DepthwiseQuads256 x, DepthwiseQuads256 w) => AddInner(sums, x, w);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwiseQuads256 AddInner(DepthwiseQuads256 sums, DepthwiseQuads256 x, DepthwiseQuads256 w) =>
        new(Dot(sums.V0, x.V0, w.V0), Dot(sums.V1, x.V1, w.V1), Dot(sums.V2, x.V2, w.V2), Dot(sums.V3, x.V3, w.V3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(DepthwiseQuads256 sums, int* acc, bool accumulate)
    {
        const byte Lower = 0x20, Upper = 0x31;
        Put(Avx2.Permute2x128(sums.V0, sums.V1, Lower), acc, accumulate);
        Put(Avx2.Permute2x128(sums.V2, sums.V3, Lower), acc + Lanes, accumulate);
        Put(Avx2.Permute2x128(sums.V0, sums.V1, Upper), acc + Half, accumulate);
        Put(Avx2.Permute2x128(sums.V2, sums.V3, Upper), acc + Half + Lanes, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static DepthwiseQuads256 Halves(int* lower, int* upper) => new(
        Vector256.Create(Vector128.Load(lower), Vector128.Load(upper)),
        Vector256.Create(Vector128.Load(lower + 4), Vector128.Load(upper + 4)),
        Vector256.Create(Vector128.Load(lower + 8), Vector128.Load(upper + 8)),
        Vector256.Create(Vector128.Load(lower + 12), Vector128.Load(upper + 12)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Dot(Vector256<int> sums, Vector256<int> x, Vector256<int> w) =>
        AvxVnni.MultiplyWideningAndAdd(sums, x.AsByte(), w.AsSByte());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(Vector256<int> sums, int* acc, bool accumulate) => (accumulate ? sums + Vector256.Load(acc) : sums).Store(acc);
}
