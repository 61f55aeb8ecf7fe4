using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NpuSim.Kernels;

/// <summary>How the taps of a pixel lie in a byte copy of the input: runs of whole groups of 4, in the order of the packed
/// weights.</summary>
/// <param name="offsets">Bytes from a pixel's first tap to the first of each run.</param>
/// <param name="count">Runs.</param>
/// <param name="groups">Groups of 4 bytes of a run.</param>
internal readonly unsafe struct ByteRuns(int* offsets, int count, int groups)
{
    internal int* Offsets { get; } = offsets;

    internal int Count { get; } = count;

    internal int Groups { get; } = groups;
}

/// <summary>The innermost loops of a dense convolution on packed weights as they are: 6 pixels or one, by 16 outputs.</summary>
/// <remarks>Registers are written out one by one: the compiler does not keep arrays of vectors in registers.</remarks>
internal static unsafe class DenseByteKernel
{
    internal const int Pixels = 6;

    /// <summary>acc[p][0 … 16) (+)= correction + Σ over runs of x[p]·w.</summary>
    internal static void Run(in ByteRuns runs, byte** x, sbyte* w, int* correction, int** acc, bool accumulate)
    {
        var start0 = Vector256.Load(correction);
        var start1 = Vector256.Load(correction + Vector256<int>.Count);
        Vector256<int> a0 = start0, a1 = start0, a2 = start0, a3 = start0, a4 = start0, a5 = start0;
        Vector256<int> b0 = start1, b1 = start1, b2 = start1, b3 = start1, b4 = start1, b5 = start1;
        for (int run = 0; run < runs.Count; run++)
        {
            int offset = runs.Offsets[run];
            byte* x0 = x[0] + offset, x1 = x[1] + offset, x2 = x[2] + offset, x3 = x[3] + offset, x4 = x[4] + offset, x5 = x[5] + offset;
            for (int group = 0; group < runs.Groups; group++, w += WeightLayout.GroupBytes)
            {
                var w0 = Vector256.Load(w);
                var w1 = Vector256.Load(w + Vector256<sbyte>.Count);
                var v0 = Group(x0, group);
                a0 = ByteDotProduct.MultiplyAdd(a0, v0, w0);
                b0 = ByteDotProduct.MultiplyAdd(b0, v0, w1);
                var v1 = Group(x1, group);
                a1 = ByteDotProduct.MultiplyAdd(a1, v1, w0);
                b1 = ByteDotProduct.MultiplyAdd(b1, v1, w1);
                var v2 = Group(x2, group);
                a2 = ByteDotProduct.MultiplyAdd(a2, v2, w0);
                b2 = ByteDotProduct.MultiplyAdd(b2, v2, w1);
                var v3 = Group(x3, group);
                a3 = ByteDotProduct.MultiplyAdd(a3, v3, w0);
                b3 = ByteDotProduct.MultiplyAdd(b3, v3, w1);
                var v4 = Group(x4, group);
                a4 = ByteDotProduct.MultiplyAdd(a4, v4, w0);
                b4 = ByteDotProduct.MultiplyAdd(b4, v4, w1);
                var v5 = Group(x5, group);
                a5 = ByteDotProduct.MultiplyAdd(a5, v5, w0);
                b5 = ByteDotProduct.MultiplyAdd(b5, v5, w1);
            }
        }

        Put(a0, b0, acc[0], accumulate);
        Put(a1, b1, acc[1], accumulate);
        Put(a2, b2, acc[2], accumulate);
        Put(a3, b3, acc[3], accumulate);
        Put(a4, b4, acc[4], accumulate);
        Put(a5, b5, acc[5], accumulate);
    }

    /// <summary>The same for one pixel.</summary>
    internal static void RunPixel(in ByteRuns runs, byte* x, sbyte* w, int* correction, int* acc, bool accumulate)
    {
        var lower = Vector256.Load(correction);
        var upper = Vector256.Load(correction + Vector256<int>.Count);
        for (int run = 0; run < runs.Count; run++)
        {
            byte* x0 = x + runs.Offsets[run];
            for (int group = 0; group < runs.Groups; group++, w += WeightLayout.GroupBytes)
            {
                var value = Group(x0, group);
                lower = ByteDotProduct.MultiplyAdd(lower, value, Vector256.Load(w));
                upper = ByteDotProduct.MultiplyAdd(upper, value, Vector256.Load(w + Vector256<sbyte>.Count));
            }
        }

        Put(lower, upper, acc, accumulate);
    }

    /// <summary>correction[o] = −factor·Σ w[o] over a block of the given groups: what a raised or uncentred activation adds too
    /// much.</summary>
    internal static void Correct(sbyte* w, int groups, int factor, int* correction)
    {
        Vector256<int> lower = default, upper = default;
        var ones = Vector256<byte>.One;
        for (int group = 0; factor != 0 && group < groups; group++, w += WeightLayout.GroupBytes)
        {
            lower = ByteDotProduct.MultiplyAdd(lower, ones, Vector256.Load(w));
            upper = ByteDotProduct.MultiplyAdd(upper, ones, Vector256.Load(w + Vector256<sbyte>.Count));
        }

        (lower * -factor).Store(correction);
        (upper * -factor).Store(correction + Vector256<int>.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Group(byte* x, int group) => Vector256.Create(((int*)x)[group]).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(Vector256<int> lower, Vector256<int> upper, int* acc, bool accumulate)
    {
        int* second = acc + Vector256<int>.Count;
        (accumulate ? lower + Vector256.Load(acc) : lower).Store(acc);
        (accumulate ? upper + Vector256.Load(second) : upper).Store(second);
    }
}
