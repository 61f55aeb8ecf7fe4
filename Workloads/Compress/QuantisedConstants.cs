using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Compress;

/// <summary>Integer forms of float constants, each made once.</summary>
internal sealed class QuantisedConstants(GraphRewriter rewriter)
{
    private readonly Dictionary<(Tensor Real, float Scale, int Zero), Tensor> operands = [];

    /// <summary>int8 of one scale.</summary>
    public Tensor Operand(Tensor real, Quantisation step)
    {
        if (operands.TryGetValue((real, step.Scale, step.Zero), out var known))
            return known;
        var result = rewriter.Derive(real, "/int8", ElementType.Int8, real.Shape);
        result.Quantisation = step;
        result.Data = StepChoice.Integers(real, step, sbyte.MinValue);
        operands.Add((real, step.Scale, step.Zero), result);
        return result;
    }

    /// <summary>int8 weights of a layer, −127…127, one scale per output channel.</summary>
    public Tensor Weights(Tensor real, int axis, Tensor? bias, float inputScale)
    {
        var step = StepChoice.Weights(real, axis, bias is null ? [] : Constants.Floats(bias), inputScale);
        var result = rewriter.Derive(real, "/int8", ElementType.Int8, real.Shape);
        result.Quantisation = step;
        result.Data = StepChoice.Integers(real, step, -sbyte.MaxValue);
        return result;
    }

    /// <summary>int32 bias of scale s_in·s_w.</summary>
    public Tensor Bias(Tensor real, Tensor input, Quantisation weights)
    {
        double[] values = [.. Constants.Floats(real).ToArray().Select(value => (double)value)];
        var scale = input.Quantisation!.Scale;
        var integers = QuantisedBias.Of(values, scale, weights)
            ?? throw new ModelException($"bias '{real.Name}': found values beyond int32 at the scales of its layer, expected smaller ones");
        return QuantisedBias.Tensor(rewriter, real, integers, scale, weights);
    }
}
