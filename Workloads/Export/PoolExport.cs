using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Import.Onnx.Proto;

namespace NpuSim.Workloads.Export;

/// <summary>Pooling, reduction and resizing.</summary>
internal static class PoolExport
{
    public static void MaxPool(OnnxWriter writer, Node node, MaxPoolAttributes attributes) =>
        Image(writer, node, chain => chain.Main("MaxPool", [], Geometry(attributes.Window)), attributes.Activation);

    public static void AveragePool(OnnxWriter writer, Node node, AveragePoolAttributes attributes)
    {
        var counts = Attribute.Of("count_include_pad", attributes.CountPadding ? 1 : 0);
        Image(writer, node, chain => chain.Main("AveragePool", [], [.. Geometry(attributes.Window), counts]), attributes.Activation);
    }

    /// <summary>Axes are an input of ReduceSum and attributes of the others in this opset.</summary>
    public static void Reduce(OnnxWriter writer, Node node, ReduceAttributes attributes)
    {
        var keeps = Attribute.Of("keepdims", attributes.KeepDimensions ? 1 : 0);
        var chain = new OperatorChain(writer, node, writer.Real(node.Input(0)));
        if (attributes.Function == ReduceFunction.Sum)
            chain.Main("ReduceSum", [writer.Longs($"{node.Name}/axes", attributes.Axes.Select(axis => (long)axis))], keeps);
        else
            chain.Main(attributes.Function switch
            {
                ReduceFunction.Mean => "ReduceMean",
                ReduceFunction.Sum => "ReduceSum",
                ReduceFunction.Maximum => "ReduceMax",
                ReduceFunction.Minimum => "ReduceMin",
                ReduceFunction.Product => "ReduceProd",
            }, [], Attribute.Of("axes", attributes.Axes), keeps);
        chain.End();
    }

    public static void Resize(OnnxWriter writer, Node node, ResizeAttributes attributes)
    {
        var (mode, coordinates, rounding) = attributes.Mode switch
        {
            ResizeMode.NearestFloor => ("nearest", "asymmetric", "floor"),
            ResizeMode.NearestHalfPixel => ("nearest", "half_pixel", "round_prefer_ceil"),
            ResizeMode.BilinearHalfPixel => ("linear", "half_pixel", "round_prefer_floor"),
            ResizeMode.BilinearAlignCorners => ("linear", "align_corners", "round_prefer_floor"),
            ResizeMode.BilinearAsymmetric => ("linear", "asymmetric", "round_prefer_floor"),
        };
        var shape = node.Output.Shape;
        var sizes = writer.Longs($"{node.Name}/sizes", [shape[0], shape[3], shape[1], shape[2]]);
        Image(writer, node, chain => chain.Main("Resize", ["", "", sizes],
            Attribute.Of("mode", mode),
            Attribute.Of("coordinate_transformation_mode", coordinates), Attribute.Of("nearest_mode", rounding)),
            ActivationBounds.None);
    }

    /// <summary>Attributes that the windows of convolutions and pools have in common.</summary>
    public static AttributeProto[] Geometry(Window window) =>
    [
        Attribute.Of("kernel_shape", [window.KernelHeight, window.KernelWidth]),
        Attribute.Of("strides", [window.StrideY, window.StrideX]),
        Attribute.Of("pads", [window.Padding.Top, window.Padding.Left, window.Padding.Bottom, window.Padding.Right]),
    ];

    /// <summary>Bounds come last, so that an importer that cancels the transposes finds them beside the operator.</summary>
    private static void Image(OnnxWriter writer, Node node, Func<OperatorChain, OperatorChain> middle, ActivationBounds activation) =>
        middle(new OperatorChain(writer, node, writer.Real(node.Input(0))).Transpose("to_nchw", 0, 3, 1, 2))
            .Transpose("to_nhwc", 0, 2, 3, 1).Clamp(activation).End();
}
