using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Import.Tflite;

/// <summary>Operators that slide a window over a plane: convolutions and pools. SAME padding becomes explicit numbers.</summary>
internal static class WindowOperators
{
    public static void Convolution(OperatorSource source)
    {
        Tensor x = source.Input(0, rank: 4), stored = source.Input(1, rank: 4), y = source.Output();
        int channels = x.Shape[3], outputs = stored.Shape[0], perGroup = stored.Shape[3];
        if (channels % perGroup != 0 || outputs % (channels / perGroup) != 0)
            throw source.Fault($"weights of shape {OperatorSource.Text(stored.Shape)} do not fit {channels} channels");
        var window = ReadWindow(source, x, stored.Shape[1], stored.Shape[2], dilationField: 4);
        var weights = ConstantOperands.Weights(source, x, 1, stored.Shape, axis: 0);
        var bias = ConstantOperands.Bias(source, x, weights, 2, outputs);
        Finish(source, x, window, outputs);
        FusedActivation.Emit(source, y, source.Options.SByte(3), bounds =>
            new ConvolutionAttributes(window, channels / perGroup, bounds), x, weights, bias);
    }

    public static void DepthwiseConvolution(OperatorSource source)
    {
        Tensor x = source.Input(0, rank: 4), stored = source.Input(1, rank: 4), y = source.Output();
        int channels = x.Shape[3], outputs = stored.Shape[3];
        if (stored.Shape[0] != 1 || outputs % channels != 0)
            throw source.Fault($"weights of shape {OperatorSource.Text(stored.Shape)} do not fit {channels} channels, expected [1, R, " +
                $"S, multiple of {channels}]");
        var window = ReadWindow(source, x, stored.Shape[1], stored.Shape[2], dilationField: 5);
        var weights = ConstantOperands.Weights(source, x, 1, [stored.Shape[1], stored.Shape[2], outputs], axis: 2);
        var bias = ConstantOperands.Bias(source, x, weights, 2, outputs);
        Finish(source, x, window, outputs);
        FusedActivation.Emit(source, y, source.Options.SByte(4), bounds =>
            new DepthwiseAttributes(window, outputs / channels, bounds), x, weights, bias);
    }

    /// <summary>TFLite divides an average by the taps inside the plane.</summary>
    public static void AveragePool(OperatorSource source) =>
        Pool(source, (window, bounds) => new AveragePoolAttributes(window, CountPadding: false, bounds));

    public static void MaxPool(OperatorSource source) => Pool(source, (window, bounds) => new MaxPoolAttributes(window, bounds));

    private static void Pool(OperatorSource source, Func<Window, ActivationBounds, OperatorAttributes> attributes)
    {
        var x = source.Input(0, rank: 4);
        int width = source.Options.Int32(3), height = source.Options.Int32(4);
        if (width < 1 || height < 1) throw source.Fault($"a window of {height}×{width}, expected at least 1×1");
        var window = ReadWindow(source, x, height, width, dilationField: null);
        Finish(source, x, window, x.Shape[3]);
        FusedActivation.Emit(source, source.Output(), source.Options.SByte(5), bounds => attributes(window, bounds), x);
    }

    /// <summary>Fields 0…2 of every window operator's options: padding, horizontal stride, vertical stride.</summary>
    private static Window ReadWindow(OperatorSource source, Tensor x, int kernelHeight, int kernelWidth, int? dilationField)
    {
        var options = source.Options;
        int strideX = options.Int32(1), strideY = options.Int32(2);
        var dilationX = dilationField is { } field ? options.Int32(field, 1) : 1;
        var dilationY = dilationField is { } after ? options.Int32(after + 1, 1) : 1;
        if (strideX < 1 || strideY < 1) throw source.Fault($"strides {strideY}×{strideX}, expected at least 1");
        if (dilationX < 1 || dilationY < 1) throw source.Fault($"dilations {dilationY}×{dilationX}, expected at least 1");
        if (dilationX > short.MaxValue || dilationY > short.MaxValue || kernelHeight > short.MaxValue || kernelWidth > short.MaxValue)
            throw source.Fault($"a window of {kernelHeight}×{kernelWidth} with dilations {dilationY}×{dilationX}; each may be at most " +
                $"{short.MaxValue}");
        var same = options.SByte(0) switch
        {
            0 => true,
            1 => false,
            var other => throw source.Fault($"padding {other}, expected 0 (SAME) or 1 (VALID)"),
        };
        var (top, bottom) = same ? SamePadding(x.Shape[1], kernelHeight, strideY, dilationY) : (0, 0);
        var (left, right) = same ? SamePadding(x.Shape[2], kernelWidth, strideX, dilationX) : (0, 0);
        return new Window(kernelHeight, kernelWidth, strideY, strideX, dilationY, dilationX, new Padding(top, left, bottom, right));
    }

    /// <summary>SAME: ⌈in/stride⌉ outputs; what that lacks is split, the odd pixel after.</summary>
    private static (int Before, int After) SamePadding(int input, int kernel, int stride, int dilation)
    {
        long output = ((long)input + stride - 1) / stride;
        var total = (int)Math.Max(0, (output - 1) * stride + (long)dilation * (kernel - 1) + 1 - input);
        return (total / 2, total - total / 2);
    }

    /// <summary>Checks that the window fits and that the stored output shape is what it gives.</summary>
    private static void Finish(OperatorSource source, Tensor x, Window window, int outputs)
    {
        var padding = window.Padding;
        var height = Extent(x.Shape[1], window.KernelHeight, window.StrideY, window.DilationY, padding.Top, padding.Bottom);
        var width = Extent(x.Shape[2], window.KernelWidth, window.StrideX, window.DilationX, padding.Left, padding.Right);
        if (height < 1 || width < 1)
            throw source.Fault($"a window of {window.KernelHeight}×{window.KernelWidth} does not fit the plane of " +
                $"{x.Shape[1]}×{x.Shape[2]}");
        source.ExpectSameType(source.Output(), x);
        source.ExpectShape(source.Output(), x.Shape[0], height, width, outputs);
    }

    private static int Extent(int input, int kernel, int stride, int dilation, int before, int after) =>
        dilation * (kernel - 1L) + 1 > (long)input + before + after ? 0
            : Window.OutputExtent(input, kernel, stride, dilation, before, after);
}
