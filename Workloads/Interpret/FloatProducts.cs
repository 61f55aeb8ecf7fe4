using System.Runtime.InteropServices;
using NpuSim.Kernels;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Interpret;

/// <summary>Convolutions and matrix products in float32, with operands as <see cref="Graph.Products"/> says.</summary>
internal static class FloatProducts
{
    public static void Convolution(NodeCall call)
    {
        var attributes = (ConvolutionAttributes)call.Node.Attributes;
        var geometry = Geometry(call, attributes.Window, attributes.Groups);
        var weights = Right(call);
        for (var image = 0; image < call.OutputShape[0]; image++)
        {
            FloatConvolutionKernel.Dense(geometry, Left(call, call.InputImage<float>(image)), weights, Bias(call), call.OutputImage<float>(image));
        }

        Finish(call, attributes.Activation);
    }

    public static void Depthwise(NodeCall call)
    {
        var attributes = (DepthwiseAttributes)call.Node.Attributes;
        var geometry = Geometry(call, attributes.Window, 1);
        var weights = Right(call);
        for (var image = 0; image < call.OutputShape[0]; image++)
        {
            FloatConvolutionKernel.Depthwise(geometry, Left(call, call.InputImage<float>(image)), weights, Bias(call), call.OutputImage<float>(image));
        }

        Finish(call, attributes.Activation);
    }

    public static void FullyConnected(NodeCall call)
    {
        var weights = call.Shape(1);
        var rows = (int)(call.Node.Output.Elements / weights[0]);
        FloatMatrixKernel.Multiply(
            rows, weights[0], weights[1], Left(call, call.Input<float>(0)), Right(call), true, Bias(call), call.Output<float>());
        Finish(call, ((FullyConnectedAttributes)call.Node.Attributes).Activation);
    }

    public static void MatrixMultiply(NodeCall call)
    {
        var product = new MatrixProduct(call.Node);
        var a = Left(call, MemoryMarshal.Cast<byte, float>(product.Left(call.Input(0), sizeof(float))));
        var b = Right(call);
        for (var batch = 0; batch < product.Batches; batch++)
        {
            FloatMatrixKernel.Multiply(
                product.Rows, product.Columns, product.Depth, a[product.LeftOffset(batch)..], b[product.RightOffset(batch)..],
                product.TransposeB, default, call.Output<float>()[product.OutputOffset(batch)..]);
        }

        Finish(call, ActivationBounds.None);
    }

    private static bool IsRounded(NodeCall call) => call.Graph.Products == ProductPrecision.Bf16;

    private static ReadOnlySpan<float> Left(NodeCall call, ReadOnlySpan<float> x) => IsRounded(call) ? Rounded(x) : x;

    // Weights that are computed at run time are rounded anew each time.
    private static ReadOnlySpan<float> Right(NodeCall call) => !IsRounded(call) ? call.Input<float>(1)
        : call.Node.Input(1).IsConstant ? call.Prepare(() => Rounded(call.Input<float>(1))) : Rounded(call.Input<float>(1));

    private static float[] Rounded(ReadOnlySpan<float> values)
    {
        var rounded = new float[values.Length];
        BrainRounding.Round(values, rounded);
        return rounded;
    }

    // Where a chain starts; an array's starts at 0.
    private static ReadOnlySpan<float> Bias(NodeCall call) => IsRounded(call) ? default : call.Input<float>(2);

    private static void Finish(NodeCall call, ActivationBounds activation)
    {
        var result = call.Output<float>();
        if (IsRounded(call))
        {
            BrainRounding.MakeNaNsQuiet(result);
            AddBias(result, call.Input<float>(2));
        }

        Activation.Apply(activation, result);
    }

    private static void AddBias(Span<float> values, ReadOnlySpan<float> bias)
    {
        if (bias.IsEmpty)
        {
            return;
        }

        int pitch = bias.Length * sizeof(float);
        var tile = new TileGeometry(values.Length / bias.Length, bias.Length, pitch, 0, pitch);
        var bytes = MemoryMarshal.AsBytes(values);
        ElementwiseKernel.Apply(ElementwiseOperation.Add, ElementFormat.Float32, tile, bytes, MemoryMarshal.AsBytes(bias), bytes, default);
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
