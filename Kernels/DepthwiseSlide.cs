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
internal static unsafe class DepthwiseSlide<TLanes, TPairs, TSums>
    where TLanes : struct, IDepthwiseLanes<TPairs, TSums>
    where TPairs : struct
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
            var w = new Pairs(operands.Weights + DepthwiseWeights.Place(k));
            var (w0, w1, w2, left, right) = (w.First, w.Second, w.Third, w.Left, w.Right);
            var start = TLanes.Sums(operands.Starts + k);
            sbyte* x = row.Input + k;
            int* acc = row.Output + k;
            // What stands before the first tap meets a zero weight; the tap itself takes its place.
            var below = TLanes.Load(x + bottom, x + bottom);
            var last = TLanes.Add(TLanes.Add(start, TLanes.Load(x, x + middle), w0), below, left);
            x += tap;
            var column = TLanes.Load(x, x + middle);
            below = TLanes.Load(x + bottom - tap, x + bottom);
            last = TLanes.Add(last, column, w1);
            var next = TLanes.Add(TLanes.Add(start, column, w0), below, left);
            for (int pixel = row.Pixels; pixel > 0; pixel--, acc += pitch)
            {
                x += tap;
                column = TLanes.Load(x, x + middle);
                below = TLanes.Load(x + bottom - tap, x + bottom);
                TLanes.Store(TLanes.Add(TLanes.Add(last, column, w2), below, right), acc, accumulate);
                last = TLanes.Add(next, column, w1);
                next = TLanes.Add(TLanes.Add(start, column, w0), below, left);
            }
        }
    }

    private static void RunAlternate(in DepthwiseRow row, in DepthwiseOperands operands, int first, int end)
    {
        var (tap, middle, bottom, pitch, accumulate) = (row.Tap, row.Middle, row.Bottom, operands.Pitch, operands.Accumulate);
        for (int k = first; k < end; k += TLanes.Channels)
        {
            var w = new Pairs(operands.Weights + DepthwiseWeights.Place(k));
            var (w0, w1, w2, left, right) = (w.First, w.Second, w.Third, w.Left, w.Right);
            var start = TLanes.Sums(operands.Starts + k);
            sbyte* x = row.Input + k;
            int* acc = row.Output + k;
            var below = TLanes.Load(x + bottom, x + bottom);
            var sums = TLanes.Add(TLanes.Add(start, TLanes.Load(x, x + middle), w0), below, left);
            for (int pixel = row.Pixels; pixel > 0; pixel--, acc += pitch)
            {
                x += tap;
                sums = TLanes.Add(sums, TLanes.Load(x, x + middle), w1);
                x += tap;
                var column = TLanes.Load(x, x + middle);
                below = TLanes.Load(x + bottom - tap, x + bottom);
                TLanes.Store(TLanes.Add(TLanes.Add(sums, column, w2), below, right), acc, accumulate);
                sums = TLanes.Add(TLanes.Add(start, column, w0), below, left);
            }
        }
    }

    private static void RunApart(in DepthwiseRow row, in DepthwiseOperands operands, int first, int end)
    {
        var (tap, middle, bottom, pitch, accumulate) = (row.Tap, row.Middle, row.Bottom, operands.Pitch, operands.Accumulate);
        for (int k = first; k < end; k += TLanes.Channels)
        {
            var w = new Pairs(operands.Weights + DepthwiseWeights.Place(k));
            var (w0, w1, w2, left, right) = (w.First, w.Second, w.Third, w.Left, w.Right);
            var start = TLanes.Sums(operands.Starts + k);
            sbyte* x = row.Input + k;
            int* acc = row.Output + k;
            for (int pixel = row.Pixels; pixel > 0; pixel--, x += row.Step, acc += pitch)
            {
                sbyte* second = x + tap, third = second + tap;
                var sums = TLanes.Add(start, TLanes.Load(x, x + middle), w0);
                sums = TLanes.Add(sums, TLanes.Load(second, second + middle), w1);
                sums = TLanes.Add(sums, TLanes.Load(third, third + middle), w2);
                sums = TLanes.Add(sums, TLanes.Load(x + bottom, x + bottom), left);
                TLanes.Store(TLanes.Add(sums, TLanes.Load(second + bottom, third + bottom), right), acc, accumulate);
            }
        }
    }

    /// <summary>The weights of a group of channels, pair by pair of taps.</summary>
    private readonly ref struct Pairs
    {
        internal readonly TPairs First, Second, Third, Left, Right;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal Pairs(short* w)
        {
            First = TLanes.Weights(w);
            Second = TLanes.Weights(w + DepthwiseWeights.PairElements);
            Third = TLanes.Weights(w + 2 * DepthwiseWeights.PairElements);
            Left = TLanes.Weights(w + 3 * DepthwiseWeights.PairElements);
            Right = TLanes.Weights(w + 4 * DepthwiseWeights.PairElements);
        }
    }
}
