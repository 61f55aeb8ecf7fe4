using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NpuSim.Kernels;

/// <summary>256-bit vectors, AVX2.</summary>
internal readonly struct Lanes256 : ILanes<Vector256<int>>
{
    public static int Count => 8;

    public static bool HasBytePairs => Avx2.IsSupported;

    public static bool HasGuardBand => Avx2.IsSupported && Fma.IsSupported;

    public static bool HasFixedPoint => Avx2.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Load(ref readonly int source, nuint index) => Vector256.LoadUnsafe(in source, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> LoadInt8(ref readonly byte source, nuint index)
    {
        ref readonly byte place = ref Unsafe.Add(ref Unsafe.AsRef(in source), index);
        return Avx2.ConvertToVector256Int32(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<long>(in place)).AsSByte());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<int> value, ref int target, nuint index) => value.StoreUnsafe(ref target, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Fill(int value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Fill(short value) => Vector256.Create(value).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Fill(sbyte value) => Vector256.Create(value).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> a, Vector256<int> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Subtract(Vector256<int> a, Vector256<int> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Multiply(Vector256<int> a, Vector256<int> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Min(Vector256<int> a, Vector256<int> b) => Vector256.Min(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Max(Vector256<int> a, Vector256<int> b) => Vector256.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Sign(Vector256<int> a) => Vector256.ShiftRightArithmetic(a, 31);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> ShiftRight(Vector256<int> a, int count) => a >> count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> ShiftRight(Vector256<int> a, Vector256<int> counts) =>
        Avx2.ShiftRightArithmeticVariable(a, counts.AsUInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> ShiftLeft(Vector256<int> a, int count) => a << count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Odd(Vector256<int> a) => Vector256.ShiftRightLogical(a.AsInt64(), 32).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> HighProduct(Vector256<int> a, Vector256<int> b, Vector256<int> oddB) =>
        HighHalves(Avx2.Multiply(a, b), Avx2.Multiply(Odd(a), oddB));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> RoundedHighProduct(Vector256<int> a, Vector256<int> b, Vector256<int> oddB)
    {
        var half = Vector256.Create(1L << 31);
        return HighHalves(Avx2.Multiply(a, b) + half, Avx2.Multiply(Odd(a), oddB) + half);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> ToFloat(Vector256<int> a) => Vector256.ConvertToSingle(a).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Nearest(Vector256<int> a) => Avx.ConvertToVector256Int32(a.AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Truncated(Vector256<int> a) => Vector256.ConvertToInt32Native(a.AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> NumberOrZero(Vector256<int> a) => (Vector256.Equals(a.AsSingle(), a.AsSingle()) & a.AsSingle()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> AddFloat(Vector256<int> a, Vector256<int> b) => (a.AsSingle() + b.AsSingle()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> SubtractFloat(Vector256<int> a, Vector256<int> b) => (a.AsSingle() - b.AsSingle()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> MultiplyFloat(Vector256<int> a, Vector256<int> b) => (a.AsSingle() * b.AsSingle()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> DivideFloat(Vector256<int> a, Vector256<int> b) => (a.AsSingle() / b.AsSingle()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> MultiplyAddFloat(Vector256<int> a, Vector256<int> b, Vector256<int> c) =>
        Vector256.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> SmallerFloat(Vector256<int> a, Vector256<int> b) => Avx.Min(a.AsSingle(), b.AsSingle()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> LargerFloat(Vector256<int> a, Vector256<int> b) => Avx.Max(a.AsSingle(), b.AsSingle()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> ZeroWhereLess(Vector256<int> value, Vector256<int> a, Vector256<int> bound) =>
        Vector256.ConditionalSelect(Vector256.LessThan(a.AsSingle(), bound.AsSingle()).AsInt32(), Vector256<int>.Zero, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> NoNumberWhere(Vector256<int> value, Vector256<int> a) =>
        Vector256.ConditionalSelect(Vector256.Equals(a.AsSingle(), a.AsSingle()).AsInt32(), value, Vector256.Create(float.NaN).AsInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> ToShorts(Vector256<int> a, Vector256<int> b) => Avx2.PackSignedSaturate(a, b).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> AddShorts(Vector256<int> a, Vector256<int> b) => Vector256.AddSaturate(a.AsInt16(), b.AsInt16()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> HalveShorts(Vector256<int> a) => Vector256.ShiftRightArithmetic(a.AsInt16(), 1).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> ToBytes(Vector256<int> a, Vector256<int> b) =>
        Avx2.PermuteVar8x32(Avx2.PackSignedSaturate(a.AsInt16(), b.AsInt16()).AsInt32(), Vector256.Create(0, 4, 1, 5, 2, 6, 3, 7));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> ChooseWhereGreater(Vector256<int> value, Vector256<int> bound, Vector256<int> greater,
        Vector256<int> other) => Vector256.ConditionalSelect(Vector256.GreaterThan(value, bound), greater, other);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> MinUnsignedShorts(Vector256<int> a, Vector256<int> b) =>
        Vector256.Min(a.AsUInt16(), b.AsUInt16()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HasZero(Vector256<int> a) => Vector256.EqualsAny(a, Vector256<int>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> HighBytes(Vector256<int> a, Vector256<int> b, Vector256<int> c, Vector256<int> d) =>
        Avx2.PermuteVar8x32(HighBytesOfBytes(a, b, c, d), Vector256.Create(0, 4, 1, 5, 2, 6, 3, 7));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> HighBytesOfShorts(Vector256<int> a, Vector256<int> b, Vector256<int> c, Vector256<int> d) =>
        Avx2.Permute4x64(HighBytesOfBytes(a, b, c, d).AsInt64(), 0b11_01_10_00).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> HighBytesOfBytes(Vector256<int> a, Vector256<int> b, Vector256<int> c, Vector256<int> d) =>
        Avx2.Shuffle(Avx2.PackSignedSaturate(Highs(a, b), Highs(c, d)).AsByte(), Repeat(Lanes128.EvenThenOdd).AsByte()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> LowerBytes(Vector256<int> a, Vector256<int> b) => Avx2.UnpackLow(a.AsSByte(), b.AsSByte()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> UpperBytes(Vector256<int> a, Vector256<int> b) => Avx2.UnpackHigh(a.AsSByte(), b.AsSByte()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> LowerShorts(Vector256<int> a, Vector256<int> b) => Avx2.UnpackLow(a.AsInt16(), b.AsInt16()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> UpperShorts(Vector256<int> a, Vector256<int> b) => Avx2.UnpackHigh(a.AsInt16(), b.AsInt16()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> LoadShorts(ref readonly byte source, nuint index) =>
        Avx2.ConvertToVector256Int16(Vector128.LoadUnsafe(in source, index).AsSByte()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> SubtractShorts(Vector256<int> a, Vector256<int> b) => (a.AsInt16() - b.AsInt16()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> MultiplyShorts(Vector256<int> a, Vector256<int> b) => (a.AsInt16() * b.AsInt16()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> HighProductShorts(Vector256<int> a, Vector256<int> b) =>
        Avx2.MultiplyHigh(a.AsInt16(), b.AsInt16()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> MultiplyAddShorts(Vector256<int> a, Vector256<int> b) =>
        Avx2.MultiplyAddAdjacent(a.AsInt16(), b.AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> LoadBytes(ref readonly byte source, nuint index) => Vector256.LoadUnsafe(in source, index).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> MinBytes(Vector256<int> a, Vector256<int> b) => Vector256.Min(a.AsSByte(), b.AsSByte()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> MaxBytes(Vector256<int> a, Vector256<int> b) => Vector256.Max(a.AsSByte(), b.AsSByte()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Repeat(Vector128<byte> bytes) => Vector256.Create(bytes, bytes).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> LookUpBytes(Vector256<int> table, Vector256<int> index) =>
        Avx2.Shuffle(table.AsByte(), index.AsByte()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> ChooseBytes(Vector256<int> mask, Vector256<int> a, Vector256<int> b) =>
        Avx2.BlendVariable(a.AsByte(), b.AsByte(), mask.AsByte()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Xor(Vector256<int> a, Vector256<int> b) => a ^ b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> SumQuads(Vector256<int> bytes) =>
        Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(Vector256<byte>.One, bytes.AsSByte()), Vector256<short>.One);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> And(Vector256<int> a, Vector256<int> b) => a & b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Sum(Vector256<int> a) => Vector256.Sum(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static sbyte MaxByte(Vector256<int> a) => Lanes128.MaxByte(Lanes128.MaxBytes(a.GetLower(), a.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> BoundBytes(Vector256<int> a, Vector256<int> low, Vector256<int> high) =>
        Vector256.Min(Vector256.Max(a.AsSByte(), low.AsSByte()), high.AsSByte()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(Vector256<int> value, ref byte target, nuint index) => value.AsByte().StoreUnsafe(ref target, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHalves(Vector256<int> value, ref sbyte first, ref sbyte second)
    {
        value.GetLower().AsSByte().StoreUnsafe(ref first);
        value.GetUpper().AsSByte().StoreUnsafe(ref second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> HighHalves(Vector256<long> even, Vector256<long> odd) =>
        Avx2.Blend(Vector256.ShiftRightLogical(even, 32).AsInt32(), odd.AsInt32(), 0b1010_1010);

    /// <summary>The upper 16 bits of the lanes of a and b in turn.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Highs(Vector256<int> a, Vector256<int> b) =>
        Avx2.Blend(Vector256.ShiftRightLogical(a, 16).AsInt16(), b.AsInt16(), 0b1010_1010);
}
