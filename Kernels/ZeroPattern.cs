namespace NpuSim.Kernels;

/// <summary>What an element looks like whose value is zero: the one that a gated multiplier sees as zero.</summary>
/// <remarks>An element x is zero where ((x &amp; Mask) ^ Flip) ≤ Bound, all unsigned. An int8 activation or weight is zero where it is
/// its zero point, for that is
/// what is subtracted in front of the multiplier; bfloat16 has two zeros; a float32 that rounds to a bfloat16 of zero is one; ±1 never
/// is.</remarks>
/// <param name="ElementBytes">1, 2 or 4.</param>
/// <param name="Mask">Bits that are looked at.</param>
/// <param name="Flip">Bits that are 1 in a zero.</param>
/// <param name="Bound">Largest of what is left.</param>
public readonly record struct ZeroPattern(int ElementBytes, uint Mask, uint Flip, uint Bound)
{
    private const uint Byte = 0xFF;

    /// <summary>Nothing is zero.</summary>
    public static ZeroPattern Never => new(1, 0, 1, 0);

    /// <summary>Zero activations of a format.</summary>
    /// <param name="format">Format.</param>
    /// <param name="zeroPoint">Zero point, −128 … 127; 0 for formats that have none.</param>
    public static ZeroPattern OfActivations(ArrayFormat format, int zeroPoint) => format switch
    {
        ArrayFormat.Int8 or ArrayFormat.Int4 or ArrayFormat.Log2 => new ZeroPattern(1, Byte, (byte)zeroPoint, 0),
        ArrayFormat.Int16 => new ZeroPattern(2, 0xFFFF, 0, 0),
        ArrayFormat.Bf16 => new ZeroPattern(2, 0x7FFF, 0, 0),
        // Half of the smallest bfloat16 rounds to even: to zero.
        ArrayFormat.Float32 => new ZeroPattern(4, 0x7FFF_FFFF, 0, 0x8000),
        ArrayFormat.Binary => Never,
    };

    /// <summary>Zero weights of a format, in the lower half of a byte where two share it.</summary>
    /// <inheritdoc cref="OfActivations"/>
    public static ZeroPattern OfWeights(ArrayFormat format, int zeroPoint) => format switch
    {
        ArrayFormat.Int4 => new ZeroPattern(1, 0xF, (uint)zeroPoint & 0xF, 0),
        // Exponent 0 stands for zero, whatever the sign.
        ArrayFormat.Log2 => new ZeroPattern(1, 0x7, 0, 0),
        ArrayFormat.Int8 or ArrayFormat.Int16 or ArrayFormat.Bf16 or ArrayFormat.Float32 or ArrayFormat.Binary => OfActivations(format, zeroPoint),
    };

    /// <summary>The same of the upper half of a byte.</summary>
    public ZeroPattern InUpperHalf => this with { Mask = Mask << 4, Flip = Flip << 4 };

    /// <summary>Whether an element is zero.</summary>
    public bool IsZero(uint element) => ((element & Mask) ^ Flip) <= Bound;
}
