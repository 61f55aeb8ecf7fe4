using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NpuSim.Kernels;

/// <summary>The binary loops of <see cref="RegisterLoops"/>: the steps by which kernels of each level compare bits and count those that
/// differ.</summary>
/// <remarks>The activations change from step to step, so that nothing can be moved out of the loop.</remarks>
internal static class BinaryLoops
{
    internal const int Sums = 4;

    /// <summary>Vectors that every sum of <see cref="Run512"/> takes in at once.</summary>
    internal const int Words512 = 4;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static int Scalar(int steps)
    {
        int s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        ulong x = (ulong)steps + 3, w0 = (ulong)steps + 5, w1 = (ulong)steps + 7, w2 = (ulong)steps + 9, w3 = (ulong)steps + 11;
        for (int i = 0; i < steps; i++)
        {
            s0 += BitOperations.PopCount(x ^ w0);
            s1 += BitOperations.PopCount(x ^ w1);
            s2 += BitOperations.PopCount(x ^ w2);
            s3 += BitOperations.PopCount(x ^ w3);
            x += w0;
        }

        return s0 + s1 + s2 + s3;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static int Run128(int steps)
    {
        Vector128<byte> s0 = default, s1 = default, s2 = default, s3 = default;
        var x = Vector128.Create((uint)steps + 3);
        var w0 = Vector128.Create((uint)steps + 5);
        var w1 = Vector128.Create((uint)steps + 7);
        var w2 = Vector128.Create((uint)steps + 9);
        var w3 = Vector128.Create((uint)steps + 11);
        for (int i = 0; i < steps; i++)
        {
            s0 += BinaryVector128.Bits(x ^ w0);
            s1 += BinaryVector128.Bits(x ^ w1);
            s2 += BinaryVector128.Bits(x ^ w2);
            s3 += BinaryVector128.Bits(x ^ w3);
            x += w0;
        }

        return Vector128.Sum(s0 + s1 + s2 + s3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static int Run256(int steps)
    {
        Vector256<byte> s0 = default, s1 = default, s2 = default, s3 = default;
        var x = Vector256.Create((uint)steps + 3);
        var w0 = Vector256.Create((uint)steps + 5);
        var w1 = Vector256.Create((uint)steps + 7);
        var w2 = Vector256.Create((uint)steps + 9);
        var w3 = Vector256.Create((uint)steps + 11);
        for (int i = 0; i < steps; i++)
        {
            s0 += BinaryVector256.Bits(x ^ w0);
            s1 += BinaryVector256.Bits(x ^ w1);
            s2 += BinaryVector256.Bits(x ^ w2);
            s3 += BinaryVector256.Bits(x ^ w3);
            x += w0;
        }

        return Vector256.Sum(s0 + s1 + s2 + s3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static int Run512(int steps)
    {
        var w0 = Vector512.Create((uint)steps + 5);
        var w1 = Vector512.Create((uint)steps + 7);
        var w2 = Vector512.Create((uint)steps + 9);
        var w3 = Vector512.Create((uint)steps + 11);
        Vector512<uint> aX = w0 + Vector512.Create(13u), aOnes = default, aTwos = default;
        Vector512<byte> aFours = default;
        Vector512<uint> bX = w0 + Vector512.Create(15u), bOnes = default, bTwos = default;
        Vector512<byte> bFours = default;
        Vector512<uint> cX = w0 + Vector512.Create(17u), cOnes = default, cTwos = default;
        Vector512<byte> cFours = default;
        Vector512<uint> dX = w0 + Vector512.Create(19u), dOnes = default, dTwos = default;
        Vector512<byte> dFours = default;
        for (int i = 0; i < steps; i++)
        {
            var a0 = aX ^ w0;
            var a1 = aX ^ w1;
            var aFirst = Avx512F.TernaryLogic(aOnes, a0, a1, BinaryVector512.Majority);
            aOnes = Avx512F.TernaryLogic(aOnes, a0, a1, BinaryVector512.Parity);
            var a2 = aX ^ w2;
            var a3 = aX ^ w3;
            var aSecond = Avx512F.TernaryLogic(aOnes, a2, a3, BinaryVector512.Majority);
            aOnes = Avx512F.TernaryLogic(aOnes, a2, a3, BinaryVector512.Parity);
            aFours += BinaryVector512.Bits(Avx512F.TernaryLogic(aTwos, aFirst, aSecond, BinaryVector512.Majority));
            aTwos = Avx512F.TernaryLogic(aTwos, aFirst, aSecond, BinaryVector512.Parity);
            aX += w0;
            var b0 = bX ^ w0;
            var b1 = bX ^ w1;
            var bFirst = Avx512F.TernaryLogic(bOnes, b0, b1, BinaryVector512.Majority);
            bOnes = Avx512F.TernaryLogic(bOnes, b0, b1, BinaryVector512.Parity);
            var b2 = bX ^ w2;
            var b3 = bX ^ w3;
            var bSecond = Avx512F.TernaryLogic(bOnes, b2, b3, BinaryVector512.Majority);
            bOnes = Avx512F.TernaryLogic(bOnes, b2, b3, BinaryVector512.Parity);
            bFours += BinaryVector512.Bits(Avx512F.TernaryLogic(bTwos, bFirst, bSecond, BinaryVector512.Majority));
            bTwos = Avx512F.TernaryLogic(bTwos, bFirst, bSecond, BinaryVector512.Parity);
            bX += w0;
            var c0 = cX ^ w0;
            var c1 = cX ^ w1;
            var cFirst = Avx512F.TernaryLogic(cOnes, c0, c1, BinaryVector512.Majority);
            cOnes = Avx512F.TernaryLogic(cOnes, c0, c1, BinaryVector512.Parity);
            var c2 = cX ^ w2;
            var c3 = cX ^ w3;
            var cSecond = Avx512F.TernaryLogic(cOnes, c2, c3, BinaryVector512.Majority);
            cOnes = Avx512F.TernaryLogic(cOnes, c2, c3, BinaryVector512.Parity);
            cFours += BinaryVector512.Bits(Avx512F.TernaryLogic(cTwos, cFirst, cSecond, BinaryVector512.Majority));
            cTwos = Avx512F.TernaryLogic(cTwos, cFirst, cSecond, BinaryVector512.Parity);
            cX += w0;
            var d0 = dX ^ w0;
            var d1 = dX ^ w1;
            var dFirst = Avx512F.TernaryLogic(dOnes, d0, d1, BinaryVector512.Majority);
            dOnes = Avx512F.TernaryLogic(dOnes, d0, d1, BinaryVector512.Parity);
            var d2 = dX ^ w2;
            var d3 = dX ^ w3;
            var dSecond = Avx512F.TernaryLogic(dOnes, d2, d3, BinaryVector512.Majority);
            dOnes = Avx512F.TernaryLogic(dOnes, d2, d3, BinaryVector512.Parity);
            dFours += BinaryVector512.Bits(Avx512F.TernaryLogic(dTwos, dFirst, dSecond, BinaryVector512.Majority));
            dTwos = Avx512F.TernaryLogic(dTwos, dFirst, dSecond, BinaryVector512.Parity);
            dX += w0;
        }

        var ones = (aOnes ^ aTwos) + (bOnes ^ bTwos) + (cOnes ^ cTwos) + (dOnes ^ dTwos);
        return Vector512.Sum(aFours + bFours + cFours + dFours) + (int)Vector512.Sum(ones);
    }
}
