using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NpuSim.Kernels;

/// <summary>8 outputs at a time in four registers of two outputs' pairs, for SSE4.1 and AdvSimd alike.</summary>
internal readonly unsafe struct DensePixelLanes128 : IDensePixelLanes
{
    private const int Half = WeightLayout.OutputBlock / 2;

    public static void Run(short* x, sbyte* w, int groups, int start, int* acc, bool accumulate)
    {
        RunHalf(x, w, groups, start, acc, accumulate);
        RunHalf(x, w + WeightLayout.GroupBytes / 2, groups, start, acc + Half, accumulate);
    }

    private static void RunHalf(short* x, sbyte* w, int groups, int start, int* acc, bool accumulate)
    {
        Vector128<int> s0 = default, s1 = default, s2 = default, s3 = default;
        for (int group = 0; group < groups; group++, x += WeightLayout.InputGroup, w += WeightLayout.GroupBytes)
        {
            var value = Vector128.Create(*(long*)x).AsInt16();
            var (lower, upper) = (Vector128.Load(w), Vector128.Load(w + 16));
            s0 += Adjacent.MultiplyAdd(value, Vector128.WidenLower(lower));
            s1 += Adjacent.MultiplyAdd(value, Vector128.WidenUpper(lower));
            s2 += Adjacent.MultiplyAdd(value, Vector128.WidenLower(upper));
            s3 += Adjacent.MultiplyAdd(value, Vector128.WidenUpper(upper));
        }

        Put(s0, start, acc, accumulate);
        Put(s1, start, acc + 2, accumulate);
        Put(s2, start, acc + 4, accumulate);
        Put(s3, start, acc + 6, accumulate);
    }

    private static void Put(Vector128<int> sums, int start, int* acc, bool accumulate)
    {
        acc[0] = (accumulate ? acc[0] : 0) + start + sums[0] + sums[1];
        acc[1] = (accumulate ? acc[1] : 0) + start + sums[2] + sums[3];
    }
}

/// <summary>16 outputs in four registers of four outputs' pairs: AVX2.</summary>
internal readonly unsafe struct DensePixelLanes256 : IDensePixelLanes
{
    public static void Run(short* x, sbyte* w, int groups, int start, int* acc, bool accumulate)
    {
        Vector256<int> s0 = default, s1 = default, s2 = default, s3 = default;
        for (int group = 0; group < groups; group++, x += WeightLayout.InputGroup, w += WeightLayout.GroupBytes)
        {
            var value = Vector256.Create(*(long*)x).AsInt16();
            s0 += Avx2.MultiplyAddAdjacent(value, Avx2.ConvertToVector256Int16(w));
            s1 += Avx2.MultiplyAddAdjacent(value, Avx2.ConvertToVector256Int16(w + 16));
            s2 += Avx2.MultiplyAddAdjacent(value, Avx2.ConvertToVector256Int16(w + 32));
            s3 += Avx2.MultiplyAddAdjacent(value, Avx2.ConvertToVector256Int16(w + 48));
        }

        Put(s0, s1, start, acc, accumulate);
        Put(s2, s3, start, acc + Vector256<int>.Count, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(Vector256<int> lower, Vector256<int> upper, int start, int* acc, bool accumulate)
    {
        // Horizontal addition works within 128-bit halves; the middle quarters are swapped back.
        const byte Swapped = 0b11_01_10_00;
        var sums = Avx2.Permute4x64(Avx2.HorizontalAdd(lower, upper).AsInt64(), Swapped).AsInt32() + Vector256.Create(start);
        (accumulate ? sums + Vector256.Load(acc) : sums).Store(acc);
    }
}

/// <summary>16 outputs in two registers of eight outputs' pairs: AVX-512 BW.</summary>
internal readonly unsafe struct DensePixelLanes512 : IDensePixelLanes
{
    public static void Run(short* x, sbyte* w, int groups, int start, int* acc, bool accumulate)
    {
        Vector512<int> s0 = default, s1 = default;
        for (int group = 0; group < groups; group++, x += WeightLayout.InputGroup, w += WeightLayout.GroupBytes)
        {
            var value = Vector512.Create(*(long*)x).AsInt16();
            s0 += Avx512BW.MultiplyAddAdjacent(value, Avx512BW.ConvertToVector512Int16(Vector256.Load(w)));
            s1 += Avx512BW.MultiplyAddAdjacent(value, Avx512BW.ConvertToVector512Int16(Vector256.Load(w + 32)));
        }

        Put(s0, start, acc, accumulate);
        Put(s1, start, acc + Vector256<int>.Count, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(Vector512<int> pairs, int start, int* acc, bool accumulate)
    {
        var both = pairs + Vector512.ShiftRightLogical(pairs.AsInt64(), 32).AsInt32();
        var sums = Avx512F.ConvertToVector256Int32(both.AsInt64()) + Vector256.Create(start);
        (accumulate ? sums + Vector256.Load(acc) : sums).Store(acc);
    }
}
