using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Import.Onnx.Proto;

namespace NpuSim.Workloads.Export;

/// <summary>Convolutions and matrix products.</summary>
internal static class ProductExport
{
    public static void Convolution(OnnxWriter writer, Node node, ConvolutionAttributes attributes)
    {
        var w = node.Input(1);
        var weights = w.IsConstant
            ? writer.RealConstant(w, [0, 3, 1, 2], [w.Shape[0], w.Shape[3], w.Shape[1], w.Shape[2]], w.Quantisation)
            : Transposed(writer, node, w, [0, 3, 1, 2]);
        Image(writer, node, attributes.Window, weights, attributes.Groups, attributes.Activation);
    }

    public static void Depthwise(OnnxWriter writer, Node node, DepthwiseAttributes attributes)
    {
        var w = node.Input(1);
        int[] shape = [w.Shape[2], 1, w.Shape[0], w.Shape[1]];
        var quantisation = w.Quantisation is { IsPerTensor: false } perChannel ? perChannel with { Axis = 0 } : w.Quantisation;
        var weights = w.IsConstant
            ? writer.RealConstant(w, [2, 0, 1], shape, quantisation)
            : Reshaped(writer, node, Transposed(writer, node, w, [2, 0, 1]), shape);
        Image(writer, node, attributes.Window, weights, w.Shape[2] / attributes.Multiplier, attributes.Activation);
    }

    /// <summary>Gemm, of rows of the last dimension where there are more than two.</summary>
    public static void FullyConnected(OnnxWriter writer, Node node, FullyConnectedAttributes attributes)
    {
        var (x, w) = (node.Input(0), node.Input(1));
        var isMatrix = x.Shape.Count == 2;
        var chain = new OperatorChain(writer, node, writer.Real(x));
        if (!isMatrix)
            chain.Reshape("rows", [(int)(x.Elements / x.Shape[^1]), x.Shape[^1]]);
        string[] further = [writer.Real(w), .. Bias(writer, node)];
        chain.Main("Gemm", further, Attribute.Of("transB", 1)).Clamp(attributes.Activation);
        if (!isMatrix)
            chain.Reshape("shaped", node.Output.Shape);
        chain.End();
    }

    public static void MatrixMultiply(OnnxWriter writer, Node node, MatrixMultiplyAttributes attributes)
    {
        var (a, b) = (node.Input(0), node.Input(1));
        var second = attributes.TransposeB ? Transposed(writer, node, b, LastSwapped(b.Shape.Count)) : writer.Real(b);
        var chain = new OperatorChain(writer, node, writer.Real(a));
        if (attributes.TransposeA)
            chain.Transpose("transpose_a", LastSwapped(a.Shape.Count));
        chain.Main("MatMul", [second]).End();
    }

    private static void Image(OnnxWriter writer, Node node, Window window, string weights, int groups, ActivationBounds activation) =>
        new OperatorChain(writer, node, writer.Real(node.Input(0)))
            .Transpose("to_nchw", 0, 3, 1, 2)
            .Main("Conv", [weights, .. Bias(writer, node)],
                [.. PoolExport.Geometry(window), Attribute.Of("dilations", [window.DilationY, window.DilationX]),
                    Attribute.Of("group", groups)])
            .Transpose("to_nhwc", 0, 2, 3, 1)
            .Clamp(activation)
            .End();

    /// <summary>The bias, where there is one; int32 without a scale of its own has that of the accumulator.</summary>
    private static string[] Bias(OnnxWriter writer, Node node)
    {
        if (node.Inputs.Count < 3 || node.Inputs[2] is not { } bias)
            return [];
        if (bias is not { Type: ElementType.Int32, Quantisation: null })
            return [writer.Real(bias)];
        var input = node.Input(0).Quantisation ?? throw new ModelException($"node {node.Name}: an int32 bias of a float32 operator");
        var weights = node.Input(1).Quantisation ?? throw new ModelException($"node {node.Name}: an int32 bias of float32 weights");
        float[] scales = [.. weights.Scales.Select(scale => scale * input.Scale)];
        return [writer.Real(new Tensor(writer.Unique($"{node.Name}/bias"), bias.Type, bias.Shape)
        {
            Data = bias.Data,
            Quantisation = new Quantisation(scales, new int[scales.Length]),
        })];
    }

    private static string Transposed(OnnxWriter writer, Node node, Tensor value, int[] permutation)
    {
        var real = writer.Real(value);
        var name = writer.Unique($"{node.Name}/transposed");
        return writer.Emit(name, "", "Transpose", [real], name, [Attribute.Of("perm", permutation)]);
    }

    private static string Reshaped(OnnxWriter writer, Node node, string value, int[] shape)
    {
        var name = writer.Unique($"{node.Name}/reshaped");
        return writer.Emit(name, "", "Reshape", [value, writer.Longs($"{name}/shape", shape.Select(extent => (long)extent))], name, []);
    }

    private static int[] LastSwapped(int rank) => [.. Enumerable.Range(0, rank - 2), rank - 1, rank - 2];
}
