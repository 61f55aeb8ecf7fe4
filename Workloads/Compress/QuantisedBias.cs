using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Compress;

/// <summary>The int32 bias of a quantised layer: real / (s_in·s_w), rounded half to even, with the arithmetic in float64.</summary>
internal static class QuantisedBias
{
    /// <summary>The integers; null where one leaves the range of int32.</summary>
    public static int[]? Of(IReadOnlyList<double> real, float inputScale, Quantisation weights)
    {
        var result = new int[real.Count];
        for (var channel = 0; channel < result.Length; channel++)
        {
            var steps = Math.Round(real[channel] / ((double)inputScale * weights.Scales[weights.IsPerTensor ? 0 : channel]), MidpointRounding.ToEven);
            if (!(Math.Abs(steps) <= int.MaxValue))
                return null;
            result[channel] = (int)steps;
        }

        return result;
    }

    public static Tensor Tensor(GraphRewriter rewriter, Tensor origin, int[] integers, float inputScale, Quantisation weights)
    {
        var tensor = rewriter.Derive(origin, "/int32", ElementType.Int32, [integers.Length]);
        tensor.Data = Constants.ToBytes<int>(integers);
        float[] scales = [.. weights.Scales.Select(scale => Positive(inputScale * scale))];
        tensor.Quantisation = new Quantisation(scales, new int[scales.Length]);
        return tensor;
    }

    // The product of two tiny scales may underflow; the scale of a bias is for the reader only.
    private static float Positive(float scale) => scale > 0 ? scale : float.Epsilon;
}
