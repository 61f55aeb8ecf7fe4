using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NpuSim.Kernels;

/// <summary>Loops that only load: what reading a working set in vectors of a level costs, hence a ceiling of kernels that do little with
/// each byte.</summary>
public static class ReadLoops
{
    /// <summary>Bytes of a step of every loop, so that memory is read in whole steps.</summary>
    public const int StepBytes = 512;

    /// <summary>Reads memory once from start to end; what follows the last whole <see cref="StepBytes"/> is left out.</summary>
    /// <returns>An exclusive or of everything read, so that nothing can be left out.</returns>
    public static long Read(SimdLevel level, ReadOnlySpan<byte> memory)
    {
        Simd.Require(level);
        ref byte first = ref MemoryMarshal.GetReference(memory);
        int steps = memory.Length / StepBytes;
        return level switch
        {
            SimdLevel.Scalar => Scalar(ref first, steps),
            SimdLevel.Vector128 => Read128(ref first, steps),
            SimdLevel.Vector256 or SimdLevel.AvxVnni => Read256(ref first, steps),
            SimdLevel.Vector512 => Read512(ref first, steps),
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long Scalar(ref byte place, int steps)
    {
        long s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        for (int i = 0; i < steps * (StepBytes / 32); i++, place = ref Unsafe.Add(ref place, 32))
        {
            s0 ^= Unsafe.ReadUnaligned<long>(ref place);
            s1 ^= Unsafe.ReadUnaligned<long>(ref Unsafe.Add(ref place, 8));
            s2 ^= Unsafe.ReadUnaligned<long>(ref Unsafe.Add(ref place, 16));
            s3 ^= Unsafe.ReadUnaligned<long>(ref Unsafe.Add(ref place, 24));
        }

        return s0 ^ s1 ^ s2 ^ s3;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long Read128(ref byte place, int steps)
    {
        Vector128<byte> s0 = default, s1 = default, s2 = default, s3 = default;
        for (int i = 0; i < steps * (StepBytes / 64); i++, place = ref Unsafe.Add(ref place, 64))
        {
            s0 ^= Vector128.LoadUnsafe(ref place);
            s1 ^= Vector128.LoadUnsafe(ref place, 16);
            s2 ^= Vector128.LoadUnsafe(ref place, 32);
            s3 ^= Vector128.LoadUnsafe(ref place, 48);
        }

        return (s0 ^ s1 ^ s2 ^ s3).AsInt64()[0];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long Read256(ref byte place, int steps)
    {
        Vector256<byte> s0 = default, s1 = default, s2 = default, s3 = default;
        for (int i = 0; i < steps * (StepBytes / 128); i++, place = ref Unsafe.Add(ref place, 128))
        {
            s0 ^= Vector256.LoadUnsafe(ref place);
            s1 ^= Vector256.LoadUnsafe(ref place, 32);
            s2 ^= Vector256.LoadUnsafe(ref place, 64);
            s3 ^= Vector256.LoadUnsafe(ref place, 96);
        }

        return (s0 ^ s1 ^ s2 ^ s3).AsInt64()[0];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long Read512(ref byte place, int steps)
    {
        Vector512<byte> s0 = default, s1 = default, s2 = default, s3 = default;
        for (int i = 0; i < steps * (StepBytes / 256); i++, place = ref Unsafe.Add(ref place, 256))
        {
            s0 ^= Vector512.LoadUnsafe(ref place);
            s1 ^= Vector512.LoadUnsafe(ref place, 64);
            s2 ^= Vector512.LoadUnsafe(ref place, 128);
            s3 ^= Vector512.LoadUnsafe(ref place, 192);
        }

        return (s0 ^ s1 ^ s2 ^ s3).AsInt64()[0];
    }
}
