namespace NpuSim.Kernels;

/// <summary>Element formats of vector operations.</summary>
public enum ElementFormat : byte
{
    /// <summary>int8 with fixed-point multipliers and double rounding (TFLite reference).</summary>
    Int8Fixed,

    /// <summary>int8 with float32 scales and round half to even (ONNX QDQ, XNNPACK).</summary>
    Int8Float,
    Int32,
    Float32,
}

/// <summary>Sizes of <see cref="ElementFormat"/>.</summary>
public static class ElementFormats
{
    /// <summary>Bytes of an element.</summary>
    public static int SizeBytes(this ElementFormat format) => format switch
    {
        ElementFormat.Int8Fixed or ElementFormat.Int8Float => 1,
        ElementFormat.Int32 or ElementFormat.Float32 => 4,
    };
}
