namespace NpuSim.Kernels;

/// <summary>Weights looked at, and how many of them are zero.</summary>
public readonly record struct ZeroCount(long Zeros, long Elements)
{
    public static ZeroCount operator +(ZeroCount a, ZeroCount b) => new(a.Zeros + b.Zeros, a.Elements + b.Elements);
}

/// <summary>Statistics of weights in the order in which the array reads them: zeros, and bits that change from group to group.</summary>
/// <remarks>A group is what passes at once: of dense weights 16 output channels with 4 reduction indices each (binary: 32), of depthwise
/// ones the output
/// channels of a tap. The places of channels that do not exist are not counted as weights, but they pass with the others.</remarks>
public static class WeightStatistics
{
    /// <summary>Zeros among dense weights: those of group i·step, for every i.</summary>
    /// <param name="format">Format.</param>
    /// <param name="w">Weights in dense order.</param>
    /// <param name="outChannels">Output channels K.</param>
    /// <param name="taps">Kernel rows × columns.</param>
    /// <param name="channels">Input channels C.</param>
    /// <param name="weightZero">Zero point.</param>
    /// <param name="step">1 for all weights; n for one group in n.</param>
    /// <exception cref="ArgumentException">The span is too short.</exception>
    public static ZeroCount DenseZeros(ArrayFormat format, ReadOnlySpan<byte> w, int outChannels, int taps, int channels, int weightZero, int step)
    {
        int ofTap = GroupsOfTap(format, channels), inGroup = format == ArrayFormat.Binary ? ArrayFormats.BinaryGroup : WeightLayout.InputGroup;
        int bytes = GroupBytes(format);
        long perBlock = (long)taps * ofTap, groups = (outChannels + WeightLayout.OutputBlock - 1L) / WeightLayout.OutputBlock * perBlock;
        Operand.Require("weights", w.Length, groups * bytes);
        var count = default(ZeroCount);
        for (long group = 0; group < groups; group += step)
        {
            int columns = (int)Math.Min(WeightLayout.OutputBlock, outChannels - (group / perBlock * WeightLayout.OutputBlock));
            int depth = Math.Min(inGroup, channels - ((int)(group % ofTap) * inGroup));
            count += Group(format, w.Slice((int)(group * bytes), bytes), columns, depth, inGroup, weightZero);
        }

        return count;
    }

    /// <summary>Zeros among depthwise weights, all of them.</summary>
    /// <inheritdoc cref="DenseZeros"/>
    public static ZeroCount DepthwiseZeros(ArrayFormat format, ReadOnlySpan<byte> w, int outChannels, int taps, int weightZero)
    {
        int pitch = WeightLayout.RoundUp(outChannels, WeightLayout.OutputBlock);
        long zeros = 0;
        if (format != ArrayFormat.Binary)
        {
            for (int tap = 0; tap < taps; tap++) zeros += Zeros(format, w, tap * pitch, outChannels, weightZero);
        }

        return new ZeroCount(zeros, (long)taps * outChannels);
    }

    /// <summary>Bits that change between groups of dense weights: from group i·step to the next one, for every i.</summary>
    public static ToggleCount DenseToggles(ArrayFormat format, ReadOnlySpan<byte> w, int step) =>
        ToggleKernel.Words(w, GroupBytes(format), step);

    /// <summary>Bits that change from tap to tap of depthwise weights.</summary>
    public static ToggleCount DepthwiseToggles(ArrayFormat format, ReadOnlySpan<byte> w, int outChannels) =>
        ToggleKernel.Words(w, (int)format.DepthwiseBytes(outChannels, 1, 1), 1);

    private static int GroupsOfTap(ArrayFormat format, int channels)
    {
        int group = format == ArrayFormat.Binary ? ArrayFormats.BinaryGroup : WeightLayout.InputGroup;
        return (channels + group - 1) / group;
    }

    private static int GroupBytes(ArrayFormat format) => (int)format.DenseBytes(1, 1, 1, 1);

    private static ZeroCount Group(ArrayFormat format, ReadOnlySpan<byte> group, int columns, int depth, int inGroup, int weightZero)
    {
        long elements = (long)columns * depth;
        if (format == ArrayFormat.Binary) return new ZeroCount(0, elements);
        if (depth == inGroup) return new ZeroCount(Zeros(format, group, 0, columns * inGroup, weightZero), elements);
        long zeros = 0;
        for (int column = 0; column < columns; column++) zeros += Zeros(format, group, column * inGroup, depth, weightZero);
        return new ZeroCount(zeros, elements);
    }

    // Zeros among elements one behind the other.
    private static long Zeros(ArrayFormat format, ReadOnlySpan<byte> w, int first, int count, int weightZero)
    {
        var pattern = ZeroPattern.OfWeights(format, weightZero);
        if (format is not (ArrayFormat.Int4 or ArrayFormat.Log2))
            return ZeroKernel.Count(w.Slice(first * pattern.ElementBytes, count * pattern.ElementBytes), pattern);
        long zeros = 0;
        // An odd element at either end shares its byte with one that is not counted.
        if (first % 2 == 1 && count > 0)
        {
            zeros += pattern.InUpperHalf.IsZero(w[first / 2]) ? 1 : 0;
            (first, count) = (first + 1, count - 1);
        }

        var bytes = w.Slice(first / 2, count / 2);
        zeros += ZeroKernel.Count(bytes, pattern) + ZeroKernel.Count(bytes, pattern.InUpperHalf);
        return zeros + (count % 2 == 1 && pattern.IsZero(w[(first + count) / 2]) ? 1 : 0);
    }
}
