using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Import.LayerTables;

/// <summary>A convolution: images, sizes of input, kernel and groups.</summary>
internal sealed record ConvolutionLayer(int Batch, int Height, int Width, int Channels, int Kernels, int Groups, Window Window)
{
    private const int LargestPlane = 1 << 20;
    private const int LargestKernel = ushort.MaxValue;
    private const int LargestPadding = short.MaxValue;

    public static ConvolutionLayer Read(LayerCells cells, LayerColumns columns)
    {
        int height = columns.Number(cells, "h", 1, LargestPlane), width = columns.Number(cells, "w", 1, LargestPlane);
        int kernelHeight = columns.Number(cells, "r", 1, LargestKernel), kernelWidth = columns.Number(cells, "s", 1, LargestKernel);
        var stride = columns.Number(cells, "stride", 1, LargestKernel, missing: 1);
        var pad = columns.Number(cells, "pad", 0, LargestPadding, missing: 0);
        var window = new Window(kernelHeight, kernelWidth, stride, stride, 1, 1, new Padding(pad, pad, pad, pad));
        int channels = columns.Number(cells, "c", 1, LargestPlane), kernels = columns.Number(cells, "k", 1, LargestPlane);
        var groups = columns.Number(cells, "groups", 1, LargestPlane, missing: 1);
        var batch = columns.Number(cells, "batch", 1, LargestPlane, missing: 1);
        return new ConvolutionLayer(batch, height, width, channels, kernels, groups, window).Checked(cells);
    }

    /// <summary>SCALE-Sim streams its input unpadded and takes ⌈(in − kernel + stride) / stride⌉ outputs; padding after the last pixel
    /// fills
    /// the last window.</summary>
    public static ConvolutionLayer ReadScaleSim(LayerCells cells, LayerColumns columns)
    {
        int height = columns.Number(cells, "ifmapheight", 1, LargestPlane), width = columns.Number(cells, "ifmapwidth", 1, LargestPlane);
        int kernelHeight = columns.Number(cells, "filterheight", 1, LargestKernel),
            kernelWidth = columns.Number(cells, "filterwidth", 1, LargestKernel);
        var strideY = columns.Number(cells, "strides", 1, LargestPadding);
        var strideX = columns.Number(cells, "stridewidth", 1, LargestPadding, missing: strideY);
        var padding = new Padding(0, 0, Remainder(height, kernelHeight, strideY), Remainder(width, kernelWidth, strideX));
        var window = new Window(kernelHeight, kernelWidth, strideY, strideX, 1, 1, padding);
        int channels = columns.Number(cells, "channels", 1, LargestPlane), kernels = columns.Number(cells, "numfilter", 1, LargestPlane);
        return new ConvolutionLayer(1, height, width, channels, kernels, 1, window).Checked(cells);
    }

    /// <summary>The layer's graph: depthwise where every channel is a group of its own, else a grouped convolution.</summary>
    public Func<ElementType, Graph> Builder(string name, ulong seed)
    {
        var depthwise = Groups == Channels && Channels > 1;
        int[] input = [Batch, Height, Width, Channels], output = [Batch, OutputHeight, OutputWidth, Kernels];
        int[] weights = depthwise ? [Window.KernelHeight, Window.KernelWidth, Kernels]
            : [Kernels, Window.KernelHeight, Window.KernelWidth, Channels / Groups];
        OperatorAttributes attributes = depthwise
            ? new DepthwiseAttributes(Window, Kernels / Channels, ActivationBounds.None)
            : new ConvolutionAttributes(Window, Groups, ActivationBounds.None);
        return type => LayerGraph.Build(name, seed, type, attributes, input, weights, output, Depth);
    }

    private int Depth => Window.KernelHeight * Window.KernelWidth * (Channels / Groups);

    private int OutputHeight =>
        Window.OutputExtent(Height, Window.KernelHeight, Window.StrideY, 1, Window.Padding.Top, Window.Padding.Bottom);

    private int OutputWidth => Window.OutputExtent(Width, Window.KernelWidth, Window.StrideX, 1, Window.Padding.Left, Window.Padding.Right);

    private static int Remainder(int input, int kernel, int stride) => input < kernel ? 0 : (stride - (input - kernel) % stride) % stride;

    private ConvolutionLayer Checked(LayerCells cells)
    {
        var padding = Window.Padding;
        if (Window.KernelHeight > Height + padding.Top + padding.Bottom || Window.KernelWidth > Width + padding.Left + padding.Right)
            throw cells.Fault($"a kernel of {Window.KernelHeight}×{Window.KernelWidth} does not fit the padded input of " +
                $"{Height + padding.Top + padding.Bottom}×{Width + padding.Left + padding.Right}");
        if (Channels % Groups != 0 || Kernels % Groups != 0)
            throw cells.Fault($"{Channels} channels and {Kernels} kernels do not divide into {Groups} groups");
        LayerGraph.RequireSize(cells, "the input", Batch, Height, Width, Channels);
        LayerGraph.RequireSize(cells, "the output", Batch, OutputHeight, OutputWidth, Kernels);
        LayerGraph.RequireSize(cells, "the weights", Window.KernelHeight, Window.KernelWidth, Channels / Groups, Kernels);
        return this;
    }
}
