using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Import.Onnx;

/// <summary>Multiplies an operand by a number of the file, within the constant where it is one.</summary>
internal static class Scaling
{
    public static Tensor? By(GraphBuilder graph, OnnxNode node, string suffix, Tensor? value, float factor)
    {
        if (value is null || factor == 1)
            return value;
        var name = $"{node.Name}/{suffix}_scaled";
        if (ConstantOperand.Of(graph, value) is not { } operand)
            return graph.Step(
                node, $"{suffix}_scaled", new BinaryAttributes(BinaryFunction.Multiply, ActivationBounds.None), value.Shape, value,
                Constants.OfFloats(graph.TensorName($"{node.Name}/{suffix}"), [factor]));
        var constant = operand.Constant;
        if (!operand.IsDequantised)
            return Constants.OfFloats(graph.TensorName(name), [.. constant.Floats().ToArray().Select(element => element * factor)],
                [.. constant.Shape]);
        var quantisation = constant.Quantisation!;
        if (factor <= 0)
            throw node.Refuse("a factor that is not positive on quantised constants", "a positive one");
        return ConstantOperand.Dequantised(graph, new Tensor(graph.TensorName(name), constant.Type, constant.Shape)
        {
            Data = constant.Data,
            Quantisation = quantisation with { Scales = [.. quantisation.Scales.Select(scale => scale * factor)] },
        });
    }
}
