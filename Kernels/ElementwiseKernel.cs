using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NpuSim.Kernels;

/// <summary>Element-wise operations of two operands.</summary>
public enum ElementwiseOperation : byte
{
    Add,
    Subtract,
    Multiply,
    Minimum,
    Maximum,
}

/// <summary>Element-wise operations over tiles in any <see cref="ElementFormat"/>; operands are bytes, little-endian.</summary>
/// <remarks>
/// Int8Fixed add, subtract: (q − zero)·2^20 of both operands, each scaled by its factor, added or subtracted, scaled by the factor of the
/// result (<see cref="FixedPoint.MultiplyDouble"/> each time), plus zero, clamped. Multiply: (a − ZeroA)·(b − ZeroB) scaled by the factor
/// of the result. Int8Float: on dequantised values (q − zero)·scale, each step rounded to float32, then as
/// <see cref="FloatKernel.Quantise"/>.
/// Minimum and maximum of int8 compare the bytes; the operands have one quantisation and nothing is clamped. Int32 wraps. Float32:
/// min(a, b) is a where a &lt; b, else b; max alike.
/// The result may be A itself or B itself (same place and pitch), else must not overlap them.
/// </remarks>
public static class ElementwiseKernel
{
    /// <summary>out = a + b.</summary>
    /// <inheritdoc cref="Apply(ElementwiseOperation, ElementFormat, in TileGeometry, ReadOnlySpan{byte}, ReadOnlySpan{byte}, Span{byte}, in ElementwiseQuantisation)"/>
    public static void Add(ElementFormat format, in TileGeometry tile, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, Span<byte> output,
        in ElementwiseQuantisation quantisation) => Apply(ElementwiseOperation.Add, format, tile, a, b, output, quantisation);

    /// <summary>out = a − b.</summary>
    /// <inheritdoc cref="Apply(ElementwiseOperation, ElementFormat, in TileGeometry, ReadOnlySpan{byte}, ReadOnlySpan{byte}, Span{byte}, in ElementwiseQuantisation)"/>
    public static void Subtract(ElementFormat format, in TileGeometry tile, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, Span<byte> output,
        in ElementwiseQuantisation quantisation) => Apply(ElementwiseOperation.Subtract, format, tile, a, b, output, quantisation);

    /// <summary>out = a·b.</summary>
    /// <inheritdoc cref="Apply(ElementwiseOperation, ElementFormat, in TileGeometry, ReadOnlySpan{byte}, ReadOnlySpan{byte}, Span{byte}, in ElementwiseQuantisation)"/>
    public static void Multiply(ElementFormat format, in TileGeometry tile, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, Span<byte> output,
        in ElementwiseQuantisation quantisation) => Apply(ElementwiseOperation.Multiply, format, tile, a, b, output, quantisation);

    /// <summary>out = min(a, b).</summary>
    public static void Minimum(ElementFormat format, in TileGeometry tile, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, Span<byte> output) =>
        Apply(ElementwiseOperation.Minimum, format, tile, a, b, output, default);

    /// <summary>out = max(a, b).</summary>
    public static void Maximum(ElementFormat format, in TileGeometry tile, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, Span<byte> output) =>
        Apply(ElementwiseOperation.Maximum, format, tile, a, b, output, default);

    /// <summary>Applies an operation to every element of a tile.</summary>
    /// <param name="operation">What to compute.</param>
    /// <param name="format">Format of both operands and the result.</param>
    /// <param name="tile">Extents, pitches and how B is spread.</param>
    /// <param name="a">First operand.</param>
    /// <param name="b">Second operand.</param>
    /// <param name="output">Result.</param>
    /// <param name="quantisation">For the int8 formats; ignored by minimum, maximum, Int32 and Float32.</param>
    /// <exception cref="ArgumentException">A pitch is negative, an operand is shorter than the tile, or a clamp bound is no int8.</exception>
    public static void Apply(ElementwiseOperation operation, ElementFormat format, in TileGeometry tile, ReadOnlySpan<byte> a,
        ReadOnlySpan<byte> b, Span<byte> output, in ElementwiseQuantisation quantisation) =>
        Apply(Simd.Active, operation, format, tile, a, b, output, quantisation);

    /// <summary>The same at a chosen level.</summary>
    /// <inheritdoc cref="Apply(ElementwiseOperation, ElementFormat, in TileGeometry, ReadOnlySpan{byte}, ReadOnlySpan{byte}, Span{byte}, in ElementwiseQuantisation)"/>
    public static void Apply(SimdLevel level, ElementwiseOperation operation, ElementFormat format, in TileGeometry tile,
        ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, Span<byte> output, in ElementwiseQuantisation quantisation)
    {
        Simd.Require(level);
        Operand.RequireInt8(quantisation.ClampMin, quantisation.ClampMax);
        switch (operation)
        {
            case ElementwiseOperation.Add: Run<AddOperation>(level, format, tile, a, b, output, quantisation); break;
            case ElementwiseOperation.Subtract: Run<SubtractOperation>(level, format, tile, a, b, output, quantisation); break;
            case ElementwiseOperation.Multiply: Run<MultiplyOperation>(level, format, tile, a, b, output, quantisation); break;
            case ElementwiseOperation.Minimum: Run<MinimumOperation>(level, format, tile, a, b, output, quantisation); break;
            case ElementwiseOperation.Maximum: Run<MaximumOperation>(level, format, tile, a, b, output, quantisation); break;
            default: throw new ArgumentOutOfRangeException(nameof(operation), operation, "unknown operation");
        }
    }

    private static void Run<TOperation>(SimdLevel level, ElementFormat format, TileGeometry t, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b,
        Span<byte> output, in ElementwiseQuantisation quantisation)
        where TOperation : struct, IElementwiseOperation
    {
        int size = format.SizeBytes();
        Operand.RequireTile("first operand", a.Length, t.Rows, t.Columns * size, t.PitchA);
        Operand.RequireTile("second operand", b.Length, t.Rows, (t.RowScalar ? 1 : t.Columns) * size, t.PitchB);
        Operand.RequireTile("result", output.Length, t.Rows, t.Columns * size, t.PitchOut);
        int bytes = t.Columns * size;
        if (!t.RowScalar && t.Rows > 1 && t.PitchA == bytes && t.PitchB == bytes && t.PitchOut == bytes)
            t = t with { Rows = 1, Columns = t.Rows * t.Columns };
        if (TryVectors<TOperation>(level, format, t, a, b, output, quantisation)) return;
        for (int r = 0; r < t.Rows; r++)
        {
            var rowB = b.Slice(r * t.PitchB, (t.RowScalar ? 1 : t.Columns) * size);
            Row<TOperation>(format, a.Slice(r * t.PitchA, t.Columns * size), rowB, output.Slice(r * t.PitchOut, t.Columns * size),
                quantisation, t.RowScalar ? 0 : 1);
        }
    }

    private static bool TryVectors<TOperation>(SimdLevel level, ElementFormat format, in TileGeometry t, ReadOnlySpan<byte> a,
        ReadOnlySpan<byte> b, Span<byte> output, in ElementwiseQuantisation q)
        where TOperation : struct, IElementwiseOperation => level switch
        {
            SimdLevel.Scalar => false,
            SimdLevel.Vector128 => ElementwiseVector<TOperation, Lanes128, Vector128<int>>.TryRun(format, t, a, b, output, q),
            // Operations of one instruction wait for memory, and wide loads that cross cache lines are the slower ones.
            SimdLevel.Vector512 when !IsOneInstruction<TOperation>(format) =>
                ElementwiseVector<TOperation, Lanes512, Vector512<int>>.TryRun(format, t, a, b, output, q),
            SimdLevel.Vector256 or SimdLevel.Vector512 or SimdLevel.AvxVnni =>
                ElementwiseVector<TOperation, Lanes256, Vector256<int>>.TryRun(format, t, a, b, output, q),
        };

    private static bool IsOneInstruction<TOperation>(ElementFormat format)
        where TOperation : struct, IElementwiseOperation => format switch
        {
            ElementFormat.Int8Fixed or ElementFormat.Int8Float =>
                typeof(TOperation) == typeof(MinimumOperation) || typeof(TOperation) == typeof(MaximumOperation),
            ElementFormat.Int32 or ElementFormat.Float32 => true,
        };

    private static void Row<TOperation>(ElementFormat format, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, Span<byte> output,
        in ElementwiseQuantisation quantisation, int stepB)
        where TOperation : struct, IElementwiseOperation
    {
        for (int i = 0; i < a.Length / format.SizeBytes(); i++)
        {
            switch (format)
            {
                case ElementFormat.Int8Fixed: output[i] = (byte)TOperation.Int8Fixed((sbyte)a[i], (sbyte)b[i * stepB], quantisation); break;
                case ElementFormat.Int8Float: output[i] = (byte)TOperation.Int8Float((sbyte)a[i], (sbyte)b[i * stepB], quantisation); break;
                case ElementFormat.Int32: Write(output, i, TOperation.Int32(Read<int>(a, i), Read<int>(b, i * stepB))); break;
                case ElementFormat.Float32: Write(output, i, TOperation.Float32(Read<float>(a, i), Read<float>(b, i * stepB))); break;
                default: throw new ArgumentOutOfRangeException(nameof(format), format, "unknown format");
            }
        }
    }

    private static T Read<T>(ReadOnlySpan<byte> bytes, int index)
        where T : struct => MemoryMarshal.Cast<byte, T>(bytes)[index];

    private static void Write<T>(Span<byte> bytes, int index, T value)
        where T : struct => MemoryMarshal.Cast<byte, T>(bytes)[index] = value;
}
