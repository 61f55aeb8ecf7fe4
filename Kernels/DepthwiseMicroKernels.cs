using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NpuSim.Kernels;

/// <summary>16 channels in two registers of 8 int32: AVX2.</summary>
internal readonly unsafe struct DepthwiseVector256 : IDepthwiseMicroKernel
{
    public static void InterleaveTaps(short* first, short* second, short* target)
    {
        var (w0, w1) = (Vector256.Load(first), Vector256.Load(second));
        Avx2.UnpackLow(w0, w1).Store(target);
        Avx2.UnpackHigh(w0, w1).Store(target + WeightLayout.OutputBlock);
    }

    public static void Run(short* x, int* offsets, int pairs, short* w, int* acc, bool accumulate)
    {
        Vector256<int> outer = default, inner = default;
        for (int pair = 0; pair < pairs; pair++, w += 2 * WeightLayout.OutputBlock)
        {
            var x0 = Vector256.Load(x + offsets[2 * pair]);
            var x1 = Vector256.Load(x + offsets[2 * pair + 1]);
            // Interleaving works within 128-bit halves: outer holds channels 0–3 and 8–11, inner 4–7 and 12–15.
            outer += Avx2.MultiplyAddAdjacent(Avx2.UnpackLow(x0, x1), Vector256.Load(w));
            inner += Avx2.MultiplyAddAdjacent(Avx2.UnpackHigh(x0, x1), Vector256.Load(w + WeightLayout.OutputBlock));
        }

        Put(outer, inner, acc, accumulate);
    }

    public static void RunGroup(short* x, int step, int* offsets, int pairs, short* w, int* acc, int accStep, bool accumulate)
    {
        Vector256<int> a0 = default, a1 = default, a2 = default, b0 = default, b1 = default, b2 = default;
        for (int pair = 0; pair < pairs; pair++, w += 2 * WeightLayout.OutputBlock)
        {
            short* first = x + offsets[2 * pair];
            short* second = x + offsets[2 * pair + 1];
            var w0 = Vector256.Load(w);
            var w1 = Vector256.Load(w + WeightLayout.OutputBlock);
            var (x0, y0) = (Vector256.Load(first), Vector256.Load(second));
            a0 += Avx2.MultiplyAddAdjacent(Avx2.UnpackLow(x0, y0), w0);
            b0 += Avx2.MultiplyAddAdjacent(Avx2.UnpackHigh(x0, y0), w1);
            var (x1, y1) = (Vector256.Load(first + step), Vector256.Load(second + step));
            a1 += Avx2.MultiplyAddAdjacent(Avx2.UnpackLow(x1, y1), w0);
            b1 += Avx2.MultiplyAddAdjacent(Avx2.UnpackHigh(x1, y1), w1);
            var (x2, y2) = (Vector256.Load(first + 2 * step), Vector256.Load(second + 2 * step));
            a2 += Avx2.MultiplyAddAdjacent(Avx2.UnpackLow(x2, y2), w0);
            b2 += Avx2.MultiplyAddAdjacent(Avx2.UnpackHigh(x2, y2), w1);
        }

        Put(a0, b0, acc, accumulate);
        Put(a1, b1, acc + accStep, accumulate);
        Put(a2, b2, acc + 2 * accStep, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(Vector256<int> outer, Vector256<int> inner, int* acc, bool accumulate)
    {
        Put(Avx2.Permute2x128(outer, inner, 0x20), acc, accumulate);
        Put(Avx2.Permute2x128(outer, inner, 0x31), acc + Vector256<int>.Count, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(Vector256<int> sum, int* acc, bool accumulate) => (accumulate ? sum + Vector256.Load(acc) : sum).Store(acc);
}

/// <summary>16 channels in four registers of 4 int32, for SSE and AdvSimd alike.</summary>
internal readonly unsafe struct DepthwiseVector128 : IDepthwiseMicroKernel
{
    public static void InterleaveTaps(short* first, short* second, short* target)
    {
        for (int half = 0; half < WeightLayout.OutputBlock; half += 8)
        {
            var (w0, w1) = (Vector128.Load(first + half), Vector128.Load(second + half));
            Interleave.Lower(w0, w1).Store(target + 2 * half);
            Interleave.Upper(w0, w1).Store(target + 2 * half + 8);
        }
    }

    public static void Run(short* x, int* offsets, int pairs, short* w, int* acc, bool accumulate)
    {
        Vector128<int> a0 = default, a1 = default, a2 = default, a3 = default;
        for (int pair = 0; pair < pairs; pair++, w += 2 * WeightLayout.OutputBlock)
        {
            short* first = x + offsets[2 * pair];
            short* second = x + offsets[2 * pair + 1];
            var x0 = Vector128.Load(first);
            var x1 = Vector128.Load(second);
            a0 += Adjacent.MultiplyAdd(Interleave.Lower(x0, x1), Vector128.Load(w));
            a1 += Adjacent.MultiplyAdd(Interleave.Upper(x0, x1), Vector128.Load(w + 8));
            x0 = Vector128.Load(first + 8);
            x1 = Vector128.Load(second + 8);
            a2 += Adjacent.MultiplyAdd(Interleave.Lower(x0, x1), Vector128.Load(w + 16));
            a3 += Adjacent.MultiplyAdd(Interleave.Upper(x0, x1), Vector128.Load(w + 24));
        }

        Put(a0, acc, accumulate);
        Put(a1, acc + 4, accumulate);
        Put(a2, acc + 8, accumulate);
        Put(a3, acc + 12, accumulate);
    }

    public static void RunGroup(short* x, int step, int* offsets, int pairs, short* w, int* acc, int accStep, bool accumulate)
    {
        // Four sums a pixel leave no room for a second one.
        for (int i = 0; i < IDepthwiseMicroKernel.Pixels; i++) Run(x + (nint)i * step, offsets, pairs, w, acc + (nint)i * accStep, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(Vector128<int> sum, int* acc, bool accumulate) => (accumulate ? sum + Vector128.Load(acc) : sum).Store(acc);
}
