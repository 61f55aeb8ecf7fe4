namespace NpuSim.Kernels;

/// <summary>Element formats of array passes.</summary>
/// <remarks>Signed and unsigned int8 mixes need no format of their own: an unsigned value u is the signed u XOR 0x80 with the zero point
/// −128.</remarks>
public enum ArrayFormat : byte
{
    /// <summary>int8 activations and weights, int32 sums.</summary>
    Int8,

    /// <summary>int8 activations, two's complement weights of 4 bits, two per byte, the lower half first; int32 sums.</summary>
    Int4,

    /// <summary>int16 activations and weights, int32 sums modulo 2^32; no zero points.</summary>
    Int16,

    /// <summary>bfloat16 activations and weights, float32 sums; no zero points.</summary>
    Bf16,

    /// <summary>±1 activations and weights of one bit, 1 for +1 and 0 for −1, low bits first; int32 sums; no zero points.</summary>
    Binary,

    /// <summary>int8 activations, weights of 4 bits: bit 3 is the sign, the others e; e = 0 is 0, else ±2^(e−1); int32 sums. No weight zero
    /// point.</summary>
    Log2,

    /// <summary>float32 activations and weights, each rounded to bfloat16 (nearest, half to even; a NaN to 0x7FC0); float32 sums; no zero points.</summary>
    Float32,
}

/// <summary>Sizes of <see cref="ArrayFormat"/>, and how its weights lie in memory.</summary>
/// <remarks>Dense: the order of <see cref="WeightLayout"/>, elements of 4, 8, 16 or 32 bits. Binary: output channels in blocks of 16; in a block,
/// groups of 32 consecutive reduction indices; in a group, one little-endian 32-bit word per output channel. The channels of a tap are padded
/// to 32. Depthwise: [R × S × K16] elements of each format. Kernels never read what stands in padding.</remarks>
public static class ArrayFormats
{
    /// <summary>Reduction indices of a group of binary weights.</summary>
    public const int BinaryGroup = 32;

    /// <summary>Bytes of the activations of a pixel.</summary>
    /// <param name="format">Format.</param>
    /// <param name="channels">Channels, at least 1.</param>
    public static long PixelBytes(this ArrayFormat format, int channels) => format switch
    {
        ArrayFormat.Int8 or ArrayFormat.Int4 or ArrayFormat.Log2 => channels,
        ArrayFormat.Int16 or ArrayFormat.Bf16 => 2L * channels,
        ArrayFormat.Float32 => 4L * channels,
        ArrayFormat.Binary => (channels + 7L) / 8,
    };

    /// <summary>Bytes of dense weights of k output channels, r × s taps and c input channels; saturates at the largest long.</summary>
    public static long DenseBytes(this ArrayFormat format, int k, int r, int s, int c) => format switch
    {
        // A word of 32 indices takes as many bytes as a group of 4 int8 values.
        ArrayFormat.Binary => WeightLayout.DenseBytesNeeded(k, r, s, (int)((c + BinaryGroup - 1L) / BinaryGroup * WeightLayout.InputGroup)),
        ArrayFormat.Int8 or ArrayFormat.Int4 or ArrayFormat.Log2 or ArrayFormat.Int16 or ArrayFormat.Bf16 or ArrayFormat.Float32 =>
            OfElements(format, WeightLayout.DenseBytesNeeded(k, r, s, c)),
    };

    /// <summary>Bytes of depthwise weights of k output channels and r × s taps; saturates at the largest long.</summary>
    public static long DepthwiseBytes(this ArrayFormat format, int k, int r, int s) =>
        OfElements(format, WeightLayout.DepthwiseBytesNeeded(k, r, s));

    private static long OfElements(ArrayFormat format, long elements) => format switch
    {
        ArrayFormat.Int8 => elements,
        ArrayFormat.Int4 or ArrayFormat.Log2 => elements / 2,
        ArrayFormat.Int16 or ArrayFormat.Bf16 => elements > long.MaxValue / 2 ? long.MaxValue : 2 * elements,
        ArrayFormat.Float32 => elements > long.MaxValue / 4 ? long.MaxValue : 4 * elements,
        ArrayFormat.Binary => elements / 8,
    };
}
