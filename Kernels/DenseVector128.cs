using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NpuSim.Kernels;

/// <summary>2 pixels × 16 outputs in 8 registers of 4 int32, for SSE and AdvSimd alike.</summary>
/// <remarks>Registers are written out one by one: the compiler does not keep arrays of vectors in registers.</remarks>
internal readonly unsafe struct DenseVector128 : IDenseMicroKernel
{
    private const int PairElements = 2 * WeightLayout.OutputBlock;

    public static int Pixels => 2;

    public static int Blocks => 1;

    public static void Run(in DenseRuns runs, short** x, short* w, int** acc, bool accumulate) => RunBlock(runs, x, w, acc, accumulate);

    public static void RunBlock(in DenseRuns runs, short** x, short* w, int** acc, bool accumulate)
    {
        Vector128<int> a0 = default, a1 = default, a2 = default, a3 = default;
        Vector128<int> b0 = default, b1 = default, b2 = default, b3 = default;
        for (int run = 0; run < runs.Count; run++)
        {
            int offset = runs.Offsets[run];
            short* first = x[0] + offset, second = x[1] + offset;
            for (int pair = 0; pair < runs.Pairs; pair++, w += PairElements)
            {
                var v = Pair(first, pair);
                var u = Pair(second, pair);
                var w0 = Vector128.Load(w);
                a0 += Adjacent.MultiplyAdd(v, w0);
                b0 += Adjacent.MultiplyAdd(u, w0);
                var w1 = Vector128.Load(w + 8);
                a1 += Adjacent.MultiplyAdd(v, w1);
                b1 += Adjacent.MultiplyAdd(u, w1);
                var w2 = Vector128.Load(w + 16);
                a2 += Adjacent.MultiplyAdd(v, w2);
                b2 += Adjacent.MultiplyAdd(u, w2);
                var w3 = Vector128.Load(w + 24);
                a3 += Adjacent.MultiplyAdd(v, w3);
                b3 += Adjacent.MultiplyAdd(u, w3);
            }
        }

        Put(a0, a1, a2, a3, acc[0], accumulate);
        Put(b0, b1, b2, b3, acc[1], accumulate);
    }

    public static void RunPixel(in DenseRuns runs, short* x, short* w, int* acc, bool accumulate)
    {
        Vector128<int> a0 = default, a1 = default, a2 = default, a3 = default;
        for (int run = 0; run < runs.Count; run++)
        {
            short* first = x + runs.Offsets[run];
            for (int pair = 0; pair < runs.Pairs; pair++, w += PairElements)
            {
                var v = Pair(first, pair);
                a0 += Adjacent.MultiplyAdd(v, Vector128.Load(w));
                a1 += Adjacent.MultiplyAdd(v, Vector128.Load(w + 8));
                a2 += Adjacent.MultiplyAdd(v, Vector128.Load(w + 16));
                a3 += Adjacent.MultiplyAdd(v, Vector128.Load(w + 24));
            }
        }

        Put(a0, a1, a2, a3, acc, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<short> Pair(short* x, int pair) => Vector128.Create(((int*)x)[pair]).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(Vector128<int> a0, Vector128<int> a1, Vector128<int> a2, Vector128<int> a3, int* acc, bool accumulate)
    {
        Put(a0, acc, accumulate);
        Put(a1, acc + 4, accumulate);
        Put(a2, acc + 8, accumulate);
        Put(a3, acc + 12, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(Vector128<int> sum, int* acc, bool accumulate) => (accumulate ? sum + Vector128.Load(acc) : sum).Store(acc);
}
