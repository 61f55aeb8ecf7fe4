using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NpuSim.Kernels;

/// <summary>Rows of conversions between int8 and wider formats, four vectors at a time.</summary>
internal static class ConversionRows<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    /// <summary>Elements of four of the widest vectors.</summary>
    private const int WidestStep = 64;

    /// <summary>A float32 from which on every result is saturated.</summary>
    private const float Beyond = 1 << 30;

    private static int Step => 4 * TLanes.Count;

    /// <summary>target[c] = clamp(RoundHalfEven(source[c] / scale) + zero).</summary>
    /// <param name="source">float32.</param>
    /// <param name="target">int8.</param>
    /// <param name="scale">Divisor.</param>
    /// <param name="end">Zero point and clamp, int8.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Quantise(ReadOnlySpan<float> source, Span<sbyte> target, float scale, in RequantiseTarget end)
    {
        var divisor = TLanes.Fill(BitConverter.SingleToInt32Bits(scale));
        var beyond = TLanes.Fill(BitConverter.SingleToInt32Bits(Beyond));
        var tail = new RequantiseTail<TLanes, TVector>(end, halve: false);
        ref int from = ref Unsafe.As<float, int>(ref MemoryMarshal.GetReference(source));
        ref byte to = ref Unsafe.As<sbyte, byte>(ref MemoryMarshal.GetReference(target));
        nuint step = (nuint)TLanes.Count;
        int c = 0;
        for (; c <= source.Length - Step; c += Step)
        {
            TLanes.StoreBytes(tail.Finish(Steps(TLanes.Load(ref from, (nuint)c), divisor, beyond),
                Steps(TLanes.Load(ref from, (nuint)c + step), divisor, beyond),
                Steps(TLanes.Load(ref from, (nuint)c + 2 * step), divisor, beyond),
                Steps(TLanes.Load(ref from, (nuint)c + 3 * step), divisor, beyond)), ref to, (nuint)c);
        }

        if (c == source.Length) return;
        Span<float> wide = stackalloc float[WidestStep];
        Span<sbyte> result = stackalloc sbyte[WidestStep];
        source[c..].CopyTo(wide);
        Quantise(wide[..Step], result[..Step], scale, end);
        result[..(source.Length - c)].CopyTo(target[c..]);
    }

    /// <summary>target[c] = (source[c] − zero)·scale for as many whole vectors as there are; says how many elements that is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static int Dequantise(ReadOnlySpan<sbyte> source, Span<float> target, in QuantParameters p)
    {
        var (zero, scale) = (TLanes.Fill(p.Zero), TLanes.Fill(BitConverter.SingleToInt32Bits(p.Scale)));
        ref byte from = ref Unsafe.As<sbyte, byte>(ref MemoryMarshal.GetReference(source));
        ref int to = ref Unsafe.As<float, int>(ref MemoryMarshal.GetReference(target));
        int c = 0;
        for (; c <= source.Length - TLanes.Count; c += TLanes.Count)
        {
            var value = TLanes.ToFloat(TLanes.Subtract(TLanes.LoadInt8(ref from, (nuint)c), zero));
            TLanes.Store(TLanes.MultiplyFloat(value, scale), ref to, (nuint)c);
        }

        return c;
    }

    /// <summary>Requantises by one factor, as <see cref="DoubleRounding"/>, as many whole groups of vectors as there are; says how many
    /// elements that is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static int Scale(ReadOnlySpan<int> source, Span<sbyte> target, int factor, int count, in RequantiseTarget end)
    {
        var (factors, counts) = (TLanes.Fill(factor), TLanes.Fill(count));
        var odd = TLanes.Odd(factors);
        var tail = new RequantiseTail<TLanes, TVector>(end, halve: true);
        ref int from = ref MemoryMarshal.GetReference(source);
        ref byte to = ref Unsafe.As<sbyte, byte>(ref MemoryMarshal.GetReference(target));
        nuint step = (nuint)TLanes.Count;
        int c = 0;
        for (; c <= source.Length - Step; c += Step)
        {
            TLanes.StoreBytes(tail.Finish(
                DoubleRounding.Scale<TLanes, TVector>(TLanes.Load(ref from, (nuint)c), factors, odd, counts),
                DoubleRounding.Scale<TLanes, TVector>(TLanes.Load(ref from, (nuint)c + step), factors, odd, counts),
                DoubleRounding.Scale<TLanes, TVector>(TLanes.Load(ref from, (nuint)c + 2 * step), factors, odd, counts),
                DoubleRounding.Scale<TLanes, TVector>(TLanes.Load(ref from, (nuint)c + 3 * step), factors, odd, counts)), ref to, (nuint)c);
        }

        return c;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Steps(TVector value, TVector scale, TVector beyond) =>
        TLanes.Nearest(TLanes.SmallerFloat(TLanes.NumberOrZero(TLanes.DivideFloat(value, scale)), beyond));
}
