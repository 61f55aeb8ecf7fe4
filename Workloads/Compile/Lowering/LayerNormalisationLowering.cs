using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Quantised;

namespace NpuSim.Workloads.Compile.Lowering;

/// <summary>Layer normalisation over the last dimension, in float32: mean, variance, reciprocal root, then gamma and beta.</summary>
internal static class LayerNormalisationLowering
{
    public static LayerPlan Lower(LoweringContext context, Node node)
    {
        var attributes = (LayerNormalisationAttributes)node.Attributes;
        if (attributes.Axis != node.Input(0).Shape.Count - 1)
        {
            return new HostPlan($"normalises from dimension {attributes.Axis} on; only the last is a row");
        }

        if (!context.Machine.Core.Vector.Float32)
        {
            return new HostPlan(RowTiles.NoFloat);
        }

        if (RowTiles.Parameters(context, node, out string reason) is not { } parameters)
        {
            return new HostPlan(reason);
        }

        int columns = node.Input(0).Shape[^1];
        Tensor? gamma = node.Inputs.ElementAtOrDefault(1), beta = node.Inputs.ElementAtOrDefault(2);
        if (new[] { gamma, beta }.Any(tensor => tensor is not null && (tensor.Type != ElementType.Float32 || tensor.Elements != columns || !tensor.IsConstant)))
        {
            return new HostPlan($"gamma and beta must be {columns} constant float32 values");
        }

        // 1/n, then gamma, then beta; what is absent takes no room.
        byte[] constants = [.. BitConverter.GetBytes(1f / columns), .. gamma?.Data ?? [], .. beta?.Data ?? []];
        return RowTiles.Plan(context, node, new RowWork(
            (stream, tile) => Normalise(stream, tile, parameters, node, attributes.Epsilon, gamma is not null, beta is not null), constants, true));
    }

    private static void Normalise(CoreStream stream, RowTile t, ElementwiseParameters p, Node node, float epsilon, bool gamma, bool beta)
    {
        const VectorFormat F = VectorFormat.Float32;
        Address inverse = t.Constants, gammas = inverse + sizeof(float), betas = gammas + (gamma ? t.Columns * sizeof(float) : 0);
        var x = RowTiles.FloatInput(stream, t, p, node);
        MeanOfRows(stream, t, x, inverse);
        RowTiles.Shape(stream, t, sizeof(float), sizeof(float), sizeof(float));
        stream.Emit(new Subtract(x, t.Narrow.Second, t.Wide.First, F, Broadcast.RowScalar));
        RowTiles.Shape(stream, t, sizeof(float), t.Columns * sizeof(float), sizeof(float));
        stream.Emit(new Multiply(t.Wide.First, t.Wide.First, t.Wide.Second, F, Broadcast.None));
        MeanOfRows(stream, t, t.Wide.Second, inverse);
        RowTiles.Column(stream, t.Rows, sizeof(float), sizeof(float));
        stream.Emit(new ReciprocalSquareRoot(t.Narrow.Second, t.Narrow.First, epsilon));
        RowTiles.Shape(stream, t, sizeof(float), sizeof(float), sizeof(float));
        var y = RowTiles.FloatOutput(t, node, t.Wide.Second);
        stream.Emit(new Multiply(t.Wide.First, t.Narrow.First, y, F, Broadcast.RowScalar));
        RowTiles.Shape(stream, t, sizeof(float), 0, sizeof(float));
        if (gamma)
        {
            stream.Emit(new Multiply(y, gammas, y, F, Broadcast.None));
        }

        if (beta)
        {
            stream.Emit(new Add(y, betas, y, F, Broadcast.None));
        }

        RowTiles.Finish(stream, t, p, node, y);
    }

    // Leaves the mean of each row in the second narrow scratch.
    private static void MeanOfRows(CoreStream stream, RowTile t, Address x, Address inverse)
    {
        RowTiles.Shape(stream, t, sizeof(float), 0, sizeof(float));
        stream.Emit(new ReduceSum(x, t.Narrow.First, VectorFormat.Float32, ReduceAxis.Columns, 0));
        RowTiles.Column(stream, t.Rows, sizeof(float), sizeof(float));
        stream.Emit(new Multiply(t.Narrow.First, inverse, t.Narrow.Second, VectorFormat.Float32, Broadcast.RowScalar));
    }
}
