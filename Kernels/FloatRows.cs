using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NpuSim.Kernels;

/// <summary>Rows of float32 steps, eight elements at a time; each says how many elements it did.</summary>
internal static class FloatRows
{
    /// <summary>target[c] = exp(source[c] − subtrahend).</summary>
    internal static int Exp(ReadOnlySpan<float> source, float subtrahend, Span<float> target)
    {
        ref float from = ref MemoryMarshal.GetReference(source);
        ref float to = ref MemoryMarshal.GetReference(target);
        var b = Vector256.Create(subtrahend);
        int c = 0;
        for (; c <= source.Length - Vector256<float>.Count; c += Vector256<float>.Count)
            Exp(Vector256.LoadUnsafe(ref from, (nuint)c) - b).StoreUnsafe(ref to, (nuint)c);
        return c;
    }

    /// <summary>As <see cref="FloatFunctions.Exp(float)"/>, step by step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Exp(Vector256<float> x)
    {
        var largest = Vector256.Create(ExpFloat.Largest);
        var magic = Vector256.Create(ExpFloat.RoundingMagic);
        var bounded = Vector256.ConditionalSelect(Vector256.LessThan(x, largest), x, largest);
        var shifted = bounded * Vector256.Create(ExpFloat.Log2E) + magic;
        var n = shifted - magic;
        var r = bounded - n * Vector256.Create(ExpFloat.Ln2High) - n * Vector256.Create(ExpFloat.Ln2Low);
        var p = Vector256.Create(ExpFloat.C7);
        p = p * r + Vector256.Create(ExpFloat.C6);
        p = p * r + Vector256.Create(ExpFloat.C5);
        p = p * r + Vector256.Create(ExpFloat.C4);
        p = p * r + Vector256.Create(ExpFloat.C3);
        p = p * r + Vector256.Create(ExpFloat.C2);
        p = p * (r * r) + r + Vector256<float>.One;
        var exponent = shifted.AsInt32() - magic.AsInt32();
        var half = Vector256.ShiftRightArithmetic(exponent, 1);
        var result = p * PowerOfTwo(half) * PowerOfTwo(exponent - half);
        result = Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256.Create(ExpFloat.Smallest)), Vector256<float>.Zero, result);
        return Vector256.ConditionalSelect(Vector256.Equals(x, x), result, Vector256.Create(float.NaN));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> PowerOfTwo(Vector256<int> exponent) => ((exponent + Vector256.Create(127)) << 23).AsSingle();
}
