using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NpuSim.Kernels;

/// <summary>The integer loops of <see cref="RegisterLoops"/>.</summary>
/// <remarks>One factor of every product changes from step to step, so that none can be moved out of the loop. Registers are written out
/// one by one: the compiler does not keep arrays of vectors in registers.</remarks>
internal static class IntegerLoops
{
    internal const int Sums = 8;

    /// <summary>More of them, since the dot product adds and so has the latency of a multiplication.</summary>
    internal const int VnniSums = 12;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static int Scalar(int steps)
    {
        int s0 = default, s1 = default, s2 = default, s3 = default;
        int s4 = default, s5 = default, s6 = default, s7 = default;
        var x0 = steps + 3;
        var x1 = steps + 5;
        var x2 = steps + 7;
        var x3 = steps + 9;
        var w0 = steps + 11;
        var w1 = steps + 13;
        for (int i = 0; i < steps; i++)
        {
            s0 += x0 * w0;
            s1 += x0 * w1;
            s2 += x1 * w0;
            s3 += x1 * w1;
            s4 += x2 * w0;
            s5 += x2 * w1;
            s6 += x3 * w0;
            s7 += x3 * w1;
            x0 += w0;
            x1 += w1;
            x2 += w0;
            x3 += w1;
        }

        return s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static int Run128(int steps)
    {
        Vector128<int> s0 = default, s1 = default, s2 = default, s3 = default;
        Vector128<int> s4 = default, s5 = default, s6 = default, s7 = default;
        var x0 = Vector128.Create((short)(steps + 3));
        var x1 = Vector128.Create((short)(steps + 5));
        var x2 = Vector128.Create((short)(steps + 7));
        var x3 = Vector128.Create((short)(steps + 9));
        var w0 = Vector128.Create((short)(steps + 11));
        var w1 = Vector128.Create((short)(steps + 13));
        for (int i = 0; i < steps; i++)
        {
            s0 += Adjacent.MultiplyAdd(x0, w0);
            s1 += Adjacent.MultiplyAdd(x0, w1);
            s2 += Adjacent.MultiplyAdd(x1, w0);
            s3 += Adjacent.MultiplyAdd(x1, w1);
            s4 += Adjacent.MultiplyAdd(x2, w0);
            s5 += Adjacent.MultiplyAdd(x2, w1);
            s6 += Adjacent.MultiplyAdd(x3, w0);
            s7 += Adjacent.MultiplyAdd(x3, w1);
            x0 += w0;
            x1 += w1;
            x2 += w0;
            x3 += w1;
        }

        return Vector128.Sum(s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static int Run256(int steps)
    {
        Vector256<int> s0 = default, s1 = default, s2 = default, s3 = default;
        Vector256<int> s4 = default, s5 = default, s6 = default, s7 = default;
        var x0 = Vector256.Create((short)(steps + 3));
        var x1 = Vector256.Create((short)(steps + 5));
        var x2 = Vector256.Create((short)(steps + 7));
        var x3 = Vector256.Create((short)(steps + 9));
        var w0 = Vector256.Create((short)(steps + 11));
        var w1 = Vector256.Create((short)(steps + 13));
        for (int i = 0; i < steps; i++)
        {
            s0 += Avx2.MultiplyAddAdjacent(x0, w0);
            s1 += Avx2.MultiplyAddAdjacent(x0, w1);
            s2 += Avx2.MultiplyAddAdjacent(x1, w0);
            s3 += Avx2.MultiplyAddAdjacent(x1, w1);
            s4 += Avx2.MultiplyAddAdjacent(x2, w0);
            s5 += Avx2.MultiplyAddAdjacent(x2, w1);
            s6 += Avx2.MultiplyAddAdjacent(x3, w0);
            s7 += Avx2.MultiplyAddAdjacent(x3, w1);
            x0 += w0;
            x1 += w1;
            x2 += w0;
            x3 += w1;
        }

        return Vector256.Sum(s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static int Run512(int steps)
    {
        Vector512<int> s0 = default, s1 = default, s2 = default, s3 = default;
        Vector512<int> s4 = default, s5 = default, s6 = default, s7 = default;
        var x0 = Vector512.Create((short)(steps + 3));
        var x1 = Vector512.Create((short)(steps + 5));
        var x2 = Vector512.Create((short)(steps + 7));
        var x3 = Vector512.Create((short)(steps + 9));
        var w0 = Vector512.Create((short)(steps + 11));
        var w1 = Vector512.Create((short)(steps + 13));
        for (int i = 0; i < steps; i++)
        {
            s0 += Avx512BW.MultiplyAddAdjacent(x0, w0);
            s1 += Avx512BW.MultiplyAddAdjacent(x0, w1);
            s2 += Avx512BW.MultiplyAddAdjacent(x1, w0);
            s3 += Avx512BW.MultiplyAddAdjacent(x1, w1);
            s4 += Avx512BW.MultiplyAddAdjacent(x2, w0);
            s5 += Avx512BW.MultiplyAddAdjacent(x2, w1);
            s6 += Avx512BW.MultiplyAddAdjacent(x3, w0);
            s7 += Avx512BW.MultiplyAddAdjacent(x3, w1);
            x0 += w0;
            x1 += w1;
            x2 += w0;
            x3 += w1;
        }

        return Vector512.Sum(s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static int RunVnni(int steps)
    {
        Vector256<int> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default;
        Vector256<int> s6 = default, s7 = default, s8 = default, s9 = default, s10 = default, s11 = default;
        var x = Vector256.Create((byte)(steps + 3));
        var w = Vector256.Create((sbyte)(steps + 5));
        for (int i = 0; i < steps; i++)
        {
            s0 = AvxVnni.MultiplyWideningAndAdd(s0, x, w);
            s1 = AvxVnni.MultiplyWideningAndAdd(s1, x, w);
            s2 = AvxVnni.MultiplyWideningAndAdd(s2, x, w);
            s3 = AvxVnni.MultiplyWideningAndAdd(s3, x, w);
            s4 = AvxVnni.MultiplyWideningAndAdd(s4, x, w);
            s5 = AvxVnni.MultiplyWideningAndAdd(s5, x, w);
            s6 = AvxVnni.MultiplyWideningAndAdd(s6, x, w);
            s7 = AvxVnni.MultiplyWideningAndAdd(s7, x, w);
            s8 = AvxVnni.MultiplyWideningAndAdd(s8, x, w);
            s9 = AvxVnni.MultiplyWideningAndAdd(s9, x, w);
            s10 = AvxVnni.MultiplyWideningAndAdd(s10, x, w);
            s11 = AvxVnni.MultiplyWideningAndAdd(s11, x, w);
        }

        return Vector256.Sum(s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9 + s10 + s11);
    }
}
