using NpuSim.Kernels;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Interpret;

/// <summary>Fused activations of float32 results.</summary>
internal static class Activation
{
    /// <summary>min(max(x, low), high) in place; nothing where both are open, so that NaN stays NaN there.</summary>
    public static void Apply(ActivationBounds bounds, Span<float> values)
    {
        if (bounds != ActivationBounds.None)
        {
            ClampKernel.Float32(values, values, bounds.Low, bounds.High);
        }
    }
}
