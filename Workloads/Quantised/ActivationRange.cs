using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Quantised;

/// <summary>Bounds of a fused activation as int8 values.</summary>
public static class ActivationRange
{
    /// <summary>zero + round-half-away(float32(bound) / scale) for each finite bound, within [−128, 127].</summary>
    public static (int Min, int Max) Of(ActivationBounds bounds, Quantisation output)
    {
        var low = Bound(bounds.Low, output);
        return (low, Math.Max(low, Bound(bounds.High, output)));
    }

    private static int Bound(float value, Quantisation output)
    {
        var steps = MathF.Round(value / output.Scale, MidpointRounding.AwayFromZero);
        return (int)Math.Clamp(steps + (double)output.Zero, sbyte.MinValue, sbyte.MaxValue);
    }
}
