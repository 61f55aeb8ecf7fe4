using System.Runtime.InteropServices;

namespace NpuSim.Kernels;

/// <summary>out = min(max(a, low), high). The result may be A itself (same place and pitch), else must not overlap it.</summary>
public static class ClampKernel
{
    /// <summary>Clamps a tile in any format. Bounds of the integer formats are truncated toward zero and saturate to int32; NaN counts as
    /// 0.</summary>
    /// <param name="format">Format of operand and result.</param>
    /// <param name="tile">Extents and pitches; B is not used.</param>
    /// <param name="a">Operand, little-endian.</param>
    /// <param name="output">Result.</param>
    /// <param name="low">Lower bound; for int8 a quantised value.</param>
    /// <param name="high">Upper bound.</param>
    public static void Apply(ElementFormat format, in TileGeometry tile, ReadOnlySpan<byte> a, Span<byte> output, float low, float high)
    {
        int size = format.SizeBytes();
        Operand.RequireTile("operand", a.Length, tile.Rows, tile.Columns * size, tile.PitchA);
        Operand.RequireTile("result", output.Length, tile.Rows, tile.Columns * size, tile.PitchOut);
        for (int r = 0; r < tile.Rows; r++)
        {
            var source = a.Slice(r * tile.PitchA, tile.Columns * size);
            var target = output.Slice(r * tile.PitchOut, tile.Columns * size);
            Row(format, source, target, low, high);
        }
    }

    /// <summary>Clamps int8 values; the bounds are first brought into −128 … 127.</summary>
    public static void Int8(ReadOnlySpan<sbyte> a, Span<sbyte> output, int low, int high)
    {
        (low, high) = (Math.Clamp(low, -128, 127), Math.Clamp(high, -128, 127));
        for (int i = 0; i < a.Length; i++) output[i] = (sbyte)FixedPoint.Bound(a[i], low, high);
    }

    /// <summary>Clamps int32 values.</summary>
    public static void Int32(ReadOnlySpan<int> a, Span<int> output, int low, int high)
    {
        for (int i = 0; i < a.Length; i++) output[i] = FixedPoint.Bound(a[i], low, high);
    }

    /// <summary>Clamps float32 values; a NaN becomes the lower bound.</summary>
    public static void Float32(ReadOnlySpan<float> a, Span<float> output, float low, float high)
    {
        for (int i = 0; i < a.Length; i++)
        {
            float raised = a[i] > low ? a[i] : low;
            output[i] = raised < high ? raised : high;
        }
    }

    private static void Row(ElementFormat format, ReadOnlySpan<byte> a, Span<byte> output, float low, float high)
    {
        switch (format)
        {
            case ElementFormat.Int8Fixed:
            case ElementFormat.Int8Float:
                Int8(MemoryMarshal.Cast<byte, sbyte>(a), MemoryMarshal.Cast<byte, sbyte>(output), Truncate(low), Truncate(high));
                break;
            case ElementFormat.Int32:
                Int32(MemoryMarshal.Cast<byte, int>(a), MemoryMarshal.Cast<byte, int>(output), Truncate(low), Truncate(high));
                break;
            case ElementFormat.Float32:
                Float32(MemoryMarshal.Cast<byte, float>(a), MemoryMarshal.Cast<byte, float>(output), low, high);
                break;
            default: throw new ArgumentOutOfRangeException(nameof(format), format, "unknown format");
        }
    }

    // The conversion saturates on every host since .NET 9.
    private static int Truncate(float value) => (int)value;
}
