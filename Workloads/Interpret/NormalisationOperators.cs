using System.Runtime.InteropServices;
using NpuSim.Isa.Instructions;
using NpuSim.Kernels;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Quantised;

namespace NpuSim.Workloads.Interpret;

/// <summary>Softmax and the normalisations.</summary>
internal static class NormalisationOperators
{
    // Q0.31 exponentials become Q12.19 before they are summed, so that 4096 of them cannot overflow.
    private const int SumShift = 12;

    public static void FloatSoftmax(NodeCall call)
    {
        var attributes = (SoftmaxAttributes)call.Node.Attributes;
        var shape = call.Shape(0);
        var columns = shape[attributes.Axis];
        var values = AxisLast(call.Input(0), shape, attributes.Axis);
        if (attributes.Beta != 1)
        {
            for (var index = 0; index < values.Length; index++)
            {
                values[index] *= attributes.Beta;
            }
        }

        if (attributes.Log)
        {
            FloatRows.LogSoftmax(values, columns);
        }
        else
        {
            FloatRows.Softmax(values, columns);
        }

        RestoreAxis(values, shape, attributes.Axis, call.Output());
    }

    public static void FloatLayerNormalisation(NodeCall call)
    {
        var attributes = (LayerNormalisationAttributes)call.Node.Attributes;
        call.Input(0).CopyTo(call.Output());
        FloatRows.LayerNormalisation(
            call.Output<float>(), RowLength(call, attributes), attributes.Epsilon, call.Input<float>(1), call.Input<float>(2));
    }

    /// <summary>x·f + (shift − mean·f) with f = scale / √(variance + epsilon), all in float32.</summary>
    public static void BatchNormalisation(NodeCall call)
    {
        var epsilon = ((BatchNormalisationAttributes)call.Node.Attributes).Epsilon;
        var scale = call.Input<float>(1);
        var shift = call.Input<float>(2);
        var mean = call.Input<float>(3);
        var variance = call.Input<float>(4);
        var factors = new float[scale.Length];
        var offsets = new float[scale.Length];
        for (var channel = 0; channel < factors.Length; channel++)
        {
            factors[channel] = scale[channel] / MathF.Sqrt(variance[channel] + epsilon);
            offsets[channel] = shift[channel] - mean[channel] * factors[channel];
        }

        var source = call.Input<float>(0);
        var target = call.Output<float>();
        for (var element = 0; element < source.Length; element++)
        {
            var channel = element % factors.Length;
            target[element] = source[element] * factors[channel] + offsets[channel];
        }
    }

    /// <summary>Channels c − ⌊(Size − 1)/2⌋ … c + ⌈(Size − 1)/2⌉ that exist enter the sum of squares, in ascending order.</summary>
    public static void LocalResponse(NodeCall call)
    {
        var attributes = (LocalResponseAttributes)call.Node.Attributes;
        var channels = call.Shape(0)[^1];
        var source = call.Input<float>(0);
        var target = call.Output<float>();
        for (var element = 0; element < source.Length; element++)
        {
            var channel = element % channels;
            var pixel = source.Slice(element - channel, channels);
            var first = Math.Max(channel - (attributes.Size - 1) / 2, 0);
            var last = Math.Min(channel + attributes.Size / 2, channels - 1);
            var sum = 0f;
            for (var neighbour = first; neighbour <= last; neighbour++)
            {
                sum += pixel[neighbour] * pixel[neighbour];
            }

            var scale = attributes.Bias + attributes.Alpha / attributes.Size * sum;
            target[element] = source[element] / (float)FloatFunctions.Power(scale, attributes.Beta);
        }
    }

    /// <summary>Executes a softmax or layer normalisation on int8 values, or returns false where it is not defined so.</summary>
    public static bool TryQuantised(NodeCall call)
    {
        var parameters = call.Prepare(() => Quantised.ElementwiseQuantisation.TryFor(call.Graph, call.Node, out _));
        if (parameters is null)
        {
            return false;
        }

        if (parameters.Format == VectorFormat.Int8Fixed)
        {
            FixedSoftmax(call, parameters);
            return true;
        }

        var elements = (int)call.Node.Output.Elements;
        var values = new float[elements];
        FloatKernel.Dequantise(1, elements, call.Input<sbyte>(0), elements, values, elements, BinaryOperators.Parameters(parameters.A));
        if (call.Node.Attributes is LayerNormalisationAttributes attributes)
        {
            FloatRows.LayerNormalisation(values, RowLength(call, attributes), attributes.Epsilon, call.Input<float>(1), call.Input<float>(2));
        }
        else
        {
            FloatRows.Softmax(values, call.Shape(0)[^1]);
        }

        FloatKernel.Quantise(1, elements, values, elements, call.Output<sbyte>(), elements, BinaryOperators.Parameters(parameters.Out),
            parameters.ClampMin, parameters.ClampMax);
        return true;
    }

    private static void FixedSoftmax(NodeCall call, ElementwiseParameters parameters)
    {
        var columns = call.Shape(0)[^1];
        var source = call.Input<sbyte>(0);
        var rows = source.Length / columns;
        var largest = new sbyte[rows];
        var powers = new int[source.Length];
        var sums = new int[rows];
        var reciprocals = new int[2 * rows];
        ReduceKernel.MaxInt8(rows, columns, source, columns, largest, FoldAxis.Columns);
        SoftmaxKernel.ExpFixed(
            rows, columns, source, columns, largest, powers, columns, parameters.A.Zero, parameters.A.Multiplier, parameters.A.Shift);
        ReduceKernel.SumInt32(rows, columns, powers, columns, sums, FoldAxis.Columns, SumShift);
        SoftmaxKernel.ReciprocalFixed(sums, reciprocals);
        SoftmaxKernel.NormaliseFixed(rows, columns, powers, columns, reciprocals, call.Output<sbyte>(), columns,
            parameters.Out.Zero, parameters.ClampMin, parameters.ClampMax);
    }

    private static int RowLength(NodeCall call, LayerNormalisationAttributes attributes) =>
        call.Shape(0).Skip(attributes.Axis).Aggregate(1, (product, extent) => product * extent);

    private static float[] AxisLast(ReadOnlySpan<byte> source, IReadOnlyList<int> shape, int axis)
    {
        var (outer, inner) = Around(shape, axis);
        var values = new float[source.Length / sizeof(float)];
        IndexedCopy.Copy(
            [IndexedCopy.Steps(outer, shape[axis] * inner), IndexedCopy.Steps(inner, 1), IndexedCopy.Steps(shape[axis], inner)],
            source, MemoryMarshal.AsBytes(values.AsSpan()), sizeof(float));
        return values;
    }

    private static void RestoreAxis(float[] values, IReadOnlyList<int> shape, int axis, Span<byte> target)
    {
        var (outer, inner) = Around(shape, axis);
        IndexedCopy.Copy(
            [IndexedCopy.Steps(outer, shape[axis] * inner), IndexedCopy.Steps(shape[axis], 1), IndexedCopy.Steps(inner, shape[axis])],
            MemoryMarshal.AsBytes<float>(values), target, sizeof(float));
    }

    private static (int Outer, int Inner) Around(IReadOnlyList<int> shape, int axis) => (
        shape.Take(axis).Aggregate(1, (product, extent) => product * extent),
        shape.Skip(axis + 1).Aggregate(1, (product, extent) => product * extent));
}
