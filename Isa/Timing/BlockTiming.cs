using NpuSim.Isa.Machine;

namespace NpuSim.Isa.Timing;

/// <summary>Cycles and traffic of a pass that the array walks block by block, operands and results streaming past the shared
/// buffer.</summary>
/// <remarks>Formulas of Arm's compiler Vela 3.12 (npu_performance) for Ethos-U55 and U65. A block takes D cycles of the array, A of the
/// output stage; of the
/// blocks under way none can follow faster than their whole way, from operands to results, divided among them. As the accumulators hold
/// two blocks, the array
/// takes the longer of both for each block; the output stage, which is the vector unit's and streams behind, ends with the shorter
/// one.</remarks>
public static class BlockTiming
{
    private const int AccumulatorBytes = 4;

    /// <summary>Bytes of bias and scale of an output channel, and cycles of latency that one of them is fetched in.</summary>
    private const double ParameterFetch = 10.0 / 256;

    /// <summary>Cost of one pass.</summary>
    /// <param name="core">A core whose array has blocks.</param>
    /// <param name="shape">A pass with its plane, int8.</param>
    /// <param name="accumulate">Whether it adds to accumulators that are there already.</param>
    public static PassCost Cost(CoreSpec core, PassShape shape, bool accumulate)
    {
        var (array, blocks, plane) = (core.Array, core.Array.Blocks!, shape.Plane);
        var block = Clip(BlockChoice.Choose(array, shape), plane, shape);
        long across = ArrayTiming.CeilingDivide(plane.OutHeight, block.Height) * ArrayTiming.CeilingDivide(plane.OutWidth, block.Width);
        long count = across * ArrayTiming.CeilingDivide(shape.OutChannels, block.Channels);
        var (arrayCycles, steps) = Walk(array, blocks, shape, block);
        double elements = (double)block.Height * block.Width * block.Channels;
        double plain = Math.Ceiling(elements * core.Vector.MultiplyCycles / core.Vector.Lanes);
        int parameterLatency = plane.Product ? blocks.ProductParameterLatencyCycles : blocks.LatencyCycles;
        double output = Math.Max(plain, block.Channels * parameterLatency * ParameterFetch);
        double least = UnderWay(core, shape, block, elements, arrayCycles + output);
        long first = (long)Math.Ceiling(Math.Max(arrayCycles, least)), behind = (long)Math.Ceiling(Math.Max(output, least));
        long perBlock = Math.Max(first, behind);
        long inputBytes = InputBytes(array, shape, block);
        long weightBytes = (long)Math.Ceiling((long)shape.OutChannels * shape.Channels * shape.Taps * shape.WeightShare) * across;
        long outputBytes = plane.OutHeight * (long)plane.OutWidth * Padded(array, shape.OutChannels);
        double read = inputBytes * Inefficiency(core, InputRun(core, shape, block));
        double written = outputBytes * Inefficiency(core, OutputRun(core, shape, block));
        long memory = (long)Math.Ceiling((read + weightBytes + written) / core.Activation.BytesPerCycle);
        long outputs = shape.Pixels * shape.OutChannels;
        return new PassCost(Math.Max(count * perBlock, memory) + array.PipelineCycles, inputBytes, weightBytes,
            outputs * (steps - (accumulate ? 0 : 1)) * AccumulatorBytes, outputs * steps * AccumulatorBytes)
        {
            // The last block leaves the array before the pass ends where the output stage is the slower one, and its results come later
            // than the elements alone
            // would take where parameters or memory hold the output stage up.
            Results = new ResultFlow(first + array.PipelineCycles, perBlock - first - (behind - (long)plain), count),
        };
    }

    /// <summary>Of the cycles of a pass those in which the array takes steps, waits of steps for each other and for weights included.</summary>
    internal static long StepCycles(CoreSpec core, PassShape shape)
    {
        var (array, plane) = (core.Array, shape.Plane);
        var block = Clip(BlockChoice.Choose(array, shape), plane, shape);
        long across = ArrayTiming.CeilingDivide(plane.OutHeight, block.Height) * ArrayTiming.CeilingDivide(plane.OutWidth, block.Width);
        return (long)(across * ArrayTiming.CeilingDivide(shape.OutChannels, block.Channels) * Walk(array, array.Blocks!, shape, block).Cycles);
    }

    // What does not exist is not computed; a pass of one row turns the micro-block on its side.
    private static PassBlock Clip(PassBlock block, PassPlane plane, PassShape shape) => block with
    {
        Height = Math.Min(block.Height, plane.OutHeight),
        Width = Math.Min(block.Width, plane.OutWidth),
        Channels = Math.Min(block.Channels, shape.OutChannels),
    };

    // Cycles of the array for one block, and steps that every output is added to in.
    private static (double Cycles, long Steps) Walk(ArraySpec array, BlockSpec blocks, PassShape shape, PassBlock block)
    {
        var plane = shape.Plane;
        int unitHeight = blocks.UnitHeight, unitWidth = array.Pixels / blocks.UnitHeight, unitChannels = array.Columns / blocks.Engines;
        if (plane.OutHeight == 1 && plane.KernelHeight == 1 && unitHeight > 1 && plane.OutWidth % 2 == 0)
        {
            (unitHeight, unitWidth) = (1, array.Pixels);
        }

        long pixels = ArrayTiming.CeilingDivide(block.Height, unitHeight) * ArrayTiming.CeilingDivide(block.Width, unitWidth);
        long units = ArrayTiming.CeilingDivide(block.Channels, unitChannels);
        long decode = ArrayTiming.CeilingDivide((long)array.Rows * blocks.StepCycles * unitChannels, blocks.WeightsPerCycle);
        long perStep = Math.Max(decode, blocks.StepCycles * pixels);
        long inputBlocks = shape.Depthwise ? 1 : ArrayTiming.CeilingDivide(shape.Channels, block.InChannels);
        double cycles = 0;
        long allSteps = 0;
        for (int y = 0; y < plane.KernelHeight; y += blocks.KernelExtent)
        {
            for (int x = 0; x < plane.KernelWidth; x += blocks.KernelExtent)
            {
                long taps = (long)Math.Min(blocks.KernelExtent, plane.KernelHeight - y) * Math.Min(blocks.KernelExtent, plane.KernelWidth - x);
                long steps = shape.Depthwise ? ArrayTiming.CeilingDivide(taps, blocks.StepCycles)
                    : block.PacksTaps ? ArrayTiming.CeilingDivide(taps, blocks.StepCycles) * ArrayTiming.CeilingDivide(block.InChannels, array.Rows)
                    : taps;
                // Steps of one micro-block alone wait for each other.
                long waits = pixels > 1 ? 0 : units == 1 ? steps : (steps - 1) * units;
                cycles += ((perStep * steps * units) + (waits * blocks.DependentStepCycles)) * (double)inputBlocks;
                allSteps += steps * inputBlocks;
            }
        }

        return (cycles / blocks.Engines, allSteps);
    }

    // The way of a block: operands, array, output stage, results; as many as the hardware holds are on it at once.
    private static double UnderWay(CoreSpec core, PassShape shape, PassBlock block, double elements, double inside)
    {
        var blocks = core.Array.Blocks!;
        double input = (double)block.InHeight * block.InWidth * block.InChannels * Inefficiency(core, InputRun(core, shape, block));
        double output = elements * Inefficiency(core, OutputRun(core, shape, block));
        return ((2 * blocks.LatencyCycles) + ((input + output) / core.Activation.BytesPerCycle) + inside) / blocks.BlocksUnderWay;
    }

    // Every block reads what exists of its input, once for each block of output channels unless it stays: where it has all channels, as
    // output channels
    // go first, or where both halves of its buffer hold the whole input.
    private static long InputBytes(ArraySpec array, PassShape shape, PassBlock block)
    {
        var plane = shape.Plane;
        long rows = Rows(plane.OutHeight, block.Height, plane.StrideY, ((plane.KernelHeight - 1) * plane.DilationY) + 1, plane.InHeight);
        long columns = Rows(plane.OutWidth, block.Width, plane.StrideX, ((plane.KernelWidth - 1) * plane.DilationX) + 1, plane.InWidth);
        long channels = shape.Depthwise ? shape.OutChannels : shape.Channels;
        bool held = channels <= block.InChannels || (long)plane.InHeight * plane.InWidth * channels < 2L * block.InHeight * block.InWidth * block.InChannels;
        long passes = shape.Depthwise || held ? 1 : ArrayTiming.CeilingDivide(shape.OutChannels, block.Channels);
        return rows * columns * Padded(array, (int)channels) * BlockChoice.Pieces(array.Blocks!, plane) * passes;
    }

    // Input rows of all blocks together, or columns; padding is taken to lie equally at both ends.
    private static long Rows(int outputs, int block, int stride, int kernel, int inputs)
    {
        int before = Math.Max(0, ((outputs - 1) * stride) + kernel - inputs) / 2;
        long rows = 0;
        for (int first = 0; first < outputs; first += block)
        {
            int last = Math.Min(first + block, outputs) - 1;
            rows += Math.Max(1, Math.Min(inputs, (last * stride) - before + kernel) - Math.Max(0, (first * stride) - before));
        }

        return rows;
    }

    // Memory holds whole granules of channels, except an image's few.
    private static long Padded(ArraySpec array, int channels)
    {
        int granule = array.Blocks!.ChannelGranule;
        return channels < array.Rows ? channels : ArrayTiming.CeilingDivide(channels, granule) * granule;
    }

    private static long InputRun(CoreSpec core, PassShape shape, PassBlock block) =>
        !shape.Depthwise && shape.Channels < core.Array.Rows ? block.InChannels : (long)core.Array.Blocks!.ChannelGranule * block.InWidth;

    private static long OutputRun(CoreSpec core, PassShape shape, PassBlock block) =>
        shape.OutChannels < core.Array.Rows ? block.Channels : (long)core.Array.Blocks!.ChannelGranule * block.Width;

    // A run shorter than a burst costs one.
    private static double Inefficiency(CoreSpec core, long runBytes) => Math.Max(1, core.Array.Blocks!.BurstBytes / (double)runBytes);
}
