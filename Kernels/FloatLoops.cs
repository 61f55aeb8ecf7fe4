using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NpuSim.Kernels;

/// <summary>The float32 loops of <see cref="RegisterLoops"/>.</summary>
internal static class FloatLoops
{
    internal const int Sums = 12;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static float Scalar(int steps)
    {
        float s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default;
        float s6 = default, s7 = default, s8 = default, s9 = default, s10 = default, s11 = default;
        var x = steps * 3e-9f;
        var w = steps * 5e-9f;
        for (int i = 0; i < steps; i++)
        {
            s0 = MathF.FusedMultiplyAdd(x, w, s0);
            s1 = MathF.FusedMultiplyAdd(x, w, s1);
            s2 = MathF.FusedMultiplyAdd(x, w, s2);
            s3 = MathF.FusedMultiplyAdd(x, w, s3);
            s4 = MathF.FusedMultiplyAdd(x, w, s4);
            s5 = MathF.FusedMultiplyAdd(x, w, s5);
            s6 = MathF.FusedMultiplyAdd(x, w, s6);
            s7 = MathF.FusedMultiplyAdd(x, w, s7);
            s8 = MathF.FusedMultiplyAdd(x, w, s8);
            s9 = MathF.FusedMultiplyAdd(x, w, s9);
            s10 = MathF.FusedMultiplyAdd(x, w, s10);
            s11 = MathF.FusedMultiplyAdd(x, w, s11);
        }

        return s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9 + s10 + s11;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static float Run128(int steps)
    {
        Vector128<float> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default;
        Vector128<float> s6 = default, s7 = default, s8 = default, s9 = default, s10 = default, s11 = default;
        var x = Vector128.Create(steps * 3e-9f);
        var w = Vector128.Create(steps * 5e-9f);
        for (int i = 0; i < steps; i++)
        {
            s0 = Vector128.FusedMultiplyAdd(x, w, s0);
            s1 = Vector128.FusedMultiplyAdd(x, w, s1);
            s2 = Vector128.FusedMultiplyAdd(x, w, s2);
            s3 = Vector128.FusedMultiplyAdd(x, w, s3);
            s4 = Vector128.FusedMultiplyAdd(x, w, s4);
            s5 = Vector128.FusedMultiplyAdd(x, w, s5);
            s6 = Vector128.FusedMultiplyAdd(x, w, s6);
            s7 = Vector128.FusedMultiplyAdd(x, w, s7);
            s8 = Vector128.FusedMultiplyAdd(x, w, s8);
            s9 = Vector128.FusedMultiplyAdd(x, w, s9);
            s10 = Vector128.FusedMultiplyAdd(x, w, s10);
            s11 = Vector128.FusedMultiplyAdd(x, w, s11);
        }

        return Vector128.Sum(s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9 + s10 + s11);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static float Run256(int steps)
    {
        Vector256<float> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default;
        Vector256<float> s6 = default, s7 = default, s8 = default, s9 = default, s10 = default, s11 = default;
        var x = Vector256.Create(steps * 3e-9f);
        var w = Vector256.Create(steps * 5e-9f);
        for (int i = 0; i < steps; i++)
        {
            s0 = Vector256.FusedMultiplyAdd(x, w, s0);
            s1 = Vector256.FusedMultiplyAdd(x, w, s1);
            s2 = Vector256.FusedMultiplyAdd(x, w, s2);
            s3 = Vector256.FusedMultiplyAdd(x, w, s3);
            s4 = Vector256.FusedMultiplyAdd(x, w, s4);
            s5 = Vector256.FusedMultiplyAdd(x, w, s5);
            s6 = Vector256.FusedMultiplyAdd(x, w, s6);
            s7 = Vector256.FusedMultiplyAdd(x, w, s7);
            s8 = Vector256.FusedMultiplyAdd(x, w, s8);
            s9 = Vector256.FusedMultiplyAdd(x, w, s9);
            s10 = Vector256.FusedMultiplyAdd(x, w, s10);
            s11 = Vector256.FusedMultiplyAdd(x, w, s11);
        }

        return Vector256.Sum(s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9 + s10 + s11);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static float Run512(int steps)
    {
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default;
        Vector512<float> s6 = default, s7 = default, s8 = default, s9 = default, s10 = default, s11 = default;
        var x = Vector512.Create(steps * 3e-9f);
        var w = Vector512.Create(steps * 5e-9f);
        for (int i = 0; i < steps; i++)
        {
            s0 = Vector512.FusedMultiplyAdd(x, w, s0);
            s1 = Vector512.FusedMultiplyAdd(x, w, s1);
            s2 = Vector512.FusedMultiplyAdd(x, w, s2);
            s3 = Vector512.FusedMultiplyAdd(x, w, s3);
            s4 = Vector512.FusedMultiplyAdd(x, w, s4);
            s5 = Vector512.FusedMultiplyAdd(x, w, s5);
            s6 = Vector512.FusedMultiplyAdd(x, w, s6);
            s7 = Vector512.FusedMultiplyAdd(x, w, s7);
            s8 = Vector512.FusedMultiplyAdd(x, w, s8);
            s9 = Vector512.FusedMultiplyAdd(x, w, s9);
            s10 = Vector512.FusedMultiplyAdd(x, w, s10);
            s11 = Vector512.FusedMultiplyAdd(x, w, s11);
        }

        return Vector512.Sum(s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9 + s10 + s11);
    }
}
