using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NpuSim.Kernels;

/// <summary>512-bit vectors, AVX-512 F and BW.</summary>
internal readonly struct Lanes512 : ILanes<Vector512<int>>
{
    public static int Count => 16;

    public static bool HasBytePairs => true;

    public static bool HasGuardBand => true;

    public static bool HasFixedPoint => true;

    // 1, 17, 3, 19 …: made from pairs, because few instructions of this are inlined more readily than a list of 16 numbers.
    private static Vector512<int> OddOfBoth
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.CreateSequence(0x0000_0011_0000_0001L, 0x0000_0002_0000_0002L).AsInt32();
    }

    // Where PackedHighs leaves four bytes of a vector each, by what the vectors are quarters of.
    private static Vector512<int> LongQuarters => Vector512.Create(0, 1, 4, 5, 8, 9, 12, 13, 2, 3, 6, 7, 10, 11, 14, 15);

    private static Vector512<int> ShortQuarters => Vector512.Create(0, 8, 1, 9, 4, 12, 5, 13, 2, 10, 3, 11, 6, 14, 7, 15);

    private static Vector512<int> ByteQuarters => Vector512.Create(0, 8, 2, 10, 1, 9, 3, 11, 4, 12, 6, 14, 5, 13, 7, 15);

    private static Vector512<int> Quarters => Vector512.Create(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Load(ref readonly int source, nuint index) => Vector512.LoadUnsafe(in source, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> LoadInt8(ref readonly byte source, nuint index) =>
        Avx512F.ConvertToVector512Int32(Vector128.LoadUnsafe(in source, index).AsSByte());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<int> value, ref int target, nuint index) => value.StoreUnsafe(ref target, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Fill(int value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Fill(short value) => Vector512.Create(value).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Fill(sbyte value) => Vector512.Create(value).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Add(Vector512<int> a, Vector512<int> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Subtract(Vector512<int> a, Vector512<int> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Multiply(Vector512<int> a, Vector512<int> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Min(Vector512<int> a, Vector512<int> b) => Vector512.Min(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Max(Vector512<int> a, Vector512<int> b) => Vector512.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Sign(Vector512<int> a) => Vector512.ShiftRightArithmetic(a, 31);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> ShiftRight(Vector512<int> a, int count) => a >> count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> ShiftRight(Vector512<int> a, Vector512<int> counts) =>
        Avx512F.ShiftRightArithmeticVariable(a, counts.AsUInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> ShiftLeft(Vector512<int> a, int count) => a << count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Odd(Vector512<int> a) => Vector512.ShiftRightLogical(a.AsInt64(), 32).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> HighProduct(Vector512<int> a, Vector512<int> b, Vector512<int> oddB) =>
        HighHalves(Avx512F.Multiply(a, b), Avx512F.Multiply(Odd(a), oddB));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> RoundedHighProduct(Vector512<int> a, Vector512<int> b, Vector512<int> oddB)
    {
        var half = Vector512.Create(1L << 31);
        return HighHalves(Avx512F.Multiply(a, b) + half, Avx512F.Multiply(Odd(a), oddB) + half);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> ToFloat(Vector512<int> a) => Vector512.ConvertToSingle(a).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Nearest(Vector512<int> a) => Avx512F.ConvertToVector512Int32(a.AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Truncated(Vector512<int> a) => Vector512.ConvertToInt32Native(a.AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> NumberOrZero(Vector512<int> a) => (Vector512.Equals(a.AsSingle(), a.AsSingle()) & a.AsSingle()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> AddFloat(Vector512<int> a, Vector512<int> b) => (a.AsSingle() + b.AsSingle()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> SubtractFloat(Vector512<int> a, Vector512<int> b) => (a.AsSingle() - b.AsSingle()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> MultiplyFloat(Vector512<int> a, Vector512<int> b) => (a.AsSingle() * b.AsSingle()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> DivideFloat(Vector512<int> a, Vector512<int> b) => (a.AsSingle() / b.AsSingle()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> MultiplyAddFloat(Vector512<int> a, Vector512<int> b, Vector512<int> c) =>
        Vector512.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> SmallerFloat(Vector512<int> a, Vector512<int> b) => Avx512F.Min(a.AsSingle(), b.AsSingle()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> LargerFloat(Vector512<int> a, Vector512<int> b) => Avx512F.Max(a.AsSingle(), b.AsSingle()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> ZeroWhereLess(Vector512<int> value, Vector512<int> a, Vector512<int> bound) =>
        Vector512.ConditionalSelect(Vector512.LessThan(a.AsSingle(), bound.AsSingle()).AsInt32(), Vector512<int>.Zero, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> NoNumberWhere(Vector512<int> value, Vector512<int> a) =>
        Vector512.ConditionalSelect(Vector512.Equals(a.AsSingle(), a.AsSingle()).AsInt32(), value, Vector512.Create(float.NaN).AsInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> ToShorts(Vector512<int> a, Vector512<int> b) => Avx512BW.PackSignedSaturate(a, b).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> AddShorts(Vector512<int> a, Vector512<int> b) => Vector512.AddSaturate(a.AsInt16(), b.AsInt16()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> HalveShorts(Vector512<int> a) => Vector512.ShiftRightArithmetic(a.AsInt16(), 1).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> ToBytes(Vector512<int> a, Vector512<int> b) =>
        Avx512F.PermuteVar16x32(Avx512BW.PackSignedSaturate(a.AsInt16(), b.AsInt16()).AsInt32(), Quarters);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> ChooseWhereGreater(Vector512<int> value, Vector512<int> bound, Vector512<int> greater,
        Vector512<int> other) => Vector512.ConditionalSelect(Vector512.GreaterThan(value, bound), greater, other);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> MinUnsignedShorts(Vector512<int> a, Vector512<int> b) =>
        Vector512.Min(a.AsUInt16(), b.AsUInt16()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HasZero(Vector512<int> a) => Vector512.EqualsAny(a, Vector512<int>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> HighBytes(Vector512<int> a, Vector512<int> b, Vector512<int> c, Vector512<int> d) =>
        Avx512F.PermuteVar16x32(PackedHighs(a, b, c, d), LongQuarters);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> HighBytesOfShorts(Vector512<int> a, Vector512<int> b, Vector512<int> c, Vector512<int> d) =>
        Avx512F.PermuteVar16x32(PackedHighs(a, b, c, d), ShortQuarters);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> HighBytesOfBytes(Vector512<int> a, Vector512<int> b, Vector512<int> c, Vector512<int> d) =>
        Avx512F.PermuteVar16x32(PackedHighs(a, b, c, d), ByteQuarters);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> LowerBytes(Vector512<int> a, Vector512<int> b) => Avx512BW.UnpackLow(a.AsSByte(), b.AsSByte()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> UpperBytes(Vector512<int> a, Vector512<int> b) => Avx512BW.UnpackHigh(a.AsSByte(), b.AsSByte()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> LowerShorts(Vector512<int> a, Vector512<int> b) => Avx512BW.UnpackLow(a.AsInt16(), b.AsInt16()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> UpperShorts(Vector512<int> a, Vector512<int> b) => Avx512BW.UnpackHigh(a.AsInt16(), b.AsInt16()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> LoadShorts(ref readonly byte source, nuint index) =>
        Avx512BW.ConvertToVector512Int16(Vector256.LoadUnsafe(in source, index).AsSByte()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> SubtractShorts(Vector512<int> a, Vector512<int> b) => (a.AsInt16() - b.AsInt16()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> MultiplyShorts(Vector512<int> a, Vector512<int> b) => (a.AsInt16() * b.AsInt16()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> HighProductShorts(Vector512<int> a, Vector512<int> b) =>
        Avx512BW.MultiplyHigh(a.AsInt16(), b.AsInt16()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> MultiplyAddShorts(Vector512<int> a, Vector512<int> b) =>
        Avx512BW.MultiplyAddAdjacent(a.AsInt16(), b.AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> LoadBytes(ref readonly byte source, nuint index) => Vector512.LoadUnsafe(in source, index).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> MinBytes(Vector512<int> a, Vector512<int> b) => Vector512.Min(a.AsSByte(), b.AsSByte()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> MaxBytes(Vector512<int> a, Vector512<int> b) => Vector512.Max(a.AsSByte(), b.AsSByte()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Repeat(Vector128<byte> bytes) =>
        Vector512.Create(Vector256.Create(bytes, bytes), Vector256.Create(bytes, bytes)).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> LookUpBytes(Vector512<int> table, Vector512<int> index) =>
        Avx512BW.Shuffle(table.AsByte(), index.AsByte()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> ChooseBytes(Vector512<int> mask, Vector512<int> a, Vector512<int> b) =>
        Avx512BW.BlendVariable(a.AsByte(), b.AsByte(), mask.AsByte()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Xor(Vector512<int> a, Vector512<int> b) => a ^ b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> SumQuads(Vector512<int> bytes) =>
        Avx512BW.MultiplyAddAdjacent(Avx512BW.MultiplyAddAdjacent(Vector512<byte>.One, bytes.AsSByte()), Vector512<short>.One);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> And(Vector512<int> a, Vector512<int> b) => a & b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Sum(Vector512<int> a) => Vector512.Sum(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static sbyte MaxByte(Vector512<int> a) => Lanes256.MaxByte(Lanes256.MaxBytes(a.GetLower(), a.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> BoundBytes(Vector512<int> a, Vector512<int> low, Vector512<int> high) =>
        Vector512.Min(Vector512.Max(a.AsSByte(), low.AsSByte()), high.AsSByte()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(Vector512<int> value, ref byte target, nuint index) => value.AsByte().StoreUnsafe(ref target, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHalves(Vector512<int> value, ref sbyte first, ref sbyte second)
    {
        value.GetLower().AsSByte().StoreUnsafe(ref first);
        value.GetUpper().AsSByte().StoreUnsafe(ref second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> HighHalves(Vector512<long> even, Vector512<long> odd) =>
        Avx512F.PermuteVar16x32x2(even.AsInt32(), OddOfBoth, odd.AsInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> PackedHighs(Vector512<int> a, Vector512<int> b, Vector512<int> c, Vector512<int> d) =>
        Avx512BW.PackSignedSaturate(Highs(a, b), Highs(c, d)).AsInt32();

    /// <summary>The upper 16 bits of all lanes of a, then those of b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Highs(Vector512<int> a, Vector512<int> b) =>
        Avx512BW.PermuteVar32x16x2(a.AsInt16(), Vector512.CreateSequence((short)1, (short)2), b.AsInt16());
}
