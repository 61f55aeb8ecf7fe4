using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NpuSim.Kernels;

/// <summary>One way to scale an accumulator, for one value and for eight; both give the same bytes.</summary>
internal interface IRequantiseRounding
{
    /// <summary>The host has the instructions of the vector form.</summary>
    static abstract bool IsVectorSupported { get; }

    static abstract sbyte Scale(int value, int multiplier, int shift, in RequantiseTarget target);

    static abstract Vector256<int> Scale(Vector256<int> value, Vector256<int> multiplier, Vector256<int> shift, in RequantiseTarget target);
}

internal readonly struct DoubleRounding : IRequantiseRounding
{
    public static bool IsVectorSupported => Avx2.IsSupported;

    public static sbyte Scale(int value, int multiplier, int shift, in RequantiseTarget target) =>
        (sbyte)FixedPoint.Bound(FixedPoint.MultiplyDouble(value, multiplier, shift) + target.Zero, target.ClampMin, target.ClampMax);

    public static Vector256<int> Scale(Vector256<int> value, Vector256<int> multiplier, Vector256<int> shift, in RequantiseTarget target) =>
        Int8Vector.Bound(FixedPointVector.MultiplyDouble(value, multiplier, shift) + Vector256.Create(target.Zero),
            Vector256.Create(target.ClampMin), Vector256.Create(target.ClampMax));
}

internal readonly struct SingleRounding : IRequantiseRounding
{
    public static bool IsVectorSupported => Avx2.IsSupported;

    public static sbyte Scale(int value, int multiplier, int shift, in RequantiseTarget target) =>
        (sbyte)FixedPoint.Bound(FixedPoint.MultiplySingle(value, multiplier, shift) + target.Zero, target.ClampMin, target.ClampMax);

    public static Vector256<int> Scale(Vector256<int> value, Vector256<int> multiplier, Vector256<int> shift, in RequantiseTarget target) =>
        Int8Vector.Bound(FixedPointVector.MultiplySingle(value, multiplier, shift) + Vector256.Create(target.Zero),
            Vector256.Create(target.ClampMin), Vector256.Create(target.ClampMax));
}

internal readonly struct FloatRounding : IRequantiseRounding
{
    public static bool IsVectorSupported => true;

    public static sbyte Scale(int value, int multiplier, int shift, in RequantiseTarget target) =>
        FloatKernel.ToInt8(value * BitConverter.Int32BitsToSingle(multiplier), target.Zero, target.ClampMin, target.ClampMax);

    public static Vector256<int> Scale(Vector256<int> value, Vector256<int> multiplier, Vector256<int> shift, in RequantiseTarget target)
    {
        var scaled = Vector256.ConvertToSingle(value) * multiplier.AsSingle();
        var low = Vector256.Create((float)(target.ClampMin - target.Zero));
        var high = Vector256.Create((float)(target.ClampMax - target.Zero));
        return Int8Vector.Round(scaled, low, high) + Vector256.Create(target.Zero);
    }
}

/// <summary>Requantisation of eight columns at a time.</summary>
internal static class RequantiseVector
{
    /// <summary>Does as many whole groups of columns as there are; says how many columns that is.</summary>
    internal static int Row<TRounding>(ReadOnlySpan<int> source, in RequantiseColumns columns, Span<sbyte> result,
        in RequantiseTarget target)
        where TRounding : struct, IRequantiseRounding
    {
        ref int acc = ref MemoryMarshal.GetReference(source);
        ref int bias = ref MemoryMarshal.GetReference(columns.Bias);
        ref int multiplier = ref MemoryMarshal.GetReference(columns.Multiplier);
        ref int shift = ref MemoryMarshal.GetReference(columns.Shift);
        ref sbyte output = ref MemoryMarshal.GetReference(result);
        int c = 0;
        for (; c <= source.Length - Int8Vector.Count; c += Int8Vector.Count)
        {
            var value = Vector256.LoadUnsafe(ref acc, (nuint)c) + Vector256.LoadUnsafe(ref bias, (nuint)c);
            var scaled = TRounding.Scale(value, Vector256.LoadUnsafe(ref multiplier, (nuint)c), Vector256.LoadUnsafe(ref shift, (nuint)c),
                target);
            Int8Vector.Store(scaled, ref output, c);
        }

        return c;
    }
}
