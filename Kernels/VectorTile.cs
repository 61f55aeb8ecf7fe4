using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NpuSim.Kernels;

/// <summary>Takes a tile of two operands through a step, a vector of bytes at a time.</summary>
internal static class VectorTile<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    /// <summary>Bytes of the widest vector.</summary>
    private const int WidestBytes = 64;

    /// <summary>From as many bytes on, stores that do not cross cache lines pay for a short first vector.</summary>
    private const int WorthAligning = 1024;

    private static int VectorBytes => TLanes.Count * sizeof(int);

    /// <param name="step">What to do.</param>
    /// <param name="size">Bytes of an element.</param>
    /// <param name="t">Extents and pitches.</param>
    /// <param name="a">First operand.</param>
    /// <param name="b">Second operand.</param>
    /// <param name="output">Result; may be an operand itself.</param>
    internal static void Run<TStep>(in TStep step, int size, in TileGeometry t, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b,
        Span<byte> output)
        where TStep : struct, IElementwiseStep<TVector>
    {
        int bytes = t.Columns * size;
        Span<byte> one = stackalloc byte[WidestBytes];
        for (int r = 0; r < t.Rows; r++)
        {
            scoped var second = b.Slice(r * t.PitchB, t.RowScalar ? size : bytes);
            if (t.RowScalar)
            {
                for (int i = 0; i < WidestBytes; i += size) second.CopyTo(one[i..]);
                second = one;
            }

            Row(step, a.Slice(r * t.PitchA, bytes), second, t.RowScalar ? 0 : nuint.MaxValue, output.Slice(r * t.PitchOut, bytes));
        }
    }

    /// <param name="step">What to do.</param>
    /// <param name="a">First operand.</param>
    /// <param name="b">Second operand, or a vector of the same element throughout.</param>
    /// <param name="mask">0 for that one, else all bits.</param>
    /// <param name="output">Result.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Row<TStep>(in TStep step, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, nuint mask, Span<byte> output)
        where TStep : struct, IElementwiseStep<TVector>
    {
        nuint head = Alignment.BytesToVector(ref MemoryMarshal.GetReference(output), VectorBytes);
        if (head > 0 && a.Length >= WorthAligning)
        {
            Rest(step, a[..(int)head], b[..(int)head], output[..(int)head]);
            a = a[(int)head..];
            b = b[(int)(head & mask)..];
            output = output[(int)head..];
        }

        ref byte firstA = ref MemoryMarshal.GetReference(a);
        ref byte firstB = ref MemoryMarshal.GetReference(b);
        ref byte target = ref MemoryMarshal.GetReference(output);
        nuint whole = (nuint)(a.Length / VectorBytes * VectorBytes);
        for (nuint i = 0; i < whole; i += (nuint)VectorBytes)
        {
            // What is uncertain leaves the inner loop, so that the registers of that are its own.
            for (; i < whole; i += (nuint)VectorBytes)
            {
                if (!step.TryOf(ref Unsafe.Add(ref firstA, i), ref Unsafe.Add(ref firstB, i & mask), out var result)) break;
                TLanes.StoreBytes(result, ref target, i);
            }

            if (i < whole) TLanes.StoreBytes(step.Of(ref Unsafe.Add(ref firstA, i), ref Unsafe.Add(ref firstB, i & mask)), ref target, i);
        }

        if (whole < (nuint)a.Length) Rest(step, a[(int)whole..], b[(int)(whole & mask)..], output[(int)whole..]);
    }

    /// <summary>Less than a vector. The result may stand in place of an operand, so nothing can be done twice.</summary>
    private static void Rest<TStep>(in TStep step, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, Span<byte> output)
        where TStep : struct, IElementwiseStep<TVector>
    {
        Span<byte> wideA = stackalloc byte[WidestBytes], wideB = stackalloc byte[WidestBytes];
        a.CopyTo(wideA);
        b[..a.Length].CopyTo(wideB);
        TLanes.StoreBytes(step.Of(in wideA[0], in wideB[0]), ref wideA[0], 0);
        wideA[..a.Length].CopyTo(output);
    }
}
