using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NpuSim.Kernels;

/// <summary>The int8 part of <see cref="ReduceKernel"/> in vectors.</summary>
internal static class ByteReduction
{
    /// <summary>Does a whole reduction with the widest vectors that the columns fill; false if there are none.</summary>
    internal static bool TrySum(SimdLevel level, int rows, int columns, ReadOnlySpan<sbyte> a, int pitch, Span<int> output, FoldAxis axis)
    {
        if (level == SimdLevel.Vector512 && columns >= ByteReduction<Lanes512, Vector512<int>>.Columns)
            ByteReduction<Lanes512, Vector512<int>>.Sum(rows, columns, a, pitch, output, axis);
        else if (level > SimdLevel.Vector128 && columns >= ByteReduction<Lanes256, Vector256<int>>.Columns)
            ByteReduction<Lanes256, Vector256<int>>.Sum(rows, columns, a, pitch, output, axis);
        else if (level != SimdLevel.Scalar && Lanes128.HasBytePairs && columns >= ByteReduction<Lanes128, Vector128<int>>.Columns)
            ByteReduction<Lanes128, Vector128<int>>.Sum(rows, columns, a, pitch, output, axis);
        else
            return false;
        return true;
    }

    /// <inheritdoc cref="TrySum"/>
    internal static bool TryMax(SimdLevel level, int rows, int columns, ReadOnlySpan<sbyte> a, int pitch, Span<sbyte> output, FoldAxis axis)
    {
        if (level == SimdLevel.Vector512 && columns >= ByteReduction<Lanes512, Vector512<int>>.Columns)
            ByteReduction<Lanes512, Vector512<int>>.Max(rows, columns, a, pitch, output, axis);
        else if (level > SimdLevel.Vector128 && columns >= ByteReduction<Lanes256, Vector256<int>>.Columns)
            ByteReduction<Lanes256, Vector256<int>>.Max(rows, columns, a, pitch, output, axis);
        else if (level != SimdLevel.Scalar && columns >= ByteReduction<Lanes128, Vector128<int>>.Columns)
            ByteReduction<Lanes128, Vector128<int>>.Max(rows, columns, a, pitch, output, axis);
        else
            return false;
        return true;
    }
}

/// <summary><see cref="ByteReduction"/> at one width.</summary>
internal static class ByteReduction<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    /// <summary>Columns taken at once; a tile must have as many.</summary>
    internal static int Columns => PoolVector<TLanes, TVector>.Channels;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Sum(int rows, int columns, ReadOnlySpan<sbyte> a, int pitch, Span<int> output, FoldAxis axis)
    {
        if (axis == FoldAxis.Columns)
        {
            for (int r = 0; r < rows; r++) output[r] = RowSum(MemoryMarshal.AsBytes(a.Slice(r * pitch, columns)));
            return;
        }

        var taps = new PoolTaps(rows, pitch);
        ref byte from = ref Unsafe.As<sbyte, byte>(ref MemoryMarshal.GetReference(a));
        ref int to = ref MemoryMarshal.GetReference(output);
        int last = columns - Columns;
        // The last step ends with the row and may do columns again.
        for (int c = 0; ; c = Math.Min(c + Columns, last))
        {
            PoolVector<TLanes, TVector>.Sum(ref Unsafe.Add(ref from, c), taps, out var s0, out var s1, out var s2, out var s3);
            TLanes.Store(s0, ref to, (nuint)c);
            TLanes.Store(s1, ref to, (nuint)(c + TLanes.Count));
            TLanes.Store(s2, ref to, (nuint)(c + 2 * TLanes.Count));
            TLanes.Store(s3, ref to, (nuint)(c + 3 * TLanes.Count));
            if (c == last) return;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Max(int rows, int columns, ReadOnlySpan<sbyte> a, int pitch, Span<sbyte> output, FoldAxis axis)
    {
        if (axis == FoldAxis.Columns)
        {
            for (int r = 0; r < rows; r++) output[r] = RowMax(MemoryMarshal.AsBytes(a.Slice(r * pitch, columns)));
            return;
        }

        var taps = new PoolTaps(rows, pitch);
        ref byte from = ref Unsafe.As<sbyte, byte>(ref MemoryMarshal.GetReference(a));
        ref byte to = ref Unsafe.As<sbyte, byte>(ref MemoryMarshal.GetReference(output));
        int last = columns - Columns;
        for (int c = 0; ; c = Math.Min(c + Columns, last))
        {
            TLanes.StoreBytes(PoolVector<TLanes, TVector>.Largest(ref Unsafe.Add(ref from, c), taps), ref to, (nuint)c);
            if (c == last) return;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int RowSum(ReadOnlySpan<byte> row)
    {
        ref byte from = ref MemoryMarshal.GetReference(row);
        TVector sum = default;
        int c = 0;
        for (; c <= row.Length - Columns; c += Columns) sum = TLanes.Add(sum, TLanes.SumQuads(TLanes.LoadBytes(ref from, (nuint)c)));
        int result = TLanes.Sum(sum);
        for (; c < row.Length; c++) result += (sbyte)row[c];
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static sbyte RowMax(ReadOnlySpan<byte> row)
    {
        ref byte from = ref MemoryMarshal.GetReference(row);
        // The last vector ends with the row.
        var largest = TLanes.LoadBytes(ref from, (nuint)(row.Length - Columns));
        for (int c = 0; c <= row.Length - Columns; c += Columns) largest = TLanes.MaxBytes(largest, TLanes.LoadBytes(ref from, (nuint)c));
        return TLanes.MaxByte(largest);
    }
}
