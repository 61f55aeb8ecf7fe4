using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace NpuSim.Kernels;

/// <summary>16 channels in two registers of 8 int32: AVX2.</summary>
internal readonly unsafe struct DepthwiseVector256 : IDepthwiseMicroKernel
{
    public static void Run(short* x, int* offsets, int pairs, short* w, int* acc, bool accumulate)
    {
        Vector256<int> outer = default, inner = default;
        for (int pair = 0; pair < pairs; pair++, w += 2 * WeightLayout.OutputBlock)
        {
            var x0 = Vector256.Load(x + offsets[2 * pair]);
            var x1 = Vector256.Load(x + offsets[2 * pair + 1]);
            var w0 = Vector256.Load(w);
            var w1 = Vector256.Load(w + WeightLayout.OutputBlock);
            // Interleaving works within 128-bit halves: outer holds channels 0–3 and 8–11, inner 4–7 and 12–15.
            outer += Avx2.MultiplyAddAdjacent(Avx2.UnpackLow(x0, x1), Avx2.UnpackLow(w0, w1));
            inner += Avx2.MultiplyAddAdjacent(Avx2.UnpackHigh(x0, x1), Avx2.UnpackHigh(w0, w1));
        }

        Put(Avx2.Permute2x128(outer, inner, 0x20), acc, accumulate);
        Put(Avx2.Permute2x128(outer, inner, 0x31), acc + Vector256<int>.Count, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(Vector256<int> sum, int* acc, bool accumulate) => (accumulate ? sum + Vector256.Load(acc) : sum).Store(acc);
}

/// <summary>16 channels in four registers of 4 int32, for SSE and AdvSimd alike.</summary>
internal readonly unsafe struct DepthwiseVector128 : IDepthwiseMicroKernel
{
    public static void Run(short* x, int* offsets, int pairs, short* w, int* acc, bool accumulate)
    {
        Vector128<int> a0 = default, a1 = default, a2 = default, a3 = default;
        for (int pair = 0; pair < pairs; pair++, w += 2 * WeightLayout.OutputBlock)
        {
            short* first = x + offsets[2 * pair];
            short* second = x + offsets[2 * pair + 1];
            var x0 = Vector128.Load(first);
            var x1 = Vector128.Load(second);
            var w0 = Vector128.Load(w);
            var w1 = Vector128.Load(w + 16);
            a0 += Adjacent.MultiplyAdd(Low(x0, x1), Low(w0, w1));
            a1 += Adjacent.MultiplyAdd(High(x0, x1), High(w0, w1));
            x0 = Vector128.Load(first + 8);
            x1 = Vector128.Load(second + 8);
            w0 = Vector128.Load(w + 8);
            w1 = Vector128.Load(w + 24);
            a2 += Adjacent.MultiplyAdd(Low(x0, x1), Low(w0, w1));
            a3 += Adjacent.MultiplyAdd(High(x0, x1), High(w0, w1));
        }

        Put(a0, acc, accumulate);
        Put(a1, acc + 4, accumulate);
        Put(a2, acc + 8, accumulate);
        Put(a3, acc + 12, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<short> Low(Vector128<short> a, Vector128<short> b) =>
        Sse2.IsSupported ? Sse2.UnpackLow(a, b) : AdvSimd.Arm64.ZipLow(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<short> High(Vector128<short> a, Vector128<short> b) =>
        Sse2.IsSupported ? Sse2.UnpackHigh(a, b) : AdvSimd.Arm64.ZipHigh(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(Vector128<int> sum, int* acc, bool accumulate) => (accumulate ? sum + Vector128.Load(acc) : sum).Store(acc);
}
