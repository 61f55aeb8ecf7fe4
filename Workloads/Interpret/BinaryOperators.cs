using System.Runtime.InteropServices;
using NpuSim.Isa.Instructions;
using NpuSim.Kernels;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Quantised;
using KernelQuantisation = NpuSim.Kernels.ElementwiseQuantisation;

namespace NpuSim.Workloads.Interpret;

/// <summary>Element-wise operators of two operands with NumPy broadcasting.</summary>
internal static class BinaryOperators
{
    public static void Float(NodeCall call)
    {
        var attributes = (BinaryAttributes)call.Node.Attributes;
        var a = Operand(call, 0, sizeof(float));
        var b = Operand(call, 1, sizeof(float));
        if (OperationOf(attributes.Function) is { } operation)
        {
            ElementwiseKernel.Apply(operation, ElementFormat.Float32, Tile(call, sizeof(float)), a, b, call.Output(), default);
        }
        else
        {
            var x = MemoryMarshal.Cast<byte, float>(a);
            var y = MemoryMarshal.Cast<byte, float>(b);
            var target = call.Output<float>();
            for (var element = 0; element < target.Length; element++)
            {
                target[element] = Evaluate(attributes.Function, x[element], y[element]);
            }
        }

        Activation.Apply(attributes.Activation, call.Output<float>());
    }

    /// <summary>Executes the node on int8 values, or returns false where it is not defined so.</summary>
    public static bool TryQuantised(NodeCall call)
    {
        var attributes = (BinaryAttributes)call.Node.Attributes;
        var parameters = call.Prepare(() => Quantised.ElementwiseQuantisation.TryFor(call.Graph, call.Node, out _));
        if (parameters is null || OperationOf(attributes.Function) is not { } operation)
        {
            return false;
        }

        ElementwiseKernel.Apply(operation, FormatOf(parameters.Format), Tile(call, 1), Operand(call, 0, 1), Operand(call, 1, 1), call.Output(),
            new KernelQuantisation(
                Parameters(parameters.A), Parameters(parameters.B), Parameters(parameters.Out), parameters.ClampMin, parameters.ClampMax));
        return true;
    }

    internal static QuantParameters Parameters(ScaleParameters scale) => new(scale.Zero, scale.Multiplier, scale.Shift, scale.Scale);

    private static ElementwiseOperation? OperationOf(BinaryFunction function) => function switch
    {
        BinaryFunction.Add => ElementwiseOperation.Add,
        BinaryFunction.Subtract => ElementwiseOperation.Subtract,
        BinaryFunction.Multiply => ElementwiseOperation.Multiply,
        BinaryFunction.Minimum => ElementwiseOperation.Minimum,
        BinaryFunction.Maximum => ElementwiseOperation.Maximum,
        BinaryFunction.Divide or BinaryFunction.Power or BinaryFunction.SquaredDifference => null,
    };

    private static float Evaluate(BinaryFunction function, float a, float b) => function switch
    {
        BinaryFunction.Add => a + b,
        BinaryFunction.Subtract => a - b,
        BinaryFunction.Multiply => a * b,
        BinaryFunction.Divide => a / b,
        BinaryFunction.Minimum => a < b ? a : b,
        BinaryFunction.Maximum => a > b ? a : b,
        BinaryFunction.Power => (float)FloatFunctions.Power(a, b),
        BinaryFunction.SquaredDifference => (a - b) * (a - b),
    };

    private static ElementFormat FormatOf(VectorFormat format) => format switch
    {
        VectorFormat.Int8Fixed => ElementFormat.Int8Fixed,
        VectorFormat.Int8Float => ElementFormat.Int8Float,
        VectorFormat.Int32 => ElementFormat.Int32,
        VectorFormat.Float32 => ElementFormat.Float32,
    };

    // One row: both operands have been spread over the result's shape.
    private static TileGeometry Tile(NodeCall call, int elementBytes)
    {
        var elements = (int)call.Node.Output.Elements;
        return new TileGeometry(1, elements, elements * elementBytes, elements * elementBytes, elements * elementBytes);
    }

    private static ReadOnlySpan<byte> Operand(NodeCall call, int input, int elementBytes)
    {
        if (call.Shape(input).SequenceEqual(call.OutputShape))
        {
            return call.Input(input);
        }

        var spread = new byte[call.Node.Output.Elements * elementBytes];
        IndexedCopy.Copy(IndexedCopy.Broadcast(call.Shape(input), call.OutputShape), call.Input(input), spread, elementBytes);
        return spread;
    }
}
