using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Export;

/// <summary>Softmax and normalisations.</summary>
internal static class NormalisationExport
{
    public static void Softmax(OnnxWriter writer, Node node, SoftmaxAttributes attributes)
    {
        var chain = new OperatorChain(writer, node, writer.Real(node.Input(0)));
        if (attributes.Beta != 1)
            chain.Then("beta", "Mul", [writer.Float($"{node.Name}/beta", attributes.Beta)]);
        chain.Main(attributes.Log ? "LogSoftmax" : "Softmax", [], Attribute.Of("axis", attributes.Axis)).End();
    }

    /// <summary>The operator needs a factor, so one that is absent is 1.</summary>
    public static void Layer(OnnxWriter writer, Node node, LayerNormalisationAttributes attributes)
    {
        var normal = node.Input(0).Shape.Skip(attributes.Axis).ToArray();
        var gamma = Operand(1) is { } given
            ? writer.Real(given)
            : writer.Stored(Import.Onnx.Constants.OfFloats(
                writer.Unique($"{node.Name}/gamma"), [.. Enumerable.Repeat(1f, (int)Import.Onnx.Shapes.Elements(normal))], normal));
        string[] further = Operand(2) is { } beta ? [gamma, writer.Real(beta)] : [gamma];
        new OperatorChain(writer, node, writer.Real(node.Input(0)))
            .Main("LayerNormalization", further, Attribute.Of("axis", attributes.Axis), Attribute.Of("epsilon", attributes.Epsilon)).End();

        Tensor? Operand(int index) => index < node.Inputs.Count ? node.Inputs[index] : null;
    }

    public static void Batch(OnnxWriter writer, Node node, BatchNormalisationAttributes attributes)
    {
        string[] further = [.. node.Inputs.Skip(1).Select(input => writer.Real(input!))];
        ChannelsSecond(writer, node, chain => chain.Main("BatchNormalization", further, Attribute.Of("epsilon", attributes.Epsilon)));
    }

    public static void LocalResponse(OnnxWriter writer, Node node, LocalResponseAttributes attributes) =>
        ChannelsSecond(writer, node, chain => chain.Main("LRN", [], Attribute.Of("size", attributes.Size),
            Attribute.Of("alpha", attributes.Alpha), Attribute.Of("beta", attributes.Beta), Attribute.Of("bias", attributes.Bias)));

    /// <summary>The graph's channels are the last dimension, ONNX's the second.</summary>
    private static void ChannelsSecond(OnnxWriter writer, Node node, Func<OperatorChain, OperatorChain> middle)
    {
        var rank = node.Input(0).Shape.Count;
        if (rank < 2)
            throw new ModelException($"node {node.Name}: {node.Input(0)} cannot be normalised in ONNX, two dimensions at least were expected");
        var chain = new OperatorChain(writer, node, writer.Real(node.Input(0)));
        middle(chain.Transpose("to_nchw", [0, rank - 1, .. Enumerable.Range(1, rank - 2)]))
            .Transpose("to_nhwc", [0, .. Enumerable.Range(2, rank - 2), 1]).End();
    }
}
