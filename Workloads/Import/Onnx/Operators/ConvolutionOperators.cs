using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Import.Onnx.Operators;

/// <summary>Convolution in float32 (QDQ models have Dequantise nodes before its operands).</summary>
internal static class ConvolutionOperators
{
    public static void Conv(OnnxNode node, GraphBuilder graph)
    {
        node.RequireCounts(2, 3);
        var x = graph.RealInput(node, 0);
        var bias = graph.Optional(node, 2) is null ? null : graph.RealInput(node, 2);
        Import(node, graph, x, graph.RealInput(node, 1), bias, null);
    }

    /// <summary>Appends a convolution.</summary>
    /// <param name="node">Node of the file.</param>
    /// <param name="graph">Graph to append to.</param>
    /// <param name="x">NCHW or NCW input.</param>
    /// <param name="weights">Constant [K, C/groups, R, S] or [K, C/groups, S], or a Dequantise node's output of one.</param>
    /// <param name="bias">[K] or null.</param>
    /// <param name="kind">Of the result; null for a float32 one.</param>
    public static void Import(OnnxNode node, GraphBuilder graph, Tensor x, Tensor weights, Tensor? bias, QuantisedKind? kind)
    {
        var rank = x.Shape.Count;
        var operand = ConstantOperand.Of(graph, weights) ?? throw node.Refuse("weights computed at run time", "constant weights");
        if (weights.Shape.Count != rank)
            throw node.Refuse($"weights {Shown.Of(weights.Shape)} for an input {Shown.Of(x.Shape)}", "as many dimensions");
        var image = ChannelsLast.Enter(graph, node, x);
        var (kernels, channels) = (weights.Shape[0], image.Shape[3]);
        var groups = node.Integer("group", 1, 1, channels);
        if (channels % groups != 0 || kernels % groups != 0 || weights.Shape[1] != channels / groups)
            throw node.Refuse($"weights {Shown.Of(weights.Shape)} in {groups} groups for {channels} channels", "[K, C/groups, R, S]");
        if (bias is not null && (bias.Shape.Count != 1 || bias.Shape[0] != kernels))
            throw node.Refuse($"bias {Shown.Of(bias.Shape)}", $"[{kernels}]");
        var window = WindowReader.Read(node, image.Shape, rank, [.. weights.Shape.Skip(2)], false);
        var depthwise = groups > 1 && groups == channels;
        OperatorAttributes attributes = depthwise
            ? new DepthwiseAttributes(window.Window, kernels / groups, ActivationBounds.None)
            : new ConvolutionAttributes(window.Window, groups, ActivationBounds.None);
        var result = graph.New(node, "nhwc", x.Type, [image.Shape[0], window.OutputHeight, window.OutputWidth, kernels]);
        kind?.Apply(graph, result);
        graph.Add(node, null, attributes, [image, Arranged(graph, node, operand, depthwise), bias], result);
        ChannelsLast.Leave(graph, node, result, rank);
    }

    private static Tensor Arranged(GraphBuilder graph, OnnxNode node, ConstantOperand weights, bool depthwise)
    {
        var shape = weights.Constant.Shape;
        var signal = shape.Count == 3;
        var (rows, columns) = signal ? (1, shape[2]) : (shape[2], shape[3]);
        return depthwise
            ? weights.Permuted(graph, node, "rsc", signal ? [2, 0, 1] : [2, 3, 0, 1], [rows, columns, shape[0]])
            : weights.Permuted(graph, node, "krsc", signal ? [0, 2, 1] : [0, 2, 3, 1], [shape[0], rows, columns, shape[1]]);
    }
}
