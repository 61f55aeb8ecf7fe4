using System.Runtime.InteropServices;

namespace NpuSim.Kernels;

/// <summary>float32 values as an array takes them that computes in bfloat16.</summary>
public static class BrainRounding
{
    /// <summary>target[i] is the bfloat16 nearest to source[i], ties to even, as a float32; a NaN becomes 0x7FC00000.</summary>
    /// <param name="source">Values.</param>
    /// <param name="target">As many results; may be the source itself.</param>
    public static void Round(ReadOnlySpan<float> source, Span<float> target)
    {
        var bits = MemoryMarshal.Cast<float, uint>(source);
        var rounded = MemoryMarshal.Cast<float, uint>(target[..source.Length]);
        for (int i = 0; i < bits.Length; i++) rounded[i] = (uint)BrainFloat.Rounded(bits[i]) << 16;
    }

    /// <summary>Makes every NaN 0x7FC00000, as passes of the array do with their sums.</summary>
    public static void MakeNaNsQuiet(Span<float> values) => BrainFloat.MakeNaNsQuiet(values);
}
