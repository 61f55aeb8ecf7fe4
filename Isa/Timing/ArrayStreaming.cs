using NpuSim.Isa.Machine;

namespace NpuSim.Isa.Timing;

/// <summary>Of the cycles of an array pass those in which operands stream through it; the others fill it, drain it, or wait for its own pace.</summary>
public static class ArrayStreaming
{
    /// <summary>Cycles in which operands stream. At most <see cref="ArrayTiming.Cost(CoreSpec, PassShape, bool)"/>, up to what rounds of blocks overlap.</summary>
    /// <param name="core">The core.</param>
    /// <param name="shape">Work, all extents at least 1.</param>
    public static long Cycles(CoreSpec core, PassShape shape)
    {
        var array = core.Array;
        return array.Blocks is not null ? BlockTiming.StepCycles(core, shape) : array.Kind switch
        {
            ArrayKind.Systolic when shape.Depthwise => Systolic(array, shape with { OutChannels = 1 }) * shape.OutChannels,
            ArrayKind.Systolic => Systolic(array, shape),
            ArrayKind.DotProduct => DotProduct(array, shape),
            ArrayKind.RowStationary => RowStationary(array, shape),
        };
    }

    // Folds times vectors: each fold streams its vectors once.
    private static long Systolic(ArraySpec array, PassShape shape)
    {
        long k = (long)shape.Channels * shape.Taps;
        var (atOnce, slower) = ArrayTiming.Pace(array, shape.Format);
        long steps = ArrayTiming.CeilingDivide(k, atOnce);
        var (rowExtent, columnExtent, streamed) = array.Dataflow switch
        {
            Dataflow.WeightStationary => (steps, (long)shape.OutChannels, shape.Pixels),
            Dataflow.OutputStationary => (shape.Pixels, shape.OutChannels, steps),
            Dataflow.InputStationary => (steps, shape.Pixels, (long)shape.OutChannels),
        };
        long rowFolds = array.TapsApart
            ? shape.Taps * ArrayTiming.CeilingDivide(ArrayTiming.CeilingDivide(shape.Channels, atOnce), array.Rows)
            : ArrayTiming.CeilingDivide(rowExtent, array.Rows);
        long rounds = ArrayTiming.CeilingDivide(ArrayTiming.CeilingDivide(columnExtent, array.Columns), array.Arrays);
        return rowFolds * rounds * streamed * slower;
    }

    // What a tap takes beyond its pixels is not streaming.
    private static long DotProduct(ArraySpec array, PassShape shape)
    {
        var (atOnce, slower) = ArrayTiming.Pace(array, shape.Format);
        long steps = shape.Depthwise
            ? ArrayTiming.CeilingDivide(shape.Taps, array.DepthwiseTaps * atOnce)
            : shape.Taps * ArrayTiming.CeilingDivide(shape.Channels, array.Rows * atOnce);
        return ArrayTiming.CeilingDivide(shape.OutChannels, array.Columns) * steps * ArrayTiming.CeilingDivide(shape.Pixels, array.Pixels) * slower;
    }

    private static long RowStationary(ArraySpec array, PassShape shape)
    {
        var plane = shape.Plane;
        return RowStationaryTiming.Map(array, shape).Rounds * plane.KernelWidth * (long)plane.OutWidth * ArrayTiming.Pace(array, shape.Format).Slower;
    }
}
