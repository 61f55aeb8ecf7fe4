namespace NpuSim.Kernels;

/// <summary>Which machine code a kernel runs. Every level gives the same bytes; <see cref="Scalar"/> is the definition.</summary>
/// <remarks>A kernel that has no variant of its own for a level runs the nearest lower one.</remarks>
public enum SimdLevel : byte
{
    Scalar,

    /// <summary>128-bit vectors: SSE4.1 or AdvSimd.</summary>
    Vector128,

    /// <summary>256-bit vectors: AVX2.</summary>
    Vector256,

    /// <summary>512-bit vectors: AVX-512 F, BW, DQ, VL.</summary>
    Vector512,

    /// <summary>256-bit vectors with four-byte dot products: AVX-VNNI.</summary>
    AvxVnni,
}
