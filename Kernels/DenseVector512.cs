using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NpuSim.Kernels;

/// <summary>6 pixels × 32 outputs in 12 registers of 16 int32: AVX-512 BW multiply-add-adjacent.</summary>
/// <remarks>Registers are written out one by one: the compiler does not keep arrays of vectors in registers.</remarks>
internal readonly unsafe struct DenseVector512 : IDenseMicroKernel
{
    private const int PairElements = 2 * WeightLayout.OutputBlock;

    public static int Pixels => 6;

    public static int Blocks => 2;

    public static void Run(in DenseRuns runs, short** x, short* w, int** acc, bool accumulate)
    {
        short* second = w + runs.BlockElements;
        Vector512<int> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default;
        Vector512<int> b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default;
        for (int run = 0; run < runs.Count; run++)
        {
            int offset = runs.Offsets[run];
            short* x0 = x[0] + offset, x1 = x[1] + offset, x2 = x[2] + offset, x3 = x[3] + offset, x4 = x[4] + offset, x5 = x[5] + offset;
            for (int pair = 0; pair < runs.Pairs; pair++, w += PairElements, second += PairElements)
            {
                var w0 = Vector512.Load(w);
                var w1 = Vector512.Load(second);
                var v0 = Pair(x0, pair);
                a0 += Avx512BW.MultiplyAddAdjacent(v0, w0);
                b0 += Avx512BW.MultiplyAddAdjacent(v0, w1);
                var v1 = Pair(x1, pair);
                a1 += Avx512BW.MultiplyAddAdjacent(v1, w0);
                b1 += Avx512BW.MultiplyAddAdjacent(v1, w1);
                var v2 = Pair(x2, pair);
                a2 += Avx512BW.MultiplyAddAdjacent(v2, w0);
                b2 += Avx512BW.MultiplyAddAdjacent(v2, w1);
                var v3 = Pair(x3, pair);
                a3 += Avx512BW.MultiplyAddAdjacent(v3, w0);
                b3 += Avx512BW.MultiplyAddAdjacent(v3, w1);
                var v4 = Pair(x4, pair);
                a4 += Avx512BW.MultiplyAddAdjacent(v4, w0);
                b4 += Avx512BW.MultiplyAddAdjacent(v4, w1);
                var v5 = Pair(x5, pair);
                a5 += Avx512BW.MultiplyAddAdjacent(v5, w0);
                b5 += Avx512BW.MultiplyAddAdjacent(v5, w1);
            }
        }

        Put(a0, acc[0], accumulate);
        Put(b0, acc[0] + WeightLayout.OutputBlock, accumulate);
        Put(a1, acc[1], accumulate);
        Put(b1, acc[1] + WeightLayout.OutputBlock, accumulate);
        Put(a2, acc[2], accumulate);
        Put(b2, acc[2] + WeightLayout.OutputBlock, accumulate);
        Put(a3, acc[3], accumulate);
        Put(b3, acc[3] + WeightLayout.OutputBlock, accumulate);
        Put(a4, acc[4], accumulate);
        Put(b4, acc[4] + WeightLayout.OutputBlock, accumulate);
        Put(a5, acc[5], accumulate);
        Put(b5, acc[5] + WeightLayout.OutputBlock, accumulate);
    }

    public static void RunBlock(in DenseRuns runs, short** x, short* w, int** acc, bool accumulate)
    {
        Vector512<int> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default;
        for (int run = 0; run < runs.Count; run++)
        {
            int offset = runs.Offsets[run];
            short* x0 = x[0] + offset, x1 = x[1] + offset, x2 = x[2] + offset, x3 = x[3] + offset, x4 = x[4] + offset, x5 = x[5] + offset;
            for (int pair = 0; pair < runs.Pairs; pair++, w += PairElements)
            {
                var w0 = Vector512.Load(w);
                a0 += Avx512BW.MultiplyAddAdjacent(Pair(x0, pair), w0);
                a1 += Avx512BW.MultiplyAddAdjacent(Pair(x1, pair), w0);
                a2 += Avx512BW.MultiplyAddAdjacent(Pair(x2, pair), w0);
                a3 += Avx512BW.MultiplyAddAdjacent(Pair(x3, pair), w0);
                a4 += Avx512BW.MultiplyAddAdjacent(Pair(x4, pair), w0);
                a5 += Avx512BW.MultiplyAddAdjacent(Pair(x5, pair), w0);
            }
        }

        Put(a0, acc[0], accumulate);
        Put(a1, acc[1], accumulate);
        Put(a2, acc[2], accumulate);
        Put(a3, acc[3], accumulate);
        Put(a4, acc[4], accumulate);
        Put(a5, acc[5], accumulate);
    }

    public static void RunPixel(in DenseRuns runs, short* x, short* w, int* acc, bool accumulate)
    {
        Vector512<int> sum = default;
        for (int run = 0; run < runs.Count; run++)
        {
            short* x0 = x + runs.Offsets[run];
            for (int pair = 0; pair < runs.Pairs; pair++, w += PairElements)
                sum += Avx512BW.MultiplyAddAdjacent(Pair(x0, pair), Vector512.Load(w));
        }

        Put(sum, acc, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Pair(short* x, int pair) => Vector512.Create(((int*)x)[pair]).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(Vector512<int> sum, int* acc, bool accumulate) => (accumulate ? sum + Vector512.Load(acc) : sum).Store(acc);
}
