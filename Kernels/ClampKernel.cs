using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

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
    public static void Apply(ElementFormat format, in TileGeometry tile, ReadOnlySpan<byte> a, Span<byte> output, float low, float high) =>
        Apply(Simd.Active, format, tile, a, output, low, high);

    /// <summary>The same at a chosen level.</summary>
    /// <inheritdoc cref="Apply(ElementFormat, in TileGeometry, ReadOnlySpan{byte}, Span{byte}, float, float)"/>
    public static void Apply(SimdLevel level, ElementFormat format, in TileGeometry tile, ReadOnlySpan<byte> a, Span<byte> output,
        float low, float high)
    {
        Simd.Require(level);
        int size = format.SizeBytes();
        int bytes = tile.Columns * size;
        Operand.RequireTile("operand", a.Length, tile.Rows, bytes, tile.PitchA);
        Operand.RequireTile("result", output.Length, tile.Rows, bytes, tile.PitchOut);
        bool isOneRow = tile.PitchA == bytes && tile.PitchOut == bytes && tile.Rows > 1;
        var t = isOneRow ? tile with { Rows = 1, Columns = tile.Rows * tile.Columns } : tile;
        switch (level)
        {
            case SimdLevel.Scalar: Scalar(format, t, a, output, low, high); break;
            case SimdLevel.Vector128: Vectors<Lanes128, Vector128<int>>(format, t, a, output, low, high); break;
            case SimdLevel.Vector256:
            // As element-wise operations of one instruction.
            case SimdLevel.Vector512:
            case SimdLevel.AvxVnni: Vectors<Lanes256, Vector256<int>>(format, t, a, output, low, high); break;
            default: throw new ArgumentOutOfRangeException(nameof(level), level, "unknown level");
        }
    }

    private static void Scalar(ElementFormat format, in TileGeometry tile, ReadOnlySpan<byte> a, Span<byte> output, float low, float high)
    {
        int bytes = tile.Columns * format.SizeBytes();
        for (int r = 0; r < tile.Rows; r++)
            Row(format, a.Slice(r * tile.PitchA, bytes), output.Slice(r * tile.PitchOut, bytes), low, high);
    }

    private static void Vectors<TLanes, TVector>(ElementFormat format, in TileGeometry tile, ReadOnlySpan<byte> a, Span<byte> output,
        float low, float high)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        // The driver takes two operands; the second one is nothing.
        var t = tile with { PitchB = 0, RowScalar = true };
        ReadOnlySpan<byte> nothing = stackalloc byte[sizeof(int)];
        switch (format)
        {
            case ElementFormat.Int8Fixed:
            case ElementFormat.Int8Float:
                var int8 = new ClampInt8Step<TLanes, TVector>(Truncate(low), Truncate(high));
                VectorTile<TLanes, TVector>.Run(int8, sizeof(sbyte), t, a, nothing, output);
                break;
            case ElementFormat.Int32:
                var int32 = new ClampInt32Step<TLanes, TVector>(Truncate(low), Truncate(high));
                VectorTile<TLanes, TVector>.Run(int32, sizeof(int), t, a, nothing, output);
                break;
            case ElementFormat.Float32:
                VectorTile<TLanes, TVector>.Run(new ClampFloatStep<TLanes, TVector>(low, high), sizeof(float), t, a, nothing, output);
                break;
            default: throw new ArgumentOutOfRangeException(nameof(format), format, "unknown format");
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
