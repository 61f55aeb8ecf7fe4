using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NpuSim.Kernels;

/// <summary>Rows of the float32 exponential, two vectors at a time: each is one long chain, and the processor sees a few chains
/// only.</summary>
internal static class ExpRows<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    /// <summary>target[c] = exp(source[c] − subtrahend) for as many whole pairs of vectors as there are; says how many elements that
    /// is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static int Run(ReadOnlySpan<float> source, float subtrahend, Span<float> target)
    {
        ref int from = ref Unsafe.As<float, int>(ref MemoryMarshal.GetReference(source));
        ref int to = ref Unsafe.As<float, int>(ref MemoryMarshal.GetReference(target));
        var subtracted = Fill(subtrahend);
        nuint step = (nuint)TLanes.Count;
        int c = 0;
        for (; c <= source.Length - 2 * TLanes.Count; c += 2 * TLanes.Count)
        {
            var (first, second) = Pair(TLanes.SubtractFloat(TLanes.Load(ref from, (nuint)c), subtracted),
                TLanes.SubtractFloat(TLanes.Load(ref from, (nuint)c + step), subtracted));
            TLanes.Store(first, ref to, (nuint)c);
            TLanes.Store(second, ref to, (nuint)c + step);
        }

        return c;
    }

    /// <summary>As <see cref="FloatFunctions.Exp(float)"/>, step by step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVector X, TVector Y) Pair(TVector x, TVector y)
    {
        TVector largest = Fill(ExpFloat.Largest), magic = Fill(ExpFloat.RoundingMagic), log2E = Fill(ExpFloat.Log2E);
        TVector high = Fill(ExpFloat.Ln2High), low = Fill(ExpFloat.Ln2Low);
        TVector boundX = TLanes.SmallerFloat(x, largest), boundY = TLanes.SmallerFloat(y, largest);
        TVector shiftedX = TLanes.AddFloat(TLanes.MultiplyFloat(boundX, log2E), magic),
            shiftedY = TLanes.AddFloat(TLanes.MultiplyFloat(boundY, log2E), magic);
        TVector nX = TLanes.SubtractFloat(shiftedX, magic), nY = TLanes.SubtractFloat(shiftedY, magic);
        TVector rX = TLanes.SubtractFloat(boundX, TLanes.MultiplyFloat(nX, high)),
            rY = TLanes.SubtractFloat(boundY, TLanes.MultiplyFloat(nY, high));
        rX = TLanes.SubtractFloat(rX, TLanes.MultiplyFloat(nX, low));
        rY = TLanes.SubtractFloat(rY, TLanes.MultiplyFloat(nY, low));
        var (pX, pY) = (Fill(ExpFloat.C7), Fill(ExpFloat.C7));
        Horner(ref pX, ref pY, rX, rY, ExpFloat.C6);
        Horner(ref pX, ref pY, rX, rY, ExpFloat.C5);
        Horner(ref pX, ref pY, rX, rY, ExpFloat.C4);
        Horner(ref pX, ref pY, rX, rY, ExpFloat.C3);
        Horner(ref pX, ref pY, rX, rY, ExpFloat.C2);
        pX = TLanes.AddFloat(TLanes.MultiplyFloat(pX, TLanes.MultiplyFloat(rX, rX)), rX);
        pY = TLanes.AddFloat(TLanes.MultiplyFloat(pY, TLanes.MultiplyFloat(rY, rY)), rY);
        return (Scaled(TLanes.AddFloat(pX, Fill(1)), TLanes.Subtract(shiftedX, magic), x),
            Scaled(TLanes.AddFloat(pY, Fill(1)), TLanes.Subtract(shiftedY, magic), y));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Horner(ref TVector pX, ref TVector pY, TVector rX, TVector rY, float coefficient)
    {
        pX = TLanes.AddFloat(TLanes.MultiplyFloat(pX, rX), Fill(coefficient));
        pY = TLanes.AddFloat(TLanes.MultiplyFloat(pY, rY), Fill(coefficient));
    }

    /// <summary>p·2^exponent in two steps, since 2^128 is no float32; 0 and NaN where x asks for them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Scaled(TVector p, TVector exponent, TVector x)
    {
        var half = TLanes.ShiftRight(exponent, 1);
        var result = TLanes.MultiplyFloat(TLanes.MultiplyFloat(p, PowerOfTwo(half)), PowerOfTwo(TLanes.Subtract(exponent, half)));
        return TLanes.NoNumberWhere(TLanes.ZeroWhereLess(result, x, Fill(ExpFloat.Smallest)), x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector PowerOfTwo(TVector exponent) => TLanes.ShiftLeft(TLanes.Add(exponent, TLanes.Fill(127)), 23);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Fill(float value) => TLanes.Fill(BitConverter.SingleToInt32Bits(value));
}
