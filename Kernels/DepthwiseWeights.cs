using System.Runtime.Intrinsics;

namespace NpuSim.Kernels;

/// <summary>int16 weights of a 3×3 depthwise convolution with the zero point subtracted, as <see cref="DepthwiseLanes256"/> reads
/// them, and what the sums start from.</summary>
/// <remarks>[block of 16 channels][5 pairs of taps][16 × 2], in the order of the channels. Nine taps make five pairs: upper and middle row of
/// each column, 0 and the first of the lower row, the second and third of the lower row.</remarks>
internal static unsafe class DepthwiseWeights
{
    /// <summary>Elements of a pair of taps of a block.</summary>
    internal const int PairElements = 2 * WeightLayout.OutputBlock;

    /// <summary>Elements of a block.</summary>
    internal const int BlockElements = 5 * PairElements;

    private const int Half = WeightLayout.OutputBlock / 2;

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
        for (int k = 0; k < pitch; k += WeightLayout.OutputBlock, w += WeightLayout.OutputBlock, target += BlockElements)
        {
            Vector256<short> sum = default;
            for (int column = 0; column < 3; column++)
            {
                var top = Widen(w + column * pitch, weightZero);
                var middle = Widen(w + row + column * pitch, weightZero);
                sum += top + middle;
                Pair(top, middle, target + column * PairElements);
            }

            var left = Widen(w + 2 * row, weightZero);
            var centre = Widen(w + 2 * row + pitch, weightZero);
            var right = Widen(w + 2 * row + 2 * pitch, weightZero);
            Pair(default, left, target + 3 * PairElements);
            Pair(centre, right, target + 4 * PairElements);
            var (lower, upper) = Vector256.Widen(sum + left + centre + right);
            (lower * -inputZero).Store(start + k);
            (upper * -inputZero).Store(start + k + Half);
        }
    }

    private static Vector256<short> Widen(sbyte* source, int zero)
    {
        var (lower, upper) = Vector128.Widen(Vector128.Load(source));
        return Vector256.Create(lower, upper) - Vector256.Create((short)zero);
    }

    private static void Pair(Vector256<short> first, Vector256<short> second, short* target)
    {
        var low = Vector256.Create(0xFFFF);
        var (first0, first1) = Vector256.Widen(first);
        var (second0, second1) = Vector256.Widen(second);
        ((first0 & low) | (second0 << 16)).AsInt16().Store(target);
        ((first1 & low) | (second1 << 16)).AsInt16().Store(target + WeightLayout.OutputBlock);
    }
}
