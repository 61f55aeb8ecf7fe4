using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace NpuSim.Kernels;

/// <summary>The SIMD levels of this host and the one that kernels use.</summary>
public static class Simd
{
    private static volatile SimdLevel active = Best();

    /// <summary>Levels this host can run, in ascending order of <see cref="SimdLevel"/>; the first is
    /// <see cref="SimdLevel.Scalar"/>.</summary>
    public static IReadOnlyList<SimdLevel> Supported { get; } = [.. Enum.GetValues<SimdLevel>().Where(IsSupported)];

    /// <summary>The level of kernels that are called without one. At first the fastest of <see cref="Supported"/>.</summary>
    /// <exception cref="PlatformNotSupportedException">Set to a level that this host cannot run.</exception>
    public static SimdLevel Active
    {
        get => active;
        set
        {
            Require(value);
            active = value;
        }
    }

    /// <summary>Tells whether this host can run a level.</summary>
    public static bool IsSupported(SimdLevel level) => level switch
    {
        SimdLevel.Scalar => true,
        SimdLevel.Vector128 => Sse41.IsSupported || AdvSimd.Arm64.IsSupported,
        SimdLevel.Vector256 => Avx2.IsSupported,
        SimdLevel.Vector512 => Avx512BW.VL.IsSupported && Avx512DQ.VL.IsSupported,
        SimdLevel.AvxVnni => AvxVnni.IsSupported,
    };

    /// <summary>Refuses a level that this host cannot run.</summary>
    internal static void Require(SimdLevel level)
    {
        if (!IsSupported(level)) throw new PlatformNotSupportedException($"SIMD level {level} is not available on this processor");
    }

    private static SimdLevel Best() => Enum.GetValues<SimdLevel>().Last(IsSupported);
}
