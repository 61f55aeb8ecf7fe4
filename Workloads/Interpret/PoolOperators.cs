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
        for (var image = 0; image < call.OutputShape[0]; image++)
        {
            FloatPoolKernel.Max(Geometry(call, attributes.Window), call.InputImage<float>(image), call.OutputImage<float>(image));
        }

        Activation.Apply(attributes.Activation, call.Output<float>());
    }

    public static void FloatAverage(NodeCall call)
    {
        var attributes = (AveragePoolAttributes)call.Node.Attributes;
        for (var image = 0; image < call.OutputShape[0]; image++)
        {
            FloatPoolKernel.Average(
                Geometry(call, attributes.Window), call.InputImage<float>(image), call.OutputImage<float>(image), attributes.CountPadding);
        }

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
}
