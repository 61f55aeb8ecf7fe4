using NpuSim.Isa.Instructions;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Quantised;

namespace NpuSim.Workloads.Compile.Lowering;

/// <summary>Convolution, depthwise convolution and fully connected: array passes over tiles, each followed by a requantisation.</summary>
internal static class ConvolutionLowering
{
    public static LayerPlan Lower(LoweringContext context, Node node)
    {
        if (!node.Input(1).IsConstant)
        {
            return new HostPlan("its weights are computed at run time; the array order needs constants");
        }

        var work = FloatNodes.Run(context, node)
            ? FloatProduct.Describe(context.Graph, node, context.Absorbed(node), out string reason)
            : DescribeQuantised(context, node, out reason);
        if (work is null)
        {
            return new HostPlan(reason);
        }

        if (!WindowFits(work.Window))
        {
            return new HostPlan($"stride {work.Window.StrideY}x{work.Window.StrideX}, dilation {work.Window.DilationY}x{work.Window.DilationX}: 255 at most");
        }

        Address input = context.Home(node.Input(0)), output = context.Home(node.Output);
        if (context.FollowTiling() is { } given)
        {
            return NestLowering.Follow(context, node.Input(1).Name, work, given, input, output);
        }

        work = StrideFolding.Apply(context.Machine, work);
        if (HardwareLayerLowering.TryLower(context, node.Input(1).Name, work, input, output) is { } layers)
        {
            return layers;
        }

        var tiling = new ConvolutionTiling(context, node.Input(1).Name, work, input.Space, output.Space);
        var answer = context.Choices.Tile(new TileQuestion(context.TileKey(node), node.Input(1).Name, work, input.Space, output.Space));
        if (answer.Tile is not { } chosen)
        {
            return new HostPlan(answer.Reason);
        }

        var nest = context.Machine.Core.Dma.RowCommands ? NestLowering.TryPlan(context, node.Input(1).Name, work, chosen, input, output) : null;
        return nest ?? new ConvolutionEmitter(context, node.Input(1).Name, work, tiling, chosen, input, output).Plan();
    }

    public static bool WindowFits(Window window) =>
        Math.Max(Math.Max(window.StrideY, window.StrideX), Math.Max(window.DilationY, window.DilationX)) <= byte.MaxValue;

    private static ConvolutionWork? DescribeQuantised(LoweringContext context, Node node, out string reason) =>
        context.Parameters(node, out reason) is { } parameters ? Describe(node, parameters, null) : null;

    /// <summary>The form of a quantised product, which has parameters, or a float32 one, which has an epilogue.</summary>
    public static ConvolutionWork Describe(Node node, ChannelParameters? parameters, FloatEpilogue? epilogue)
    {
        var x = node.Input(0).Shape;
        var y = node.Output.Shape;
        var weights = node.Input(1).Data!;
        return node.Attributes switch
        {
            ConvolutionAttributes a => new ConvolutionWork(ProductKind.Dense, x[0], x[1], x[2], x[3] / a.Groups, y[1], y[2], y[3] / a.Groups,
                a.Groups, a.Window, 1, weights, parameters, epilogue),
            DepthwiseAttributes a => new ConvolutionWork(ProductKind.Depthwise, x[0], x[1], x[2], x[3], y[1], y[2], y[3],
                1, a.Window, a.Multiplier, weights, parameters, epilogue),
            FullyConnectedAttributes => Matrix((int)(node.Input(0).Elements / x[^1]), x[^1], y[^1], weights, parameters, epilogue),
            _ => throw new ArgumentException($"{node.Name}: {node.Kind} is not a product with constant weights", nameof(node)),
        };
    }

    private static ConvolutionWork Matrix(int rows, int depth, int columns, byte[] weights, ChannelParameters? parameters, FloatEpilogue? epilogue) =>
        new(ProductKind.Matrix, 1, 1, rows, depth, 1, rows, columns, 1, new Window(1, 1, 1, 1, 1, 1, default), 1, weights, parameters, epilogue);
}
