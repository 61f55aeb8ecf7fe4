using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Compress;

/// <summary>Chooses scales and zero points.</summary>
internal static class StepChoice
{
    /// <summary>Narrowest range a scale is made for: below it, all values are one.</summary>
    private const float Narrowest = 1e-9f;

    /// <summary>Asymmetric int8 over a range widened to hold 0: scale = (high − low)/255, zero = round(−128 − low/scale). A range of nothing
    /// but 0 gets scale 1 and zero point 0.</summary>
    /// <exception cref="ModelException">The range is not finite.</exception>
    public static Quantisation Activation(string tensor, ValueRange range)
    {
        if (range.IsEmpty)
            return Quantisation.PerTensor(1, 0);
        double low = Math.Min(range.Low, 0f), high = Math.Max(range.High, 0f);
        if (!double.IsFinite(low) || !double.IsFinite(high))
            throw new ModelException(FormattableString.Invariant(
                $"tensor '{tensor}': calibration found values from {range.Low} to {range.High}, finite ones were expected"));
        if (high - low < Narrowest)
            return Quantisation.PerTensor(1, 0);
        var scale = (float)((high - low) / 255);
        var zero = Math.Clamp(Math.Round(-128 - low / scale, MidpointRounding.ToEven), sbyte.MinValue, sbyte.MaxValue);
        return Quantisation.PerTensor(scale, (int)zero);
    }

    /// <summary>A constant operand: exact where it is one value, else as an activation of its range.</summary>
    public static Quantisation Constant(Tensor constant)
    {
        var range = ValueRange.Of(Constants.Floats(constant));
        return range.Low.Equals(range.High) && range.Low != 0 && float.IsFinite(range.Low)
            ? Quantisation.PerTensor(Math.Abs(range.Low), 0)
            : Activation(constant.Name, range);
    }

    /// <summary>Symmetric int8 weights, one scale per index of an axis: largest magnitude / 127, and large enough for the bias of the channel
    /// to fit 30 bits at scale s_in·s_w. A channel of zeros gets a scale at which its bias has 24 bits.</summary>
    /// <param name="weights">float32 constant.</param>
    /// <param name="axis">Dimension of the output channels.</param>
    /// <param name="bias">One value per channel; empty where there is none.</param>
    /// <param name="inputScale">s_in.</param>
    public static Quantisation Weights(Tensor weights, int axis, ReadOnlySpan<float> bias, float inputScale)
    {
        var largest = Largest(weights, axis);
        var scales = new float[largest.Length];
        for (var channel = 0; channel < scales.Length; channel++)
        {
            var magnitude = bias.Length > 0 ? Math.Abs((double)bias[channel]) : 0;
            if (!float.IsFinite(largest[channel]) || !double.IsFinite(magnitude))
                throw new ModelException($"tensor '{weights.Name}': output channel {channel} has weights or a bias that are not finite");
            var bits = largest[channel] > 0 ? 30 : 24;
            var scale = Math.Max(largest[channel] / 127.0, magnitude / (inputScale * Math.ScaleB(1.0, bits)));
            scales[channel] = scale > Math.ScaleB(1.0, -100) ? (float)scale : 1f / 127;
        }

        return new Quantisation(scales, new int[scales.Length], axis);
    }

    /// <summary>clamp(round-half-even(real / scale) + zero, low, 127) of a float constant, dense.</summary>
    public static byte[] Integers(Tensor constant, Quantisation step, int low)
    {
        var result = new byte[constant.Elements];
        var axis = AxisRuns.Of(constant, step.IsPerTensor ? -1 : step.Axis);
        Parallel.For(0, axis.Count, block =>
        {
            var values = Constants.Floats(constant);
            var channel = block % step.Scales.Count;
            var (scale, zero) = ((double)step.Scales[channel], (double)step.Zeros[channel]);
            for (var i = axis.Start(block); i < axis.Start(block + 1); i++)
            {
                var steps = Math.Round(values[i] / scale, MidpointRounding.ToEven) + zero;
                result[i] = unchecked((byte)(sbyte)Math.Clamp(steps, low, sbyte.MaxValue));
            }
        });
        return result;
    }

    private static float[] Largest(Tensor weights, int axis)
    {
        var values = Constants.Floats(weights);
        var result = new float[weights.Shape[axis]];
        var runs = AxisRuns.Of(weights, axis);
        for (var block = 0; block < runs.Count; block++)
        {
            ref var largest = ref result[block % result.Length];
            foreach (var value in values[runs.Start(block)..runs.Start(block + 1)])
                largest = Math.Max(largest, Math.Abs(value));
        }

        return result;
    }

    /// <summary>A dense tensor as runs of elements with one index along an axis; run b has index b modulo the axis' extent.</summary>
    private readonly record struct AxisRuns(int Count, int Length)
    {
        /// <summary>Runs of a tensor; the whole tensor is one where the axis is −1.</summary>
        public static AxisRuns Of(Tensor tensor, int axis)
        {
            var length = (int)tensor.Shape.Skip(axis + 1).Aggregate(1L, (product, extent) => product * extent);
            return new AxisRuns((int)(tensor.Elements / length), length);
        }

        public int Start(int run) => run * Length;
    }
}
