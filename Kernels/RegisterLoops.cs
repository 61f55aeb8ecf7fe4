using System.Runtime.Intrinsics;

namespace NpuSim.Kernels;

/// <summary>Multiply-add loops whose operands stay in registers: what a level reaches where memory costs nothing, hence the ceiling that
/// kernels of that level are measured against.</summary>
/// <remarks>Independent sums hide the latency of the instructions; sums and factors fit the 16 registers that every level
/// has.</remarks>
public static class RegisterLoops
{
    /// <summary>Integer multiply-accumulates that a step of <see cref="Integer"/> does at a level.</summary>
    public static int IntegerPerStep(SimdLevel level) => level switch
    {
        SimdLevel.Scalar => IntegerLoops.Sums,
        SimdLevel.Vector128 => IntegerLoops.Sums * Vector128<short>.Count,
        SimdLevel.Vector256 => IntegerLoops.Sums * Vector256<short>.Count,
        SimdLevel.Vector512 => IntegerLoops.Sums * Vector512<short>.Count,
        SimdLevel.AvxVnni => IntegerLoops.VnniSums * Vector256<byte>.Count,
    };

    /// <summary>float32 multiply-adds that a step of <see cref="Float"/> does at a level.</summary>
    public static int FloatPerStep(SimdLevel level) => level switch
    {
        SimdLevel.Scalar => FloatLoops.Sums,
        SimdLevel.Vector128 => FloatLoops.Sums * Vector128<float>.Count,
        SimdLevel.Vector256 or SimdLevel.AvxVnni => FloatLoops.Sums * Vector256<float>.Count,
        SimdLevel.Vector512 => FloatLoops.Sums * Vector512<float>.Count,
    };

    /// <summary>Binary multiply-accumulates that a step of <see cref="Binary"/> does at a level.</summary>
    public static int BinaryPerStep(SimdLevel level) => level switch
    {
        SimdLevel.Scalar => BinaryLoops.Sums * 64,
        SimdLevel.Vector128 => BinaryLoops.Sums * 128,
        SimdLevel.AvxVnni when Simd.IsSupported(SimdLevel.Vector512) => BinaryLoops.Sums * BinaryLoops.Words512 * 512,
        SimdLevel.Vector256 or SimdLevel.AvxVnni => BinaryLoops.Sums * 256,
        SimdLevel.Vector512 => BinaryLoops.Sums * BinaryLoops.Words512 * 512,
    };

    /// <summary>Multiply-add of int16 pairs and an addition (of four bytes at AVX-VNNI), <paramref name="steps"/> times on every sum.</summary>
    /// <returns>A sum of everything, so that nothing can be left out.</returns>
    public static int Integer(SimdLevel level, int steps)
    {
        Simd.Require(level);
        return level switch
        {
            SimdLevel.Scalar => IntegerLoops.Scalar(steps),
            SimdLevel.Vector128 => IntegerLoops.Run128(steps),
            SimdLevel.Vector256 => IntegerLoops.Run256(steps),
            SimdLevel.Vector512 => IntegerLoops.Run512(steps),
            SimdLevel.AvxVnni => IntegerLoops.RunVnni(steps),
        };
    }

    /// <summary>Fused multiply-add of float32, <paramref name="steps"/> times on every sum.</summary>
    /// <inheritdoc cref="Integer"/>
    public static float Float(SimdLevel level, int steps)
    {
        Simd.Require(level);
        return level switch
        {
            SimdLevel.Scalar => FloatLoops.Scalar(steps),
            SimdLevel.Vector128 => FloatLoops.Run128(steps),
            SimdLevel.Vector256 or SimdLevel.AvxVnni => FloatLoops.Run256(steps),
            SimdLevel.Vector512 => FloatLoops.Run512(steps),
        };
    }

    /// <summary>Exclusive or, counting of bits and addition, <paramref name="steps"/> times on every sum.</summary>
    /// <inheritdoc cref="Integer"/>
    public static int Binary(SimdLevel level, int steps)
    {
        Simd.Require(level);
        return level switch
        {
            SimdLevel.Scalar => BinaryLoops.Scalar(steps),
            SimdLevel.Vector128 => BinaryLoops.Run128(steps),
            SimdLevel.AvxVnni when Simd.IsSupported(SimdLevel.Vector512) => BinaryLoops.Run512(steps),
            SimdLevel.Vector256 or SimdLevel.AvxVnni => BinaryLoops.Run256(steps),
            SimdLevel.Vector512 => BinaryLoops.Run512(steps),
        };
    }
}
