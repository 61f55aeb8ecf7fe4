using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;

namespace NpuSim.Isa.Timing;

/// <summary>The work of one array pass.</summary>
/// <param name="Pixels">Output pixels M.</param>
/// <param name="OutChannels">Output channels N.</param>
/// <param name="Channels">Input channels that one output reduces over (1 for depthwise).</param>
/// <param name="Taps">Kernel positions R·S.</param>
/// <param name="Depthwise">Each output channel has its own input channel.</param>
/// <param name="Format">Element format.</param>
public readonly record struct PassShape(
    long Pixels, int OutChannels, int Channels, int Taps, bool Depthwise, ArrayFormat Format = ArrayFormat.Int8)
{
    /// <summary>How the pixels lie; without more knowledge one row, and the taps one row of a kernel.</summary>
    public PassPlane Plane { get; init; } = new(1, (int)Pixels, 1, (int)Pixels, 1, Taps, 1, 1, 1, 1, Product: false);

    /// <summary>Size of the weights where they are kept, over their plain size.</summary>
    public double WeightShare { get; init; } = 1;

    /// <summary>Multiply-accumulates, padding taps included.</summary>
    public long Macs => Pixels * OutChannels * Channels * Taps;
}

/// <summary>What a pass costs alone.</summary>
/// <param name="Cycles">Core cycles, fill and drain included.</param>
/// <param name="InputBytes">Activation bytes read from SRAM.</param>
/// <param name="WeightBytes">Weight bytes read from SRAM.</param>
/// <param name="AccumulatorReadBytes">Accumulator bytes read.</param>
/// <param name="AccumulatorWriteBytes">Accumulator bytes written.</param>
public readonly record struct PassCost(
    long Cycles, long InputBytes, long WeightBytes, long AccumulatorReadBytes, long AccumulatorWriteBytes)
{
    /// <summary>When its results come.</summary>
    public ResultFlow Results { get; init; }
}

/// <summary>Uncontended cycles of the multiply-accumulate array: closed forms, no state.</summary>
/// <remarks>A format of which a multiplier does several products in a cycle reduces over as many indices at once; one that takes several cycles
/// streams, or steps, as many times slower.</remarks>
public static class ArrayTiming
{
    internal const int AccumulatorBytes = 4;

    /// <summary>Cycles and SRAM accesses of one pass on a core.</summary>
    /// <param name="core">The core, whose output stage and memories bound an array that walks in blocks.</param>
    /// <param name="shape">Work, all extents at least 1.</param>
    /// <param name="accumulate">Whether the pass adds to accumulators that are there already.</param>
    public static PassCost Cost(CoreSpec core, PassShape shape, bool accumulate) =>
        core.Array.Blocks is null ? Cost(core.Array, shape, accumulate) : BlockTiming.Cost(core, shape, accumulate);

    /// <summary>Cycles and SRAM accesses of one pass on an array that takes it in one walk.</summary>
    /// <param name="array">The array.</param>
    /// <param name="shape">Work, all extents at least 1.</param>
    /// <param name="accumulate">Whether the pass adds to accumulators that are there already.</param>
    public static PassCost Cost(ArraySpec array, PassShape shape, bool accumulate) => array.Kind switch
    {
        ArrayKind.Systolic when shape.Depthwise => PerChannel(SystolicCost(array, shape with { OutChannels = 1 }, accumulate), shape.OutChannels),
        ArrayKind.Systolic => SystolicCost(array, shape, accumulate),
        ArrayKind.DotProduct => DotProductCost(array, shape, accumulate),
        ArrayKind.RowStationary => RowStationaryTiming.Cost(array, shape, accumulate, Pace(array, shape.Format).Slower),
    };

    /// <summary>⌈a / b⌉ for positive numbers.</summary>
    public static long CeilingDivide(long a, long b) => (a + b - 1) / b;

    // A depthwise pass on a systolic array is one single-column product per channel, back to back.
    private static PassCost PerChannel(PassCost one, int channels) => new(
        one.Cycles * channels, one.InputBytes * channels, one.WeightBytes * channels,
        one.AccumulatorReadBytes * channels, one.AccumulatorWriteBytes * channels)
    {
        Results = one.Results with { Groups = channels },
    };

    // SCALE-Sim's closed forms: a fold fills R cycles of stationary operand, streams T vectors, and drains R + C − 2. With shadow
    // registers the fill of the next fold and the drain of the last hide behind the stream.
    private static PassCost SystolicCost(ArraySpec array, PassShape shape, bool accumulate)
    {
        long rows = array.Rows, columns = array.Columns;
        long m = shape.Pixels, n = shape.OutChannels, k = (long)shape.Channels * shape.Taps;
        var (atOnce, slower) = Pace(array, shape.Format);
        long steps = CeilingDivide(k, atOnce);
        var (rowExtent, columnExtent, streamed) = array.Dataflow switch
        {
            Dataflow.WeightStationary => (steps, n, m),
            Dataflow.OutputStationary => (m, n, steps),
            Dataflow.InputStationary => (steps, m, n),
        };
        var (last, period) = array.CommandVectors > 0 ? Commands(array, shape, slower) : (streamed * slower, Math.Max(streamed * slower, rows));
        streamed = last;
        // Arrays side by side work on as many column folds at once.
        long rowFolds = array.TapsApart ? shape.Taps * CeilingDivide(CeilingDivide(shape.Channels, atOnce), rows) : CeilingDivide(rowExtent, rows);
        long columnFolds = CeilingDivide(columnExtent, columns), rounds = CeilingDivide(columnFolds, array.Arrays);
        long folds = rowFolds * rounds;
        // What a fold must move through the array's edge beside the stream: stationary operands in, or results out; R vectors either way.
        // Commands of the next pass enter while those of the last drain, so that only what PipelineCycles say is left between passes.
        long cycles = array.CommandVectors > 0 ? (folds - 1) * period + streamed
            : array.ShadowRegisters
            ? rows + (folds - 1) * period + streamed + rows + columns - 2
            : folds * (rows + streamed + rows + columns - 2);
        var (inputReads, weightReads, accumulations) = array.Dataflow switch
        {
            Dataflow.WeightStationary => (m * k * columnFolds, k * n, rowFolds),
            Dataflow.OutputStationary => (m * k * columnFolds, k * n * rowFolds, 1L),
            Dataflow.InputStationary => (m * k, k * n * columnFolds, rowFolds),
        };
        return new PassCost(cycles + array.PipelineCycles, Bytes(inputReads, ArrayOrder.ActivationBits(shape.Format)),
            Bytes(weightReads, ArrayOrder.WeightBits(shape.Format)), m * n * (accumulations - (accumulate ? 0 : 1)) * AccumulatorBytes, m * n * accumulations * AccumulatorBytes)
        {
            Results = SystolicResults(array, streamed, period, rowFolds, rounds),
        };
    }

    // A fold as a train of compute commands: full ones of CommandVectors, and for each row of outputs the rest, which takes the least time of a
    // command; the last command of a fold also waits for the next weights, of which there are no more rows than channels. Gemmini's loop unrollers (ucb-bar/gemmini, LoopConv.scala).
    private static (long Last, long Period) Commands(ArraySpec array, PassShape shape, long slower)
    {
        long row = shape.Plane.OutWidth, count = shape.Plane.OutHeight;
        long full = row / array.CommandVectors, rest = row % array.CommandVectors;
        long Command(long vectors) => Math.Max(vectors * slower, array.CommandMinimumCycles);
        long all = count * (full * Command(array.CommandVectors) + (rest > 0 ? Command(rest) : 0));
        long final = Command(rest > 0 ? rest : array.CommandVectors);
        long weightRows = array.TapsApart ? Math.Min(shape.Channels, array.Rows) : array.Rows;
        return (all, all - final + Math.Max(final, weightRows));
    }

    // With a stationary operand a result is final in the last of the row folds and comes out R cycles behind its vector; output-stationary results are
    // shifted out when their fold has ended.
    private static ResultFlow SystolicResults(ArraySpec array, long streamed, long shadowed, long rowFolds, long columnFolds)
    {
        long rows = array.Rows, columns = array.Columns;
        long period = array.ShadowRegisters ? shadowed : rows + streamed + rows + columns - 2;
        return array.Dataflow switch
        {
            Dataflow.WeightStationary or Dataflow.InputStationary => new ResultFlow(
                rows + (rowFolds - 1) * period + rows + array.PipelineCycles, streamed + columns - 1, columnFolds),
            Dataflow.OutputStationary => new ResultFlow(streamed + rows + columns - 2 + array.PipelineCycles, rows, rowFolds * columnFolds),
        };
    }

    // Kernel tap by kernel tap, channel block by channel block; the weights of one tap stay while all pixels pass.
    private static PassCost DotProductCost(ArraySpec array, PassShape shape, bool accumulate)
    {
        var (atOnce, slower) = Pace(array, shape.Format);
        long outBlocks = CeilingDivide(shape.OutChannels, array.Columns);
        long steps = shape.Depthwise
            ? CeilingDivide(shape.Taps, array.DepthwiseTaps * atOnce)
            : shape.Taps * CeilingDivide(shape.Channels, array.Rows * atOnce);
        long perStep = Math.Max(array.MinimumCyclesPerTap, CeilingDivide(shape.Pixels, array.Pixels) * slower);
        long outputs = shape.Pixels * shape.OutChannels;
        long inputs = shape.Depthwise ? outputs * shape.Taps : shape.Pixels * shape.Channels * shape.Taps * outBlocks;
        return new PassCost(outBlocks * steps * perStep + array.PipelineCycles, Bytes(inputs, ArrayOrder.ActivationBits(shape.Format)),
            Bytes((long)shape.OutChannels * shape.Channels * shape.Taps, ArrayOrder.WeightBits(shape.Format)),
            outputs * (steps - (accumulate ? 0 : 1)) * AccumulatorBytes, outputs * steps * AccumulatorBytes)
        {
            Results = new ResultFlow((steps - 1) * perStep + array.PipelineCycles, perStep, outBlocks),
        };
    }

    // Reduction indices that a multiplier takes at once, and cycles it takes for one.
    internal static (long AtOnce, long Slower) Pace(ArraySpec array, ArrayFormat format)
    {
        double rate = array.Rate(format);
        return rate >= 1 ? ((long)rate, 1) : (1, (long)(1 / rate));
    }

    internal static long Bytes(long elements, int bits) => CeilingDivide(elements * bits, 8);
}
