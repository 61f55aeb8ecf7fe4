using System.Runtime.Intrinsics;

namespace NpuSim.Kernels;

/// <summary>One width of vector and what the byte kernels do with its int32 lanes, so that each of them is written once.</summary>
/// <remarks>A vector is <typeparamref name="TVector"/> throughout; a member that reads its bits as float32, int16 or int8 says so. Loops over
/// lanes ask for AggressiveOptimization: code that is compiled ahead of time calls the members of this interface one by one.</remarks>
/// <typeparam name="TVector">Vector128, Vector256 or Vector512 of int32.</typeparam>
internal interface ILanes<TVector>
    where TVector : struct
{
    /// <summary>int32 lanes.</summary>
    static abstract int Count { get; }

    /// <summary>The host has <see cref="HighProduct"/>, <see cref="RoundedHighProduct"/> and
    /// <see cref="ShiftRight(TVector, TVector)"/>.</summary>
    static abstract bool HasFixedPoint { get; }

    /// <summary>The host has what <see cref="GuardBand{TLanes, TVector}"/> needs: a fused multiply-add, and conversions that give −2^31
    /// for what int32 cannot hold.</summary>
    static abstract bool HasGuardBand { get; }

    /// <summary>The host has <see cref="LookUpBytes"/>, <see cref="ChooseBytes"/> and <see cref="SumQuads"/>.</summary>
    static abstract bool HasBytePairs { get; }

    static abstract TVector Load(ref readonly int source, nuint index);

    /// <summary>int8 values, sign-extended.</summary>
    static abstract TVector LoadInt8(ref readonly byte source, nuint index);

    static abstract void Store(TVector value, ref int target, nuint index);

    static abstract TVector Fill(int value);

    static abstract TVector Fill(short value);

    static abstract TVector Fill(sbyte value);

    static abstract TVector Add(TVector a, TVector b);

    static abstract TVector Subtract(TVector a, TVector b);

    static abstract TVector Multiply(TVector a, TVector b);

    static abstract TVector Min(TVector a, TVector b);

    static abstract TVector Max(TVector a, TVector b);

    /// <summary>−1 in negative lanes, else 0.</summary>
    static abstract TVector Sign(TVector a);

    /// <summary>Arithmetic shift by one count for all lanes, 0 … 31.</summary>
    static abstract TVector ShiftRight(TVector a, int count);

    /// <summary>Arithmetic shift by the counts of the lanes, 0 … 31.</summary>
    static abstract TVector ShiftRight(TVector a, TVector counts);

    /// <summary>Shift by one count for all lanes, 0 … 31.</summary>
    static abstract TVector ShiftLeft(TVector a, int count);

    /// <summary>Odd lanes in the place of even ones; the odd lanes of the result are not defined.</summary>
    static abstract TVector Odd(TVector a);

    /// <summary>⌊a·b / 2^32⌋ in each lane.</summary>
    /// <param name="a">Factor.</param>
    /// <param name="b">Factor.</param>
    /// <param name="oddB"><see cref="Odd"/> of b.</param>
    static abstract TVector HighProduct(TVector a, TVector b, TVector oddB);

    /// <summary>⌊(a·b + 2^31) / 2^32⌋ in each lane.</summary>
    /// <inheritdoc cref="HighProduct"/>
    static abstract TVector RoundedHighProduct(TVector a, TVector b, TVector oddB);

    /// <summary>float32 bits of int32 values.</summary>
    static abstract TVector ToFloat(TVector a);

    /// <summary>The nearest integers to float32 values, ties to even; −2^31 for what int32 cannot hold.</summary>
    static abstract TVector Nearest(TVector a);

    /// <summary>float32 values rounded toward zero, if int32 holds them.</summary>
    static abstract TVector Truncated(TVector a);

    /// <summary>float32 values with 0 for those that are no numbers.</summary>
    static abstract TVector NumberOrZero(TVector a);

    static abstract TVector AddFloat(TVector a, TVector b);

    static abstract TVector SubtractFloat(TVector a, TVector b);

    static abstract TVector MultiplyFloat(TVector a, TVector b);

    static abstract TVector DivideFloat(TVector a, TVector b);

    /// <summary>a·b + c of float32, rounded once.</summary>
    static abstract TVector MultiplyAddFloat(TVector a, TVector b, TVector c);

    /// <summary>a where a &lt; b, else b, of float32.</summary>
    static abstract TVector SmallerFloat(TVector a, TVector b);

    /// <summary>a where a &gt; b, else b, of float32.</summary>
    static abstract TVector LargerFloat(TVector a, TVector b);

    /// <summary>value, or 0 where a &lt; bound in float32.</summary>
    static abstract TVector ZeroWhereLess(TVector value, TVector a, TVector bound);

    /// <summary>value, or <see cref="float.NaN"/> where a is no float32 number.</summary>
    static abstract TVector NoNumberWhere(TVector value, TVector a);

    /// <summary>int16 values of two vectors, saturated, in an order that <see cref="ToBytes"/> undoes.</summary>
    static abstract TVector ToShorts(TVector a, TVector b);

    /// <summary>Saturating sum of int16 values.</summary>
    static abstract TVector AddShorts(TVector a, TVector b);

    /// <summary>Halves int16 values, rounded down.</summary>
    static abstract TVector HalveShorts(TVector a);

    /// <summary>int8 values of four vectors after two <see cref="ToShorts"/>, saturated and in order: one quarter for each.</summary>
    static abstract TVector ToBytes(TVector a, TVector b);

    /// <summary>greater where value &gt; bound, else other.</summary>
    static abstract TVector ChooseWhereGreater(TVector value, TVector bound, TVector greater, TVector other);

    /// <summary>The smaller of unsigned 16-bit values.</summary>
    static abstract TVector MinUnsignedShorts(TVector a, TVector b);

    /// <summary>A lane is 0.</summary>
    static abstract bool HasZero(TVector a);

    /// <summary>int8 values, saturated, of the upper 16 bits of the lanes of four vectors: one quarter for each.</summary>
    static abstract TVector HighBytes(TVector a, TVector b, TVector c, TVector d);

    /// <summary><see cref="HighBytes"/> of elements that <see cref="LowerShorts"/> (a, c) and <see cref="UpperShorts"/> (b, d) of two
    /// vectors of int16 took apart, in their order.</summary>
    static abstract TVector HighBytesOfShorts(TVector a, TVector b, TVector c, TVector d);

    /// <summary><see cref="HighBytes"/> of elements that <see cref="LowerBytes"/> and <see cref="UpperBytes"/> took apart twice, in their
    /// order.</summary>
    static abstract TVector HighBytesOfBytes(TVector a, TVector b, TVector c, TVector d);

    /// <summary>a0 b0 a1 b1 … of the first 8 of every 16 bytes.</summary>
    static abstract TVector LowerBytes(TVector a, TVector b);

    /// <summary>a8 b8 a9 b9 … of the last 8 of every 16 bytes.</summary>
    static abstract TVector UpperBytes(TVector a, TVector b);

    /// <summary>a0 b0 a1 b1 … of the first 4 of every 8 int16 values.</summary>
    static abstract TVector LowerShorts(TVector a, TVector b);

    /// <summary>a4 b4 a5 b5 … of the last 4 of every 8 int16 values.</summary>
    static abstract TVector UpperShorts(TVector a, TVector b);

    /// <summary>int8 values, sign-extended to int16.</summary>
    static abstract TVector LoadShorts(ref readonly byte source, nuint index);

    static abstract TVector SubtractShorts(TVector a, TVector b);

    /// <summary>Lower 16 bits of the products of int16 values.</summary>
    static abstract TVector MultiplyShorts(TVector a, TVector b);

    /// <summary>Upper 16 bits of the products of int16 values.</summary>
    static abstract TVector HighProductShorts(TVector a, TVector b);

    /// <summary>Sums of two adjacent products of int16 values.</summary>
    static abstract TVector MultiplyAddShorts(TVector a, TVector b);

    static abstract TVector LoadBytes(ref readonly byte source, nuint index);

    static abstract TVector MinBytes(TVector a, TVector b);

    static abstract TVector MaxBytes(TVector a, TVector b);

    /// <summary>The same 16 bytes throughout.</summary>
    static abstract TVector Repeat(Vector128<byte> bytes);

    /// <summary>Entry (index mod 16) of the table in the same 16 bytes; 0 for a negative index.</summary>
    static abstract TVector LookUpBytes(TVector table, TVector index);

    /// <summary>b where the first bit of a byte of the mask is set, else a.</summary>
    static abstract TVector ChooseBytes(TVector mask, TVector a, TVector b);

    static abstract TVector Xor(TVector a, TVector b);

    /// <summary>Sums of four adjacent int8 values.</summary>
    static abstract TVector SumQuads(TVector bytes);

    static abstract TVector And(TVector a, TVector b);

    /// <summary>Sum of all lanes, modulo 2^32.</summary>
    static abstract int Sum(TVector a);

    /// <summary>The largest of all int8 values.</summary>
    static abstract sbyte MaxByte(TVector a);

    /// <summary>min(max(a, low), high) of int8 values.</summary>
    static abstract TVector BoundBytes(TVector a, TVector low, TVector high);

    /// <summary>Stores all bytes.</summary>
    static abstract void StoreBytes(TVector value, ref byte target, nuint index);

    /// <summary>Stores the bytes of each half at its own place.</summary>
    static abstract void StoreHalves(TVector value, ref sbyte first, ref sbyte second);
}
