using System.Runtime.CompilerServices;

namespace NpuSim.Kernels;

/// <summary>One row of output pixels of a 3×3 depthwise convolution, and the three input rows under it.</summary>
internal readonly unsafe struct DepthwiseRow
{
    /// <summary>First input pixel of the upper row.</summary>
    internal sbyte* Input { get; init; }

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
    /// <summary>Computes a row for the lanes' channels.</summary>
    /// <param name="row">The row; its input points to the first of the channels.</param>
    /// <param name="w">Their weights.</param>
    /// <param name="start">What their sums start from.</param>
    /// <param name="acc">First accumulator.</param>
    /// <param name="pitch">Accumulators from pixel to pixel.</param>
    /// <param name="accumulate">Add to them.</param>
    internal static void Run(in DepthwiseRow row, short* w, int* start, int* acc, int pitch, bool accumulate)
    {
        switch (row.Stride)
        {
            case 1:
                RunTouching(row, w, start, acc, pitch, accumulate);
                break;
            case 2:
                RunAlternate(row, w, start, acc, pitch, accumulate);
                break;
            default:
                RunApart(row, w, start, acc, pitch, accumulate);
                break;
        }
    }

    private static void RunTouching(in DepthwiseRow row, short* w, int* start, int* acc, int pitch, bool accumulate)
    {
        var (w0, w1, w2) = Weights(w);
        var zero = TLanes.Load(start);
        var (x, tap, middle, bottom) = ((nint)row.Input, row.Tap, row.Middle, row.Bottom);
        var column = TLanes.Load((sbyte*)x, middle, bottom);
        var last = TLanes.Add(zero, column, w0);
        column = TLanes.Load((sbyte*)(x + tap), middle, bottom);
        last = TLanes.Add(last, column, w1);
        var next = TLanes.Add(zero, column, w0);
        x += 2 * tap;
        for (int pixel = row.Pixels; pixel > 0; pixel--, x += tap, acc += pitch)
        {
            column = TLanes.Load((sbyte*)x, middle, bottom);
            TLanes.Store(TLanes.Add(last, column, w2), acc, accumulate);
            last = TLanes.Add(next, column, w1);
            next = TLanes.Add(zero, column, w0);
        }
    }

    private static void RunAlternate(in DepthwiseRow row, short* w, int* start, int* acc, int pitch, bool accumulate)
    {
        var (w0, w1, w2) = Weights(w);
        var zero = TLanes.Load(start);
        var (x, tap, middle, bottom) = ((nint)row.Input, row.Tap, row.Middle, row.Bottom);
        var sums = TLanes.Add(zero, TLanes.Load((sbyte*)x, middle, bottom), w0);
        for (int pixel = row.Pixels; pixel > 0; pixel--, acc += pitch)
        {
            sums = TLanes.Add(sums, TLanes.Load((sbyte*)(x + tap), middle, bottom), w1);
            x += 2 * tap;
            var column = TLanes.Load((sbyte*)x, middle, bottom);
            TLanes.Store(TLanes.Add(sums, column, w2), acc, accumulate);
            sums = TLanes.Add(zero, column, w0);
        }
    }

    private static void RunApart(in DepthwiseRow row, short* w, int* start, int* acc, int pitch, bool accumulate)
    {
        var (w0, w1, w2) = Weights(w);
        var zero = TLanes.Load(start);
        var (x, tap, middle, bottom) = ((nint)row.Input, row.Tap, row.Middle, row.Bottom);
        for (int pixel = row.Pixels; pixel > 0; pixel--, x += row.Step, acc += pitch)
        {
            var sums = TLanes.Add(zero, TLanes.Load((sbyte*)x, middle, bottom), w0);
            sums = TLanes.Add(sums, TLanes.Load((sbyte*)(x + tap), middle, bottom), w1);
            TLanes.Store(TLanes.Add(sums, TLanes.Load((sbyte*)(x + 2 * tap), middle, bottom), w2), acc, accumulate);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TColumn First, TColumn Second, TColumn Third) Weights(short* w) =>
        (TLanes.Weights(w), TLanes.Weights(w + DepthwiseWeights.ColumnElements), TLanes.Weights(w + 2 * DepthwiseWeights.ColumnElements));
}
