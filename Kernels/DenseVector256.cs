using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NpuSim.Kernels;

/// <summary>6 pixels × 16 outputs in 12 registers of 8 int32: AVX2 multiply-add-adjacent.</summary>
/// <remarks>Registers are written out one by one: the compiler does not keep arrays of vectors in registers.</remarks>
internal readonly unsafe struct DenseVector256 : IDenseMicroKernel
{
    private const int PairElements = 2 * WeightLayout.OutputBlock;

    public static int Pixels => 6;

    public static int Blocks => 1;

    public static void Run(in DenseRuns runs, short** x, short* w, int** acc, bool accumulate) => RunBlock(runs, x, w, acc, accumulate);

    public static void RunBlock(in DenseRuns runs, short** x, short* w, int** acc, bool accumulate)
    {
        Vector256<int> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default;
        Vector256<int> b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default;
        for (int run = 0; run < runs.Count; run++)
        {
            int offset = runs.Offsets[run];
            short* x0 = x[0] + offset, x1 = x[1] + offset, x2 = x[2] + offset, x3 = x[3] + offset, x4 = x[4] + offset, x5 = x[5] + offset;
            for (int pair = 0; pair < runs.Pairs; pair++, w += PairElements)
            {
                var w0 = Vector256.Load(w);
                var w1 = Vector256.Load(w + Vector256<short>.Count);
                var v0 = Pair(x0, pair);
                a0 += Avx2.MultiplyAddAdjacent(v0, w0);
                b0 += Avx2.MultiplyAddAdjacent(v0, w1);
                var v1 = Pair(x1, pair);
                a1 += Avx2.MultiplyAddAdjacent(v1, w0);
                b1 += Avx2.MultiplyAddAdjacent(v1, w1);
                var v2 = Pair(x2, pair);
                a2 += Avx2.MultiplyAddAdjacent(v2, w0);
                b2 += Avx2.MultiplyAddAdjacent(v2, w1);
                var v3 = Pair(x3, pair);
                a3 += Avx2.MultiplyAddAdjacent(v3, w0);
                b3 += Avx2.MultiplyAddAdjacent(v3, w1);
                var v4 = Pair(x4, pair);
                a4 += Avx2.MultiplyAddAdjacent(v4, w0);
                b4 += Avx2.MultiplyAddAdjacent(v4, w1);
                var v5 = Pair(x5, pair);
                a5 += Avx2.MultiplyAddAdjacent(v5, w0);
                b5 += Avx2.MultiplyAddAdjacent(v5, w1);
            }
        }

        Put(a0, b0, acc[0], accumulate);
        Put(a1, b1, acc[1], accumulate);
        Put(a2, b2, acc[2], accumulate);
        Put(a3, b3, acc[3], accumulate);
        Put(a4, b4, acc[4], accumulate);
        Put(a5, b5, acc[5], accumulate);
    }

    public static void RunPixel(in DenseRuns runs, short* x, short* w, int* acc, bool accumulate)
    {
        Vector256<int> lower = default, upper = default;
        for (int run = 0; run < runs.Count; run++)
        {
            short* x0 = x + runs.Offsets[run];
            for (int pair = 0; pair < runs.Pairs; pair++, w += PairElements)
            {
                var value = Pair(x0, pair);
                lower += Avx2.MultiplyAddAdjacent(value, Vector256.Load(w));
                upper += Avx2.MultiplyAddAdjacent(value, Vector256.Load(w + Vector256<short>.Count));
            }
        }

        Put(lower, upper, acc, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Pair(short* x, int pair) => Vector256.Create(((int*)x)[pair]).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(Vector256<int> lower, Vector256<int> upper, int* acc, bool accumulate)
    {
        int* second = acc + Vector256<int>.Count;
        (accumulate ? lower + Vector256.Load(acc) : lower).Store(acc);
        (accumulate ? upper + Vector256.Load(second) : upper).Store(second);
    }
}
