using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NpuSim.Kernels;

/// <summary>128-bit vectors; the fixed-point members are the 128-bit forms of AVX2.</summary>
internal readonly struct Lanes128 : ILanes<Vector128<int>>
{
    /// <summary>Bytes 0, 2, 4, 6, then 1, 3, 5, 7, of either half.</summary>
    internal static Vector128<byte> EvenThenOdd => Vector128.Create((byte)0, 2, 4, 6, 1, 3, 5, 7, 8, 10, 12, 14, 9, 11, 13, 15);

    public static int Count => 4;

    public static bool HasBytePairs => Sse41.IsSupported;

    public static bool HasGuardBand => Avx2.IsSupported && Fma.IsSupported;

    public static bool HasFixedPoint => Avx2.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Load(ref readonly int source, nuint index) => Vector128.LoadUnsafe(in source, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> LoadInt8(ref readonly byte source, nuint index)
    {
        ref readonly byte place = ref Unsafe.Add(ref Unsafe.AsRef(in source), index);
        var bytes = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<int>(in place)).AsSByte();
        return Vector128.WidenLower(Vector128.WidenLower(bytes));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<int> value, ref int target, nuint index) => value.StoreUnsafe(ref target, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Fill(int value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Fill(short value) => Vector128.Create(value).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Fill(sbyte value) => Vector128.Create(value).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Add(Vector128<int> a, Vector128<int> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Subtract(Vector128<int> a, Vector128<int> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Multiply(Vector128<int> a, Vector128<int> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Min(Vector128<int> a, Vector128<int> b) => Vector128.Min(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Max(Vector128<int> a, Vector128<int> b) => Vector128.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Sign(Vector128<int> a) => Vector128.ShiftRightArithmetic(a, 31);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> ShiftRight(Vector128<int> a, int count) => a >> count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> ShiftRight(Vector128<int> a, Vector128<int> counts) =>
        Avx2.ShiftRightArithmeticVariable(a, counts.AsUInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> ShiftLeft(Vector128<int> a, int count) => a << count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Odd(Vector128<int> a) => Vector128.ShiftRightLogical(a.AsInt64(), 32).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> HighProduct(Vector128<int> a, Vector128<int> b, Vector128<int> oddB) =>
        HighHalves(Sse41.Multiply(a, b), Sse41.Multiply(Odd(a), oddB));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> RoundedHighProduct(Vector128<int> a, Vector128<int> b, Vector128<int> oddB)
    {
        var half = Vector128.Create(1L << 31);
        return HighHalves(Sse41.Multiply(a, b) + half, Sse41.Multiply(Odd(a), oddB) + half);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> ToFloat(Vector128<int> a) => Vector128.ConvertToSingle(a).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Nearest(Vector128<int> a) =>
        Sse2.IsSupported
        ? Sse2.ConvertToVector128Int32(a.AsSingle())
        : Vector128.ConvertToInt32Native(Vector128.Round(a.AsSingle(), MidpointRounding.ToEven));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Truncated(Vector128<int> a) => Vector128.ConvertToInt32Native(a.AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> NumberOrZero(Vector128<int> a) => (Vector128.Equals(a.AsSingle(), a.AsSingle()) & a.AsSingle()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> AddFloat(Vector128<int> a, Vector128<int> b) => (a.AsSingle() + b.AsSingle()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> SubtractFloat(Vector128<int> a, Vector128<int> b) => (a.AsSingle() - b.AsSingle()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> MultiplyFloat(Vector128<int> a, Vector128<int> b) => (a.AsSingle() * b.AsSingle()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> DivideFloat(Vector128<int> a, Vector128<int> b) => (a.AsSingle() / b.AsSingle()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> MultiplyAddFloat(Vector128<int> a, Vector128<int> b, Vector128<int> c) =>
        Vector128.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> SmallerFloat(Vector128<int> a, Vector128<int> b) => Sse.IsSupported
        ? Sse.Min(a.AsSingle(), b.AsSingle()).AsInt32()
        : Vector128.ConditionalSelect(Vector128.LessThan(a.AsSingle(), b.AsSingle()), a.AsSingle(), b.AsSingle()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> LargerFloat(Vector128<int> a, Vector128<int> b) => Sse.IsSupported
        ? Sse.Max(a.AsSingle(), b.AsSingle()).AsInt32()
        : Vector128.ConditionalSelect(Vector128.GreaterThan(a.AsSingle(), b.AsSingle()), a.AsSingle(), b.AsSingle()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> ZeroWhereLess(Vector128<int> value, Vector128<int> a, Vector128<int> bound) =>
        Vector128.ConditionalSelect(Vector128.LessThan(a.AsSingle(), bound.AsSingle()).AsInt32(), Vector128<int>.Zero, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> NoNumberWhere(Vector128<int> value, Vector128<int> a) =>
        Vector128.ConditionalSelect(Vector128.Equals(a.AsSingle(), a.AsSingle()).AsInt32(), value, Vector128.Create(float.NaN).AsInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> ToShorts(Vector128<int> a, Vector128<int> b) => Vector128.NarrowWithSaturation(a, b).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> AddShorts(Vector128<int> a, Vector128<int> b) => Vector128.AddSaturate(a.AsInt16(), b.AsInt16()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> HalveShorts(Vector128<int> a) => Vector128.ShiftRightArithmetic(a.AsInt16(), 1).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> ToBytes(Vector128<int> a, Vector128<int> b) =>
        Vector128.NarrowWithSaturation(a.AsInt16(), b.AsInt16()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> ChooseWhereGreater(Vector128<int> value, Vector128<int> bound, Vector128<int> greater,
        Vector128<int> other) => Vector128.ConditionalSelect(Vector128.GreaterThan(value, bound), greater, other);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> MinUnsignedShorts(Vector128<int> a, Vector128<int> b) =>
        Vector128.Min(a.AsUInt16(), b.AsUInt16()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HasZero(Vector128<int> a) => Vector128.EqualsAny(a, Vector128<int>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> HighBytes(Vector128<int> a, Vector128<int> b, Vector128<int> c, Vector128<int> d) =>
        HighBytesOfBytes(a, b, c, d);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> HighBytesOfShorts(Vector128<int> a, Vector128<int> b, Vector128<int> c, Vector128<int> d) =>
        HighBytesOfBytes(a, b, c, d);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> HighBytesOfBytes(Vector128<int> a, Vector128<int> b, Vector128<int> c, Vector128<int> d) =>
        Ssse3.Shuffle(Sse2.PackSignedSaturate(Highs(a, b), Highs(c, d)).AsByte(), EvenThenOdd).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> LowerBytes(Vector128<int> a, Vector128<int> b) => Interleave.Lower(a.AsSByte(), b.AsSByte()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> UpperBytes(Vector128<int> a, Vector128<int> b) => Interleave.Upper(a.AsSByte(), b.AsSByte()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> LowerShorts(Vector128<int> a, Vector128<int> b) => Interleave.Lower(a.AsInt16(), b.AsInt16()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> UpperShorts(Vector128<int> a, Vector128<int> b) => Interleave.Upper(a.AsInt16(), b.AsInt16()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> LoadShorts(ref readonly byte source, nuint index) =>
        Vector128.WidenLower(Vector128.CreateScalarUnsafe(
            Unsafe.ReadUnaligned<long>(in Unsafe.Add(ref Unsafe.AsRef(in source), index))).AsSByte()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> SubtractShorts(Vector128<int> a, Vector128<int> b) => (a.AsInt16() - b.AsInt16()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> MultiplyShorts(Vector128<int> a, Vector128<int> b) => (a.AsInt16() * b.AsInt16()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> HighProductShorts(Vector128<int> a, Vector128<int> b) =>
        Sse2.MultiplyHigh(a.AsInt16(), b.AsInt16()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> MultiplyAddShorts(Vector128<int> a, Vector128<int> b) => Adjacent.MultiplyAdd(a.AsInt16(), b.AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> LoadBytes(ref readonly byte source, nuint index) => Vector128.LoadUnsafe(in source, index).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> MinBytes(Vector128<int> a, Vector128<int> b) => Vector128.Min(a.AsSByte(), b.AsSByte()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> MaxBytes(Vector128<int> a, Vector128<int> b) => Vector128.Max(a.AsSByte(), b.AsSByte()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Repeat(Vector128<byte> bytes) => bytes.AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> LookUpBytes(Vector128<int> table, Vector128<int> index) =>
        Ssse3.Shuffle(table.AsByte(), index.AsByte()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> ChooseBytes(Vector128<int> mask, Vector128<int> a, Vector128<int> b) =>
        Sse41.BlendVariable(a.AsByte(), b.AsByte(), mask.AsByte()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Xor(Vector128<int> a, Vector128<int> b) => a ^ b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> SumQuads(Vector128<int> bytes) =>
        Sse2.MultiplyAddAdjacent(Ssse3.MultiplyAddAdjacent(Vector128<byte>.One, bytes.AsSByte()), Vector128<short>.One);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> And(Vector128<int> a, Vector128<int> b) => a & b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Sum(Vector128<int> a) => Vector128.Sum(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static sbyte MaxByte(Vector128<int> a)
    {
        var pairs = Vector128.Max(a.AsSByte(), Vector128.Shuffle(a, Vector128.Create(2, 3, 0, 1)).AsSByte()).AsInt32();
        var words = Vector128.Max(pairs.AsSByte(), Vector128.Shuffle(pairs, Vector128.Create(1, 0, 3, 2)).AsSByte()).AsInt32();
        int four = words.ToScalar();
        return Math.Max(Math.Max((sbyte)four, (sbyte)(four >> 8)), Math.Max((sbyte)(four >> 16), (sbyte)(four >> 24)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> BoundBytes(Vector128<int> a, Vector128<int> low, Vector128<int> high) =>
        Vector128.Min(Vector128.Max(a.AsSByte(), low.AsSByte()), high.AsSByte()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(Vector128<int> value, ref byte target, nuint index) => value.AsByte().StoreUnsafe(ref target, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHalves(Vector128<int> value, ref sbyte first, ref sbyte second)
    {
        Unsafe.WriteUnaligned(ref Unsafe.As<sbyte, byte>(ref first), value.AsInt64().GetElement(0));
        Unsafe.WriteUnaligned(ref Unsafe.As<sbyte, byte>(ref second), value.AsInt64().GetElement(1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> HighHalves(Vector128<long> even, Vector128<long> odd) =>
        Sse41.Blend(Vector128.ShiftRightLogical(even, 32).AsInt16(), odd.AsInt16(), 0b1100_1100).AsInt32();

    /// <summary>The upper 16 bits of the lanes of a and b in turn.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<short> Highs(Vector128<int> a, Vector128<int> b) =>
        Sse41.Blend(Vector128.ShiftRightLogical(a, 16).AsInt16(), b.AsInt16(), 0b1010_1010);
}
