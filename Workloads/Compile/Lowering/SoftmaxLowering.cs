using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Quantised;

namespace NpuSim.Workloads.Compile.Lowering;

/// <summary>Softmax over the last dimension: in fixed point as TFLite's reference computes it, or in float32.</summary>
internal static class SoftmaxLowering
{
    public static LayerPlan Lower(LoweringContext context, Node node)
    {
        var attributes = (SoftmaxAttributes)node.Attributes;
        var shape = node.Input(0).Shape;
        if (attributes.Log || attributes.Axis != shape.Count - 1)
        {
            return new HostPlan(attributes.Log ? "the vector unit has no logarithm" : $"softmax over dimension {attributes.Axis} of {shape.Count}; only the last is a row");
        }

        if (RowTiles.Parameters(context, node, out string reason) is not { } parameters)
        {
            return new HostPlan(reason);
        }

        if (parameters.Format == VectorFormat.Int8Fixed)
        {
            return RowTiles.Plan(context, node, new RowWork((stream, tile) => FixedSoftmax(stream, tile, parameters), [], true));
        }

        if (!context.Machine.Core.Vector.Float32)
        {
            return new HostPlan(RowTiles.NoFloat);
        }

        // A quantised softmax carries beta in the scale of its input; a float32 one has no scale to carry it.
        if (attributes.Beta != 1 && !QuantisedNodes.IsQuantised(node))
        {
            return new HostPlan(FormattableString.Invariant($"softmax with beta {attributes.Beta:R} on float32: the vector chain has 1"));
        }

        return RowTiles.Plan(context, node, new RowWork((stream, tile) => FloatSoftmax(stream, tile, parameters, node), [], true));
    }

    private static void FixedSoftmax(CoreStream stream, RowTile t, ElementwiseParameters p)
    {
        const byte AccumulationShift = 12;
        RowTiles.ScaleA(stream, p);
        RowTiles.ScaleOut(stream, p);
        RowTiles.Shape(stream, t, 1, 0, 1);
        stream.Emit(new ReduceMax(t.In, t.Narrow.First, VectorFormat.Int8Fixed, ReduceAxis.Columns));
        RowTiles.Shape(stream, t, 1, 0, sizeof(int));
        stream.Emit(new Exponential(t.In, t.Narrow.First, t.Wide.First, VectorFormat.Int8Fixed));
        RowTiles.Shape(stream, t, sizeof(int), 0, sizeof(int));
        stream.Emit(new ReduceSum(t.Wide.First, t.Narrow.Second, VectorFormat.Int32, ReduceAxis.Columns, AccumulationShift));
        RowTiles.Column(stream, t.Rows, sizeof(int), 2 * sizeof(int));
        stream.Emit(new Reciprocal(t.Narrow.Second, t.Narrow.First, VectorFormat.Int32));
        RowTiles.Shape(stream, t, sizeof(int), 2 * sizeof(int), 1);
        stream.Emit(new Normalise(t.Wide.First, t.Narrow.First, t.Out));
    }

    private static void FloatSoftmax(CoreStream stream, RowTile t, ElementwiseParameters p, Node node)
    {
        const VectorFormat F = VectorFormat.Float32;
        var x = RowTiles.FloatInput(stream, t, p, node);
        RowTiles.Shape(stream, t, sizeof(float), 0, sizeof(float));
        stream.Emit(new ReduceMax(x, t.Narrow.First, F, ReduceAxis.Columns));
        stream.Emit(new Exponential(x, t.Narrow.First, t.Wide.Second, F));
        stream.Emit(new ReduceSum(t.Wide.Second, t.Narrow.First, F, ReduceAxis.Columns, 0));
        RowTiles.Column(stream, t.Rows, sizeof(float), sizeof(float));
        stream.Emit(new Reciprocal(t.Narrow.First, t.Narrow.Second, F));
        RowTiles.Shape(stream, t, sizeof(float), sizeof(float), sizeof(float));
        var y = RowTiles.FloatOutput(t, node, t.Wide.First);
        stream.Emit(new Multiply(t.Wide.Second, t.Narrow.Second, y, F, Broadcast.RowScalar));
        RowTiles.Finish(stream, t, p, node, y);
    }
}
