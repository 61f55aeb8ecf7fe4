using System.Runtime.InteropServices;
using NpuSim.Kernels;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Interpret;

/// <summary>Convolutions and matrix products in float32.</summary>
internal static class FloatProducts
{
    public static void Convolution(NodeCall call)
    {
        var attributes = (ConvolutionAttributes)call.Node.Attributes;
        var geometry = Geometry(call, attributes.Window, attributes.Groups);
        for (var image = 0; image < call.OutputShape[0]; image++)
        {
            FloatConvolutionKernel.Dense(
                geometry, call.InputImage<float>(image), call.Input<float>(1), call.Input<float>(2), call.OutputImage<float>(image));
        }

        Activation.Apply(attributes.Activation, call.Output<float>());
    }

    public static void Depthwise(NodeCall call)
    {
        var attributes = (DepthwiseAttributes)call.Node.Attributes;
        var geometry = Geometry(call, attributes.Window, 1);
        for (var image = 0; image < call.OutputShape[0]; image++)
        {
            FloatConvolutionKernel.Depthwise(
                geometry, call.InputImage<float>(image), call.Input<float>(1), call.Input<float>(2), call.OutputImage<float>(image));
        }

        Activation.Apply(attributes.Activation, call.Output<float>());
    }

    public static void FullyConnected(NodeCall call)
    {
        var weights = call.Shape(1);
        var rows = (int)(call.Node.Output.Elements / weights[0]);
        FloatMatrixKernel.Multiply(
            rows, weights[0], weights[1], call.Input<float>(0), call.Input<float>(1), true, call.Input<float>(2), call.Output<float>());
        Activation.Apply(((FullyConnectedAttributes)call.Node.Attributes).Activation, call.Output<float>());
    }

    public static void MatrixMultiply(NodeCall call)
    {
        var product = new MatrixProduct(call.Node);
        var a = MemoryMarshal.Cast<byte, float>(product.Left(call.Input(0), sizeof(float)));
        for (var batch = 0; batch < product.Batches; batch++)
        {
            FloatMatrixKernel.Multiply(
                product.Rows, product.Columns, product.Depth, a[product.LeftOffset(batch)..], call.Input<float>(1)[product.RightOffset(batch)..],
                product.TransposeB, default, call.Output<float>()[product.OutputOffset(batch)..]);
        }
    }

    private static FloatConvolutionGeometry Geometry(NodeCall call, Window window, int groups)
    {
        var (x, y) = (call.Shape(0), call.OutputShape);
        return new FloatConvolutionGeometry(
            InHeight: x[1], InWidth: x[2], InChannels: x[3], KernelHeight: window.KernelHeight, KernelWidth: window.KernelWidth,
            StrideY: window.StrideY, StrideX: window.StrideX, DilationY: window.DilationY, DilationX: window.DilationX,
            PadTop: window.Padding.Top, PadLeft: window.Padding.Left, OutRows: y[1], OutCols: y[2], OutChannels: y[3], Groups: groups);
    }
}
