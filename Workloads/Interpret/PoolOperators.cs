using NpuSim.Isa.Instructions;
using NpuSim.Kernels;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Quantised;

namespace NpuSim.Workloads.Interpret;

/// <summary>Maximum and average of windows.</summary>
internal static class PoolOperators
{
    public static void FloatMax(NodeCall call)
    {
        var attributes = (MaxPoolAttributes)call.Node.Attributes;
        Fold(call, attributes.Window, float.NegativeInfinity, static (best, value) => best > value ? best : value, static (best, _) => best, false);
        Activation.Apply(attributes.Activation, call.Output<float>());
    }

    public static void FloatAverage(NodeCall call)
    {
        var attributes = (AveragePoolAttributes)call.Node.Attributes;
        Fold(call, attributes.Window, 0, static (sum, value) => sum + value, static (sum, count) => sum / count, attributes.CountPadding);
        Activation.Apply(attributes.Activation, call.Output<float>());
    }

    /// <summary>Executes a pool on int8 values, or returns false where it is not defined so.</summary>
    public static bool TryQuantised(NodeCall call)
    {
        var parameters = call.Prepare(() => Quantised.ElementwiseQuantisation.TryFor(call.Graph, call.Node, out _));
        if (parameters is null)
        {
            return false;
        }

        for (var image = 0; image < call.OutputShape[0]; image++)
        {
            ExecuteImage(call, parameters, image);
        }

        return true;
    }

    private static void ExecuteImage(NodeCall call, ElementwiseParameters parameters, int image)
    {
        var source = call.InputImage<sbyte>(image);
        var target = call.OutputImage<sbyte>(image);
        switch (call.Node.Attributes)
        {
            case MaxPoolAttributes a:
                PoolKernel.Max(Geometry(call, a.Window), source, target, parameters.ClampMin, parameters.ClampMax);
                break;
            case AveragePoolAttributes a when parameters.Format == VectorFormat.Int8Fixed:
                PoolKernel.AverageFixed(Geometry(call, a.Window), source, target, a.CountPadding, parameters.ClampMin, parameters.ClampMax);
                break;
            case AveragePoolAttributes a:
                PoolKernel.AverageFloat(Geometry(call, a.Window), source, target, a.CountPadding,
                    BinaryOperators.Parameters(parameters.A), BinaryOperators.Parameters(parameters.Out), parameters.ClampMin, parameters.ClampMax);
                break;
        }
    }

    private static PoolGeometry Geometry(NodeCall call, Window window)
    {
        var (x, y) = (call.Shape(0), call.OutputShape);
        return new PoolGeometry(
            KernelHeight: window.KernelHeight, KernelWidth: window.KernelWidth, StrideY: window.StrideY, StrideX: window.StrideX,
            InHeight: x[1], InWidth: x[2], PadTop: window.Padding.Top, PadLeft: window.Padding.Left, OutRows: y[1], OutCols: y[2],
            Channels: x[3], InPixelPitch: x[3], OutPixelPitch: x[3]);
    }

    // Taps in the order of rows and columns; the divisor counts those on the plane, or the whole window.
    private static void Fold(
        NodeCall call, Window window, float start, Func<float, float, float> take, Func<float, int, float> finish, bool countPadding)
    {
        var (x, y) = (call.Shape(0), call.OutputShape);
        var channels = x[3];
        for (var pixel = 0; pixel < y[0] * y[1] * y[2]; pixel++)
        {
            var image = pixel / (y[1] * y[2]);
            var (top, bottom) = Span(pixel / y[2] % y[1] * window.StrideY - window.Padding.Top, window.KernelHeight, x[1]);
            var (left, right) = Span(pixel % y[2] * window.StrideX - window.Padding.Left, window.KernelWidth, x[2]);
            var target = call.Output<float>().Slice(pixel * channels, channels);
            target.Fill(start);
            for (var tap = 0; tap < (bottom - top) * (right - left); tap++)
            {
                var row = (image * x[1] + top + tap / (right - left)) * x[2] + left + tap % (right - left);
                var source = call.Input<float>(0).Slice(row * channels, channels);
                for (var channel = 0; channel < channels; channel++)
                {
                    target[channel] = take(target[channel], source[channel]);
                }
            }

            var count = countPadding ? window.KernelHeight * window.KernelWidth : (bottom - top) * (right - left);
            for (var channel = 0; channel < channels; channel++)
            {
                target[channel] = finish(target[channel], count);
            }
        }
    }

    private static (int First, int End) Span(int start, int length, int extent)
    {
        var first = Math.Max(start, 0);
        return (first, Math.Max(first, Math.Min(start + length, extent)));
    }
}
