namespace NpuSim.Isa.Instructions;

/// <summary>The order in which the array reads weights. The compiler lays constants out in it; <c>v.pack</c> produces it on chip.</summary>
/// <remarks>Dense: output channels in blocks of 16; in a block, groups of 4 consecutive reduction indices; in a group, the 16 output
/// channels, each with its 4 values side by side. The reduction index is (r·S + s)·C4 + c with C4 = C rounded up to 4; padding
/// holds the weight zero point, so that it contributes nothing.
/// Depthwise: [R × S × K16], K16 = K rounded up to 16.
/// Formats of other sizes have the same order of elements, of 4, 16 or 32 bits. Binary weights lie in groups of 32 consecutive reduction indices, one
/// little-endian 32-bit word for each of the 16 output channels; the channels of a tap are padded to 32.</remarks>
public static class ArrayOrder
{
    public const int OutputBlock = 16;
    public const int InputGroup = 4;
    public const int BinaryGroup = 32;

    public static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;

    /// <summary>Reduction length after padding every tap's channels to a multiple of 4.</summary>
    public static int PaddedDepth(int kernelHeight, int kernelWidth, int channels) => kernelHeight * kernelWidth * RoundUp(channels, InputGroup);

    /// <summary>Bytes of a dense int8 weight tile.</summary>
    public static long DenseBytes(int outChannels, int kernelHeight, int kernelWidth, int channels) =>
        DenseBytes(ArrayFormat.Int8, outChannels, (long)kernelHeight * kernelWidth, channels);

    /// <summary>Bits of a weight.</summary>
    public static int WeightBits(ArrayFormat format) => format switch
    {
        ArrayFormat.Int8 => 8,
        ArrayFormat.Int4 or ArrayFormat.Log2 => 4,
        ArrayFormat.Int16 or ArrayFormat.Bf16 => 16,
        ArrayFormat.Float32 => 32,
        ArrayFormat.Binary => 1,
    };

    /// <summary>Bits of an activation.</summary>
    public static int ActivationBits(ArrayFormat format) => format switch
    {
        ArrayFormat.Int8 or ArrayFormat.Int4 or ArrayFormat.Log2 => 8,
        ArrayFormat.Int16 or ArrayFormat.Bf16 => 16,
        ArrayFormat.Float32 => 32,
        ArrayFormat.Binary => 1,
    };

    /// <summary>Bytes of the activations of one pixel.</summary>
    public static long PixelBytes(ArrayFormat format, long channels) => ((channels * ActivationBits(format)) + 7) / 8;

    /// <summary>Bytes of a dense weight tile in a format; saturates where they exceed every memory.</summary>
    public static long DenseBytes(ArrayFormat format, long outChannels, long taps, long channels)
    {
        int group = format == ArrayFormat.Binary ? BinaryGroup : InputGroup;
        var elements = (Int128)RoundUp(outChannels, OutputBlock) * taps * RoundUp(channels, group);
        return (long)Int128.Min(elements * WeightBits(format) / 8, long.MaxValue);
    }

    /// <summary>Bytes of a depthwise weight tile in a format; saturates where they exceed every memory.</summary>
    public static long DepthwiseBytes(ArrayFormat format, long outChannels, long taps) =>
        (long)Int128.Min((Int128)taps * RoundUp(outChannels, OutputBlock) * WeightBits(format) / 8, long.MaxValue);

    private static long RoundUp(long value, long multiple) => (value + multiple - 1) / multiple * multiple;

    /// <summary>Byte offset of weight (output channel, padded reduction index) in a dense tile of the given padded depth.</summary>
    public static int DenseOffset(int outChannel, int depthIndex, int paddedDepth) =>
        outChannel / OutputBlock * paddedDepth * OutputBlock
        + depthIndex / InputGroup * (OutputBlock * InputGroup)
        + outChannel % OutputBlock * InputGroup
        + depthIndex % InputGroup;

    /// <summary>Bytes of a depthwise int8 weight tile.</summary>
    public static long DepthwiseBytes(int outChannels, int kernelHeight, int kernelWidth) =>
        DepthwiseBytes(ArrayFormat.Int8, outChannels, (long)kernelHeight * kernelWidth);

    /// <summary>Byte offset of weight (r, s, output channel) in a depthwise tile.</summary>
    public static int DepthwiseOffset(int r, int s, int outChannel, int kernelWidth, int outChannels) =>
        (r * kernelWidth + s) * RoundUp(outChannels, OutputBlock) + outChannel;
}
