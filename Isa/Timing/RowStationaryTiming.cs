using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;

namespace NpuSim.Isa.Timing;

/// <summary>How the processing elements of a row-stationary array are divided for a pass.</summary>
/// <param name="KernelRows">Kernel rows that a set takes at once.</param>
/// <param name="OutputRows">Output rows that a set takes at once.</param>
/// <param name="Sets">Sets that fit the array side by side.</param>
/// <param name="Rounds">Times that the sets are used, one after the other.</param>
public readonly record struct RowStationaryMapping(int KernelRows, int OutputRows, int Sets, long Rounds)
{
    /// <summary>Processing elements that work.</summary>
    public int ActiveElements => KernelRows * OutputRows * Sets;
}

/// <summary>Uncontended cycles of a row-stationary array (Chen et al., Eyeriss, JSSC 52(1) 2017).</summary>
/// <remarks>
/// A set of R × e elements convolves one plane: element (r, x) holds kernel row r, and the input row of output row x under it; it makes S multiply-accumulates for
/// each output of its row, and sums go up the column of R elements. As many sets as fit work side by side on further output rows, input channels and kernels; what is
/// left follows in rounds of S · W cycles. A kernel with more rows than the array is taken in parts. The next rows are fetched while elements work.
/// </remarks>
public static class RowStationaryTiming
{
    /// <summary>The division with the fewest rounds; of equal ones that with the longest sets.</summary>
    public static RowStationaryMapping Map(ArraySpec array, PassShape shape)
    {
        var plane = shape.Plane;
        int parts = (int)ArrayTiming.CeilingDivide(plane.KernelHeight, array.Rows), kernelRows = Math.Min(plane.KernelHeight, array.Rows);
        long planes = (shape.Depthwise ? 1L : shape.Channels) * shape.OutChannels * parts;
        var best = new RowStationaryMapping(0, 0, 0, long.MaxValue);
        // Short sets would fill the array better and share less: the published mappings take 7, 13 and 14 rows of 14 columns. At least half is assumed.
        int least = Math.Min(plane.OutHeight, (array.Columns + 1) / 2);
        for (int outputRows = Math.Min(plane.OutHeight, array.Columns); outputRows >= least; outputRows--)
        {
            int sets = array.Rows / kernelRows * (array.Columns / outputRows);
            long rounds = ArrayTiming.CeilingDivide(planes * ArrayTiming.CeilingDivide(plane.OutHeight, outputRows), sets);
            best = rounds < best.Rounds ? new RowStationaryMapping(kernelRows, outputRows, sets, rounds) : best;
        }

        return best;
    }

    /// <summary>Cycles and SRAM accesses of one pass.</summary>
    /// <param name="array">A row-stationary array.</param>
    /// <param name="shape">Work, all extents at least 1.</param>
    /// <param name="accumulate">Whether the pass adds to accumulators that are there already.</param>
    /// <param name="slower">Cycles of one multiply-accumulate.</param>
    internal static PassCost Cost(ArraySpec array, PassShape shape, bool accumulate, long slower)
    {
        var plane = shape.Plane;
        var map = Map(array, shape);
        long round = plane.KernelWidth * (long)plane.OutWidth * slower;
        long strips = ArrayTiming.CeilingDivide(plane.OutHeight, map.OutputRows);
        int channels = shape.Depthwise ? 1 : shape.Channels;
        // Kernels that an element interleaves share its input row; channels that it interleaves share its sums.
        int rowsHeld = Math.Max(1, array.ElementWeights / plane.KernelWidth);
        int kernels = shape.Depthwise ? 1 : Math.Clamp(Math.Min(array.ElementSums, rowsHeld), 1, shape.OutChannels);
        int interleaved = Math.Clamp(rowsHeld / kernels, 1, channels);
        long inputRows = Math.Min(plane.InHeight, (map.OutputRows - 1L) * plane.StrideY + (plane.KernelHeight - 1L) * plane.DilationY + 1);
        long inputs = strips * inputRows * plane.InWidth * channels * ArrayTiming.CeilingDivide(shape.OutChannels, kernels);
        long weights = (long)shape.OutChannels * channels * shape.Taps;
        long loads = weights * ArrayTiming.CeilingDivide(strips, map.Sets);
        long outputs = shape.Pixels * shape.OutChannels;
        long sums = ArrayTiming.CeilingDivide(channels, interleaved) * ArrayTiming.CeilingDivide(plane.KernelHeight, map.KernelRows);
        return new PassCost(
            map.Rounds * round + map.KernelRows + array.PipelineCycles, ArrayTiming.Bytes(inputs, ArrayOrder.ActivationBits(shape.Format)),
            ArrayTiming.Bytes(loads, ArrayOrder.WeightBits(shape.Format)), outputs * (sums - (accumulate ? 0 : 1)) * ArrayTiming.AccumulatorBytes,
            outputs * sums * ArrayTiming.AccumulatorBytes)
        {
            // A kernel's sums are final with its last channel; kernels come one after the other as far as the sets allow.
            Results = new ResultFlow(
                Math.Max(0, ArrayTiming.CeilingDivide(map.Rounds, shape.OutChannels) - 1) * round + map.KernelRows + array.PipelineCycles, round,
                Math.Min(shape.OutChannels, map.Rounds)),
        };
    }
}
