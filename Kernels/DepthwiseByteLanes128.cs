using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NpuSim.Kernels;

/// <summary>Four values of each of 16 channels, channels 4i … 4i + 3 in vector i: three taps above one another as unsigned bytes, or
/// sums.</summary>
internal readonly struct DepthwiseQuads128(Vector128<int> v0, Vector128<int> v1, Vector128<int> v2, Vector128<int> v3)
{
    internal readonly Vector128<int> V0 = v0;
    internal readonly Vector128<int> V1 = v1;
    internal readonly Vector128<int> V2 = v2;
    internal readonly Vector128<int> V3 = v3;
}

/// <summary>16 channels in 128-bit vectors of four-byte dot products: AVX-VNNI.</summary>
internal readonly unsafe struct DepthwiseByteLanes128 : IDepthwiseLanes<DepthwiseQuads128, DepthwiseQuads128>
{
    private const int Lanes = 4;

    public static int Channels => 4 * Lanes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwiseQuads128 LoadOuter(sbyte* x, nint middle, nint bottom, nint before) => LoadInner(x, middle, bottom);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwiseQuads128 LoadInner(sbyte* x, nint middle, nint bottom)
    {
        // Raising by 128 flips the sign bit. The fourth byte repeats the third and meets a zero weight.
        var flip = Vector128.Create((byte)ByteDotProduct.Offset);
        var x0 = Vector128.Load((byte*)x) ^ flip;
        var x1 = Vector128.Load((byte*)x + middle) ^ flip;
        var x2 = Vector128.Load((byte*)x + bottom) ^ flip;
        var (upper0, upper1) = (Sse2.UnpackLow(x0, x1).AsInt16(), Sse2.UnpackHigh(x0, x1).AsInt16());
        var (lower0, lower1) = (Sse2.UnpackLow(x2, x2).AsInt16(), Sse2.UnpackHigh(x2, x2).AsInt16());
        return new(Sse2.UnpackLow(upper0, lower0).AsInt32(), Sse2.UnpackHigh(upper0, lower0).AsInt32(),
            Sse2.UnpackLow(upper1, lower1).AsInt32(), Sse2.UnpackHigh(upper1, lower1).AsInt32());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwiseQuads128 Weights(short* weights, int k, int column) =>
        Sums((int*)DepthwiseByteWeights.Place(weights, k, column));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwiseQuads128 Sums(int* sums) =>
        new(Vector128.Load(sums), Vector128.Load(sums + Lanes), Vector128.Load(sums + 2 * Lanes), Vector128.Load(sums + 3 * Lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwiseQuads128 AddOuter(DepthwiseQuads128 sums, DepthwiseQuads128 x, DepthwiseQuads128 w) => AddInner(sums, x, w);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DepthwiseQuads128 AddInner(DepthwiseQuads128 sums, DepthwiseQuads128 x, DepthwiseQuads128 w) =>
        new(Dot(sums.V0, x.V0, w.V0), Dot(sums.V1, x.V1, w.V1), Dot(sums.V2, x.V2, w.V2), Dot(sums.V3, x.V3, w.V3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(DepthwiseQuads128 sums, int* acc, bool accumulate)
    {
        if (accumulate)
        {
            var old = Sums(acc);
            sums = new(sums.V0 + old.V0, sums.V1 + old.V1, sums.V2 + old.V2, sums.V3 + old.V3);
        }

        sums.V0.Store(acc);
        sums.V1.Store(acc + Lanes);
        sums.V2.Store(acc + 2 * Lanes);
        sums.V3.Store(acc + 3 * Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Dot(Vector128<int> sums, Vector128<int> x, Vector128<int> w) =>
        AvxVnni.MultiplyWideningAndAdd(sums, x.AsByte(), w.AsSByte());
}
