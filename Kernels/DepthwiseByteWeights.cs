using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NpuSim.Kernels;

/// <summary>int8 weights of a 3×3 depthwise convolution whose zero point is 0, for dot products of four bytes.</summary>
/// <remarks>[block of 16 channels][kernel column][16 × 4]: the column's three weights and 0.</remarks>
internal static unsafe class DepthwiseByteWeights
{
    /// <summary>Bytes of a kernel column of a block.</summary>
    internal const int ColumnBytes = 4 * WeightLayout.OutputBlock;

    /// <summary>Bytes of a block; fewer than <see cref="DepthwiseWeights"/> takes.</summary>
    internal const int BlockBytes = 3 * ColumnBytes;

    /// <summary>The weights of channels from k on, a multiple of 16, in a column of the kernel.</summary>
    internal static sbyte* Place(short* weights, int k, int column) =>
        (sbyte*)weights + (nint)(k / WeightLayout.OutputBlock) * BlockBytes + column * ColumnBytes;

    /// <summary>Fills in all blocks.</summary>
    /// <param name="w">Weights in depthwise order, [9 × pitch].</param>
    /// <param name="pitch">Channels, a multiple of 16.</param>
    /// <param name="inputZero">Zero point of the activations.</param>
    /// <param name="target">[pitch / 16 blocks].</param>
    /// <param name="start">pitch values: −(inputZero + 128)·Σ of the channel's weights.</param>
    internal static void Fill(sbyte* w, int pitch, int inputZero, short* target, int* start)
    {
        for (int k = 0; k < pitch; k += WeightLayout.OutputBlock)
        {
            Vector256<short> sum = default;
            for (int column = 0; column < 3; column++)
            {
                var top = Vector128.Load(w + column * pitch + k);
                var middle = Vector128.Load(w + (3 + column) * pitch + k);
                var bottom = Vector128.Load(w + (6 + column) * pitch + k);
                sum += Vector256.WidenLower(top.ToVector256()) + Vector256.WidenLower(middle.ToVector256())
                    + Vector256.WidenLower(bottom.ToVector256());
                Interleave(top, middle, bottom, (short*)Place(target, k, column));
            }

            var (lower, upper) = Vector256.Widen(sum);
            (lower * -(inputZero + ByteDotProduct.Offset)).Store(start + k);
            (upper * -(inputZero + ByteDotProduct.Offset)).Store(start + k + Vector256<int>.Count);
        }
    }

    private static void Interleave(Vector128<sbyte> top, Vector128<sbyte> middle, Vector128<sbyte> bottom, short* target)
    {
        var (upper0, upper1) = (Sse2.UnpackLow(top, middle).AsInt16(), Sse2.UnpackHigh(top, middle).AsInt16());
        var (lower0, lower1) = (Sse2.UnpackLow(bottom, default).AsInt16(), Sse2.UnpackHigh(bottom, default).AsInt16());
        Sse2.UnpackLow(upper0, lower0).Store(target);
        Sse2.UnpackHigh(upper0, lower0).Store(target + 8);
        Sse2.UnpackLow(upper1, lower1).Store(target + 16);
        Sse2.UnpackHigh(upper1, lower1).Store(target + 24);
    }
}
