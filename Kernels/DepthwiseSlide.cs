using System.Runtime.CompilerServices;

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
        var (tap, middle, bottom, pitch, accumulate) = (row.Tap, row.Middle, row.Bottom, operands.Pitch, operands.Accumulate);
        for (int k = first; k < end; k += TLanes.Channels)
        {
            var (w0, w1, w2) = Weights(operands.Weights + DepthwiseWeights.Place(k));
            var zero = TLanes.Load(operands.Starts + k);
            sbyte* x = row.Input + k;
            int* acc = row.Output + k;
            var column = TLanes.Load(x, middle, bottom);
            var last = TLanes.Add(zero, column, w0);
            column = TLanes.Load(x + tap, middle, bottom);
            last = TLanes.Add(last, column, w1);
            var next = TLanes.Add(zero, column, w0);
            x += 2 * tap;
            for (int pixel = row.Pixels; pixel > 0; pixel--, x += tap, acc += pitch)
            {
                column = TLanes.Load(x, middle, bottom);
                TLanes.Store(TLanes.Add(last, column, w2), acc, accumulate);
                last = TLanes.Add(next, column, w1);
                next = TLanes.Add(zero, column, w0);
            }
        }
    }

    private static void RunAlternate(in DepthwiseRow row, in DepthwiseOperands operands, int first, int end)
    {
        var (tap, middle, bottom, pitch, accumulate) = (row.Tap, row.Middle, row.Bottom, operands.Pitch, operands.Accumulate);
        for (int k = first; k < end; k += TLanes.Channels)
        {
            var (w0, w1, w2) = Weights(operands.Weights + DepthwiseWeights.Place(k));
            var zero = TLanes.Load(operands.Starts + k);
            sbyte* x = row.Input + k;
            int* acc = row.Output + k;
            var sums = TLanes.Add(zero, TLanes.Load(x, middle, bottom), w0);
            for (int pixel = row.Pixels; pixel > 0; pixel--, acc += pitch)
            {
                sums = TLanes.Add(sums, TLanes.Load(x + tap, middle, bottom), w1);
                x += 2 * tap;
                var column = TLanes.Load(x, middle, bottom);
                TLanes.Store(TLanes.Add(sums, column, w2), acc, accumulate);
                sums = TLanes.Add(zero, column, w0);
            }
        }
    }

    private static void RunApart(in DepthwiseRow row, in DepthwiseOperands operands, int first, int end)
    {
        var (tap, middle, bottom, pitch, accumulate) = (row.Tap, row.Middle, row.Bottom, operands.Pitch, operands.Accumulate);
        for (int k = first; k < end; k += TLanes.Channels)
        {
            var (w0, w1, w2) = Weights(operands.Weights + DepthwiseWeights.Place(k));
            var zero = TLanes.Load(operands.Starts + k);
            sbyte* x = row.Input + k;
            int* acc = row.Output + k;
            for (int pixel = row.Pixels; pixel > 0; pixel--, x += row.Step, acc += pitch)
            {
                var sums = TLanes.Add(zero, TLanes.Load(x, middle, bottom), w0);
                sums = TLanes.Add(sums, TLanes.Load(x + tap, middle, bottom), w1);
                TLanes.Store(TLanes.Add(sums, TLanes.Load(x + 2 * tap, middle, bottom), w2), acc, accumulate);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TColumn First, TColumn Second, TColumn Third) Weights(short* w) =>
        (TLanes.Weights(w), TLanes.Weights(w + DepthwiseWeights.ColumnElements), TLanes.Weights(w + 2 * DepthwiseWeights.ColumnElements));
}
