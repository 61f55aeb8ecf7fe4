using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NpuSim.Kernels;

/// <summary>int16 weights of a 3×3 depthwise convolution with the zero point subtracted, as <see cref="DepthwiseLanes256"/> reads
/// them, and what the sums start from.</summary>
/// <remarks>[block of 16 channels][5 pairs of taps][16 × 2], in the order of the channels. Nine taps make five pairs: upper and middle row
/// of each column, 0 and the first of the lower row, the second and third of the lower row.</remarks>
internal static unsafe class DepthwiseWeights
{
    /// <summary>Elements of a pair of taps of a block.</summary>
    internal const int PairElements = 2 * WeightLayout.OutputBlock;

    /// <summary>Elements of a block.</summary>
    internal const int BlockElements = 5 * PairElements;

    /// <summary>Elements of the weights of some channels, a multiple of 16.</summary>
    internal static int Elements(int channels) => channels / WeightLayout.OutputBlock * BlockElements;

    /// <summary>The pairs of the upper and middle row of a kernel column, from channel k on.</summary>
    internal static short* Upper(short* weights, int k, int column) => Place(weights, k) + column * PairElements;

    /// <summary>The pairs of the lower row that a kernel column ends, from channel k on; for the inner column, which ends none, any.</summary>
    internal static short* Lower(short* weights, int k, int column) => Place(weights, k) + (column == 2 ? 4 : 3) * PairElements;

    private static short* Place(short* weights, int k) =>
        weights + (nint)(k / WeightLayout.OutputBlock) * BlockElements + k % WeightLayout.OutputBlock * 2;

    /// <summary>Fills in all blocks.</summary>
    /// <param name="w">Weights in depthwise order, [9 × pitch].</param>
    /// <param name="pitch">Channels, a multiple of 16.</param>
    /// <param name="weightZero">Subtracted from every weight.</param>
    /// <param name="inputZero">Zero point of the activations.</param>
    /// <param name="target">[pitch / 16 blocks].</param>
    /// <param name="start">pitch values: −inputZero·Σ of the channel's weights.</param>
    internal static void Fill(sbyte* w, int pitch, int weightZero, int inputZero, short* target, int* start)
    {
        int row = 3 * pitch;
        var zero = Vector128.Create((sbyte)weightZero);
        var zeros = Vector256.Create((short)weightZero);
        for (int k = 0; k < pitch; k += WeightLayout.OutputBlock, w += WeightLayout.OutputBlock, target += BlockElements)
        {
            sbyte* second = w + pitch, third = w + 2 * pitch, bottom = w + 2 * row;
            var (lower, upper) = Widen(Vector128.Load(w), Vector128.Load(w + row), zeros, target);
            Add(ref lower, ref upper, Widen(Vector128.Load(second), Vector128.Load(second + row), zeros, target + PairElements));
            Add(ref lower, ref upper, Widen(Vector128.Load(third), Vector128.Load(third + row), zeros, target + 2 * PairElements));
            Add(ref lower, ref upper, Widen(zero, Vector128.Load(bottom), zeros, target + 3 * PairElements));
            Add(ref lower, ref upper, Widen(Vector128.Load(bottom + pitch), Vector128.Load(bottom + 2 * pitch), zeros,
                target + 4 * PairElements));
            (Halves(lower) * -inputZero).Store(start + k);
            (Halves(upper) * -inputZero).Store(start + k + WeightLayout.OutputBlock / 2);
        }
    }

    /// <summary>Stores the pairs of two taps and returns them, of channels 0 … 7 and 8 … 15.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<short> Lower, Vector256<short> Upper) Widen(Vector128<sbyte> first, Vector128<sbyte> second,
        Vector256<short> zeros, short* target)
    {
        var lower = Vector256.WidenLower(Interleave.Lower(first, second).ToVector256Unsafe()) - zeros;
        var upper = Vector256.WidenLower(Interleave.Upper(first, second).ToVector256Unsafe()) - zeros;
        lower.Store(target);
        upper.Store(target + PairElements / 2);
        return (lower, upper);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(ref Vector256<short> lower, ref Vector256<short> upper, (Vector256<short> Lower, Vector256<short> Upper) pairs)
    {
        lower += pairs.Lower;
        upper += pairs.Upper;
    }

    /// <summary>Both values of each pair summed up.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Halves(Vector256<short> pairs) =>
        Vector256.ShiftRightArithmetic(pairs.AsInt32() << 16, 16) + Vector256.ShiftRightArithmetic(pairs.AsInt32(), 16);
}
