using System.Runtime.InteropServices;
using NpuSim.Kernels;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Quantised;

namespace NpuSim.Workloads.Interpret;

/// <summary>Convolutions and matrix products of int8 values: int32 accumulators that wrap, then a requantisation by channel.</summary>
internal static class QuantisedProducts
{
    /// <summary>Executes the node, or returns false where it is not defined in integers.</summary>
    public static bool TryExecute(NodeCall call)
    {
        var parameters = Parameters(call);
        if (parameters is null)
        {
            return false;
        }

        switch (call.Node.Attributes)
        {
            case ConvolutionAttributes attributes:
                Convolution(call, attributes, parameters);
                break;
            case DepthwiseAttributes attributes:
                Depthwise(call, attributes, parameters);
                break;
            case FullyConnectedAttributes:
                FullyConnected(call, parameters);
                break;
            case MatrixMultiplyAttributes:
                MatrixMultiply(call, parameters);
                break;
        }

        return true;
    }

    /// <summary>Parameters of the node's requantisation, or null where it has none.</summary>
    internal static ChannelParameters? Parameters(NodeCall call) =>
        call.Prepare(() => Requantisation.TryFor(call.Graph, call.Node, out _));

    private static void Convolution(NodeCall call, ConvolutionAttributes attributes, ChannelParameters parameters)
    {
        var (x, w) = (call.Shape(0), call.Shape(1));
        var (depth, channels) = (w[3], w[0] / attributes.Groups);
        var packed = Packed(call, () => PackGroups(call.Input<sbyte>(1), w, attributes.Groups));
        var geometry = Geometry(call, attributes.Window, parameters) with { InChannels = depth, OutChannels = channels };
        var pixels = call.OutputShape[1] * call.OutputShape[2];
        var accumulators = new int[pixels * w[0]];
        for (var image = 0; image < x[0]; image++)
        {
            for (var group = 0; group < attributes.Groups; group++)
            {
                ConvolutionKernel.Dense(
                    geometry, call.InputImage<sbyte>(image)[(group * depth)..], packed[group], accumulators.AsSpan(group * channels), false);
            }

            Requantise(parameters, accumulators, call.OutputImage<sbyte>(image), pixels);
        }
    }

    private static void Depthwise(NodeCall call, DepthwiseAttributes attributes, ChannelParameters parameters)
    {
        var w = call.Shape(1);
        var packed = Packed(call, () =>
        {
            var weights = new sbyte[WeightLayout.DepthwiseBytes(w[2], w[0], w[1])];
            WeightLayout.PackDepthwise(call.Input<sbyte>(1), w[2], w[0], w[1], (sbyte)parameters.WeightZero, weights);
            return [weights];
        });
        var geometry = Geometry(call, attributes.Window, parameters) with { ChannelMultiplier = attributes.Multiplier };
        var pixels = call.OutputShape[1] * call.OutputShape[2];
        var accumulators = new int[pixels * w[2]];
        for (var image = 0; image < call.Shape(0)[0]; image++)
        {
            ConvolutionKernel.Depthwise(geometry, call.InputImage<sbyte>(image), packed[0], accumulators, false);
            Requantise(parameters, accumulators, call.OutputImage<sbyte>(image), pixels);
        }
    }

    private static void FullyConnected(NodeCall call, ChannelParameters parameters)
    {
        var w = call.Shape(1);
        var packed = Packed(call, () => [Pack(call.Input<sbyte>(1), w[0], w[1], true)]);
        var rows = (int)(call.Node.Output.Elements / w[0]);
        var accumulators = new int[rows * w[0]];
        MatrixKernel.Multiply(rows, w[0], w[1], w[1], call.Input<sbyte>(0), packed[0], accumulators, w[0],
            parameters.InputZero, parameters.WeightZero, false);
        Requantise(parameters, accumulators, call.Output<sbyte>(), rows);
    }

    private static void MatrixMultiply(NodeCall call, ChannelParameters parameters)
    {
        var product = new MatrixProduct(call.Node);
        var (rows, columns) = call.Shape(1) is var shape ? (shape[^2], shape[^1]) : default;
        var packed = Packed(call, () => [.. Enumerable.Range(0, product.RightMatrices).Select(
            matrix => Pack(call.Input<sbyte>(1)[(matrix * rows * columns)..], rows, columns, product.TransposeB))]);
        var a = MemoryMarshal.Cast<byte, sbyte>(product.Left(call.Input(0), 1));
        var accumulators = new int[product.Rows * product.Columns];
        for (var batch = 0; batch < product.Batches; batch++)
        {
            MatrixKernel.Multiply(product.Rows, product.Columns, product.Depth, product.Depth, a[product.LeftOffset(batch)..],
                packed[product.RightMatrix(batch)], accumulators, product.Columns, parameters.InputZero, parameters.WeightZero, false);
            Requantise(parameters, accumulators, call.Output<sbyte>()[product.OutputOffset(batch)..], product.Rows);
        }
    }

    /// <summary>Brings [rows × channels] accumulators to int8.</summary>
    internal static void Requantise(ChannelParameters parameters, ReadOnlySpan<int> accumulators, Span<sbyte> output, int rows)
    {
        var channels = parameters.Channels;
        var (zero, min, max) = (parameters.OutZero, parameters.ClampMin, parameters.ClampMax);
        switch (parameters.Rounding)
        {
            case Isa.Instructions.Rounding.Double:
                RequantiseKernel.Double(accumulators, channels, parameters.Table, output, channels, rows, channels, zero, min, max);
                break;
            case Isa.Instructions.Rounding.Single:
                RequantiseKernel.Single(accumulators, channels, parameters.Table, output, channels, rows, channels, zero, min, max);
                break;
            case Isa.Instructions.Rounding.Float:
                RequantiseKernel.Float(accumulators, channels, parameters.Table, output, channels, rows, channels, zero, min, max);
                break;
        }
    }

    private static PassGeometry Geometry(NodeCall call, Window window, ChannelParameters parameters)
    {
        var (x, y) = (call.Shape(0), call.OutputShape);
        return new PassGeometry(
            InHeight: x[1], InWidth: x[2], InChannels: x[3], InRowPitch: x[2] * x[3], InPixelPitch: x[3],
            KernelHeight: window.KernelHeight, KernelWidth: window.KernelWidth, StrideY: window.StrideY, StrideX: window.StrideX,
            DilationY: window.DilationY, DilationX: window.DilationX, PadTop: window.Padding.Top, PadLeft: window.Padding.Left,
            OutRows: y[1], OutCols: y[2], OutChannels: y[3], OutPixelPitch: y[3],
            InputZero: parameters.InputZero, WeightZero: parameters.WeightZero);
    }

    // Weights that are computed at run time are laid out anew each time.
    private static sbyte[][] Packed(NodeCall call, Func<sbyte[][]> pack) => call.Node.Input(1).IsConstant ? call.Prepare(pack) : pack();

    private static sbyte[][] PackGroups(ReadOnlySpan<sbyte> weights, IReadOnlyList<int> shape, int groups)
    {
        var (channels, r, s, depth) = (shape[0] / groups, shape[1], shape[2], shape[3]);
        var packed = new sbyte[groups][];
        for (var group = 0; group < groups; group++)
        {
            packed[group] = new sbyte[WeightLayout.DenseBytes(channels, r, s, depth)];
            WeightLayout.PackDense<sbyte>(weights[(group * channels * r * s * depth)..], channels, r, s, depth, 0, packed[group]);
        }

        return packed;
    }

    private static sbyte[] Pack(ReadOnlySpan<sbyte> matrix, int rows, int columns, bool transposed)
    {
        var packed = new sbyte[WeightLayout.MatrixBytes(rows, columns, transposed)];
        WeightLayout.PackMatrix<sbyte>(matrix, rows, columns, columns, transposed, 0, packed);
        return packed;
    }
}
