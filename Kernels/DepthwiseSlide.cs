namespace NpuSim.Kernels;

/// <summary>What all rows of a 3×3 depthwise convolution share.</summary>
/// <param name="weights">All channels' weights, as <see cref="DepthwiseWeights"/> lays them out.</param>
/// <param name="starts">What every channel's sums start from.</param>
/// <param name="pitch">Accumulators from pixel to pixel.</param>
/// <param name="accumulate">Add to the accumulators.</param>
internal readonly unsafe struct DepthwiseOperands(short* weights, int* starts, int pitch, bool accumulate)
{
    internal short* Weights { get; } = weights;

    internal int* Starts { get; } = starts;

    internal nint Pitch { get; } = pitch;

    internal bool Accumulate { get; } = accumulate;
}

/// <summary>One row of output pixels of a 3×3 depthwise convolution, and the three input rows under it.</summary>
internal readonly unsafe struct DepthwiseRow
{
    /// <summary>First input pixel of the upper row.</summary>
    internal sbyte* Input { get; init; }

    /// <summary>First output pixel.</summary>
    internal int* Output { get; init; }

    /// <summary>Bytes from the upper row to the middle one.</summary>
    internal nint Middle { get; init; }

    /// <summary>Bytes from the upper row to the lower one.</summary>
    internal nint Bottom { get; init; }

    /// <summary>Bytes from tap to tap of a row.</summary>
    internal nint Tap { get; init; }

    /// <summary>Taps from output pixel to output pixel: the stride where there is no dilation, 0 where pixels share no taps.</summary>
    internal int Stride { get; init; }

    /// <summary>Bytes from output pixel to output pixel.</summary>
    internal nint Step { get; init; }

    /// <summary>Output pixels, at least 1.</summary>
    internal int Pixels { get; init; }
}

/// <summary>The innermost loops of a 3×3 depthwise convolution: every column of input pixels is loaded once and used for each output
/// pixel that it lies under.</summary>
internal static unsafe class DepthwiseSlide<TLanes, TColumn, TSums>
    where TLanes : struct, IDepthwiseLanes<TColumn, TSums>
    where TColumn : struct
    where TSums : struct
{
    /// <summary>Computes a row for the channels from first on, as long as they fill the lanes; the first that is left.</summary>
    internal static int Run(in DepthwiseRow row, in DepthwiseOperands operands, int first, int channels)
    {
        int end = first + (channels - first) / TLanes.Channels * TLanes.Channels;
        switch (row.Stride)
        {
            case 1:
                RunTouching(row, operands, first, end);
                break;
            case 2:
                RunAlternate(row, operands, first, end);
                break;
            default:
                RunApart(row, operands, first, end);
                break;
        }

        return end;
    }

    private static void RunTouching(in DepthwiseRow row, in DepthwiseOperands operands, int first, int end)
    {
        var (tap, middle, bottom, before) = (row.Tap, row.Middle, row.Bottom, row.Bottom - row.Tap);
        var (pitch, accumulate) = (operands.Pitch, operands.Accumulate);
        for (int k = first; k < end; k += TLanes.Channels)
        {
            var w0 = TLanes.Weights(operands.Weights, k, 0);
            var w1 = TLanes.Weights(operands.Weights, k, 1);
            var w2 = TLanes.Weights(operands.Weights, k, 2);
            var start = TLanes.Sums(operands.Starts + k);
            sbyte* x = row.Input + k;
            int* acc = row.Output + k;
            var last = TLanes.AddOuter(start, TLanes.LoadOuter(x, middle, bottom, bottom), w0);
            x += tap;
            var column = TLanes.LoadOuter(x, middle, bottom, before);
            last = TLanes.AddInner(last, column, w1);
            var next = TLanes.AddOuter(start, column, w0);
            for (int pixel = row.Pixels; pixel > 0; pixel--, acc += pitch)
            {
                x += tap;
                column = TLanes.LoadOuter(x, middle, bottom, before);
                TLanes.Store(TLanes.AddOuter(last, column, w2), acc, accumulate);
                last = TLanes.AddInner(next, column, w1);
                next = TLanes.AddOuter(start, column, w0);
            }
        }
    }

    private static void RunAlternate(in DepthwiseRow row, in DepthwiseOperands operands, int first, int end)
    {
        var (tap, middle, bottom, before) = (row.Tap, row.Middle, row.Bottom, row.Bottom - row.Tap);
        var (pitch, accumulate) = (operands.Pitch, operands.Accumulate);
        for (int k = first; k < end; k += TLanes.Channels)
        {
            var w0 = TLanes.Weights(operands.Weights, k, 0);
            var w1 = TLanes.Weights(operands.Weights, k, 1);
            var w2 = TLanes.Weights(operands.Weights, k, 2);
            var start = TLanes.Sums(operands.Starts + k);
            sbyte* x = row.Input + k;
            int* acc = row.Output + k;
            var sums = TLanes.AddOuter(start, TLanes.LoadOuter(x, middle, bottom, bottom), w0);
            for (int pixel = row.Pixels; pixel > 0; pixel--, acc += pitch)
            {
                x += tap;
                sums = TLanes.AddInner(sums, TLanes.LoadInner(x, middle, bottom), w1);
                x += tap;
                var column = TLanes.LoadOuter(x, middle, bottom, before);
                TLanes.Store(TLanes.AddOuter(sums, column, w2), acc, accumulate);
                sums = TLanes.AddOuter(start, column, w0);
            }
        }
    }

    private static void RunApart(in DepthwiseRow row, in DepthwiseOperands operands, int first, int end)
    {
        var (tap, middle, bottom, before) = (row.Tap, row.Middle, row.Bottom, row.Bottom - row.Tap);
        var (pitch, accumulate) = (operands.Pitch, operands.Accumulate);
        for (int k = first; k < end; k += TLanes.Channels)
        {
            var w0 = TLanes.Weights(operands.Weights, k, 0);
            var w1 = TLanes.Weights(operands.Weights, k, 1);
            var w2 = TLanes.Weights(operands.Weights, k, 2);
            var start = TLanes.Sums(operands.Starts + k);
            sbyte* x = row.Input + k;
            int* acc = row.Output + k;
            for (int pixel = row.Pixels; pixel > 0; pixel--, x += row.Step, acc += pitch)
            {
                var sums = TLanes.AddOuter(start, TLanes.LoadOuter(x, middle, bottom, bottom), w0);
                sums = TLanes.AddInner(sums, TLanes.LoadInner(x + tap, middle, bottom), w1);
                TLanes.Store(TLanes.AddOuter(sums, TLanes.LoadOuter(x + 2 * tap, middle, bottom, before), w2), acc, accumulate);
            }
        }
    }
}
