using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Quantised;

/// <summary>Which nodes are computed on quantised values.</summary>
public static class QuantisedNodes
{
    /// <summary>True where every output, the first input and every other input that is computed at run time are int8 with a quantisation
    /// (indices of a gather excepted). Such a node is executed in integers where it has an integer definition.</summary>
    public static bool IsQuantised(Node node)
    {
        if (node.Outputs.Count == 0 || node.Inputs.Count == 0 || !node.Outputs.All(IsQuantised))
        {
            return false;
        }

        var indices = node.Kind == OperatorKind.Gather ? 1 : -1;
        for (var index = 0; index < node.Inputs.Count; index++)
        {
            var input = node.Inputs[index];
            if (index == 0 ? !IsQuantised(input) : index != indices && input is { IsConstant: false } && !IsQuantised(input))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>True for an int8 tensor with a quantisation.</summary>
    public static bool IsQuantised(Tensor? tensor) => tensor is { Type: ElementType.Int8, Quantisation: not null };

    /// <summary>True where both tensors have one scale and zero point each, and the same.</summary>
    public static bool SameQuantisation(Tensor a, Tensor b) =>
        a.Quantisation is { IsPerTensor: true } first && b.Quantisation is { IsPerTensor: true } second
        && first.Scale.Equals(second.Scale) && first.Zero == second.Zero;

    /// <summary>Why a quantised node's inputs or outputs do not fit one scale per tensor; empty where they do.</summary>
    internal static string PerTensorReason(Node node)
    {
        if (!IsQuantised(node))
        {
            return "not all of its inputs and outputs are quantised int8";
        }

        var tensor = node.Inputs.Append(node.Output).FirstOrDefault(t => t?.Quantisation is { IsPerTensor: false });
        return tensor is null ? "" : $"tensor {tensor.Name} has {tensor.Quantisation!.Scales.Count} scales, one was expected";
    }
}
