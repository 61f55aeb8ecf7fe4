using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Compress;

/// <summary>Ranges for runs in which only time and traffic matter: what the operators bound, and −6 to 6 elsewhere.</summary>
internal static class NominalRanges
{
    private const float Typical = 6;

    public static Dictionary<Tensor, ValueRange> Of(Graph graph)
    {
        var ranges = new Dictionary<Tensor, ValueRange>(ReferenceEqualityComparer.Instance);
        foreach (var input in graph.Inputs)
            ranges[input] = new ValueRange(-1, 1);
        foreach (var node in graph.Nodes)
            foreach (var output in node.Outputs)
                if (output.Type == ElementType.Float32)
                    ranges[output] = Of(node);
        return ranges;
    }

    private static ValueRange Of(Node node)
    {
        var bounds = node.Attributes switch
        {
            ConvolutionAttributes a => a.Activation,
            DepthwiseAttributes a => a.Activation,
            FullyConnectedAttributes a => a.Activation,
            BinaryAttributes a => a.Activation,
            MaxPoolAttributes a => a.Activation,
            AveragePoolAttributes a => a.Activation,
            ClampAttributes a => a.Bounds,
            SoftmaxAttributes { Log: false } => new ActivationBounds(0, 1),
            UnaryAttributes { Function: UnaryFunction.Sigmoid or UnaryFunction.HardSigmoid } => new ActivationBounds(0, 1),
            UnaryAttributes { Function: UnaryFunction.Tanh or UnaryFunction.Erf } => new ActivationBounds(-1, 1),
            _ => ActivationBounds.None,
        };
        return new ValueRange(Math.Max(bounds.Low, -Typical), Math.Min(bounds.High, Typical));
    }
}
