using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Import.Onnx;

/// <summary>A constant that an operator reads: float32, or integers behind a <see cref="OperatorKind.Dequantise"/> node.</summary>
/// <param name="Constant">The stored values.</param>
/// <param name="IsDequantised">True for integers behind a Dequantise node.</param>
internal sealed record ConstantOperand(Tensor Constant, bool IsDequantised)
{
    /// <summary>The constant behind a value, or null where it is computed at run time.</summary>
    public static ConstantOperand? Of(GraphBuilder graph, Tensor value)
    {
        if (value.IsConstant)
            return new ConstantOperand(value, false);
        return graph.Producer(value) is { Kind: OperatorKind.Dequantise } node && node.Input(0).IsConstant
            ? new ConstantOperand(node.Input(0), true)
            : null;
    }

    /// <summary>The value with its dimensions permuted, then given another shape; a Dequantise node again follows integers.</summary>
    /// <param name="graph">Graph to append to.</param>
    /// <param name="node">Node that asks, for messages.</param>
    /// <param name="suffix">Of the new constant's name; the same one always stands for the same arrangement.</param>
    /// <param name="permutation">Of the constant's dimensions.</param>
    /// <param name="shape">Shape after the permutation; null keeps the permuted one.</param>
    public Tensor Permuted(GraphBuilder graph, OnnxNode node, string suffix, IReadOnlyList<int> permutation,
        IReadOnlyList<int>? shape = null)
    {
        var rearranged = graph.Rearranged($"{Constant.Name}/{suffix}", name => new Tensor(
            name, Constant.Type, shape ?? Constants.PermutedShape(Constant.Shape, permutation))
        {
            Data = IsIdentity(permutation)
                ? Constant.Data
                : Constants.Permuted(Constant.Data!, Constant.Type.SizeBytes(), Constant.Shape, permutation),
            Quantisation = Moved(node, permutation, shape),
        });
        graph.MarkUnsigned(rearranged, graph.IsUnsigned(Constant));
        return IsDequantised ? Dequantised(graph, rearranged) : rearranged;
    }

    /// <summary>The value in another shape of as many elements.</summary>
    public Tensor Reshaped(GraphBuilder graph, OnnxNode node, string suffix, IReadOnlyList<int> shape) =>
        Constant.Shape.SequenceEqual(shape)
            ? IsDequantised ? Dequantised(graph, Constant) : Constant
            : Permuted(graph, node, suffix, [.. Enumerable.Range(0, Constant.Shape.Count)], shape);

    /// <summary>The float32 value of a constant of integers with quantisation.</summary>
    public static Tensor Dequantised(GraphBuilder graph, Tensor constant) => graph.Rearranged($"{constant.Name}/real", name =>
        graph.Add(new Node(graph.NodeName($"{constant.Name}/dequantise"), new DequantiseAttributes(), [constant],
            [new Tensor(name, ElementType.Float32, constant.Shape)])));

    private static bool IsIdentity(IReadOnlyList<int> permutation) => permutation.Select((axis, index) => axis == index).All(same => same);

    private Quantisation? Moved(OnnxNode node, IReadOnlyList<int> permutation, IReadOnlyList<int>? shape)
    {
        if (Constant.Quantisation is not { IsPerTensor: false } quantisation)
            return Constant.Quantisation;
        var axis = 0;
        while (permutation[axis] != quantisation.Axis)
            axis++;
        // A new shape keeps the axis only where an axis of that extent has as many elements before it.
        if (shape is null)
            return quantisation with { Axis = axis };
        var before = permutation.Take(axis).Aggregate(1, (product, index) => product * Constant.Shape[index]);
        var target = 0;
        for (var product = 1; target < shape.Count && (product != before || shape[target] != quantisation.Scales.Count); target++)
            product *= shape[target];
        return target < shape.Count
            ? quantisation with { Axis = target }
            : throw node.Refuse($"scales along dimension {quantisation.Axis} of {Shown.Of(Constant.Shape)}",
                "scales along the output channels");
    }
}
