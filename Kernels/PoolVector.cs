using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NpuSim.Kernels;

/// <summary>Pooling of a vector of channels at a time: its result stays in registers while the taps of the window go by.</summary>
internal static class PoolVector<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    /// <summary>Channels taken at once; a plane must have as many.</summary>
    internal static int Channels => sizeof(int) * TLanes.Count;

    internal static void Max(in PoolGeometry g, ReadOnlySpan<sbyte> x, Span<sbyte> output, int clampMin, int clampMax)
    {
        var (low, high) = (TLanes.Fill((sbyte)clampMin), TLanes.Fill((sbyte)clampMax));
        for (int oy = 0; oy < g.OutRows; oy++)
        {
            var rows = g.RowWindow(oy);
            for (int ox = 0; ox < g.OutCols; ox++)
            {
                var taps = new PoolTaps(g, rows, g.ColumnWindow(ox));
                ref byte from = ref Unsafe.As<sbyte, byte>(ref Unsafe.Add(ref MemoryMarshal.GetReference(x), taps.First));
                Maxima(ref from, taps, low, high, output.Slice((oy * g.OutCols + ox) * g.OutPixelPitch, g.Channels));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Maxima(ref byte from, in PoolTaps taps, TVector low, TVector high, Span<sbyte> target)
    {
        ref byte to = ref Unsafe.As<sbyte, byte>(ref MemoryMarshal.GetReference(target));
        int last = target.Length - Channels;
        // The last step ends with the pixel and may do channels again.
        for (int c = 0; ; c = Math.Min(c + Channels, last))
        {
            TLanes.StoreBytes(TLanes.BoundBytes(Largest(ref Unsafe.Add(ref from, c), taps), low, high), ref to, (nuint)c);
            if (c == last) return;
        }
    }

    internal static void Average<TMean>(in PoolGeometry g, ReadOnlySpan<sbyte> x, Span<sbyte> output, bool countPadding, TMean mean)
        where TMean : struct, IPoolMean
    {
        var tail = new RequantiseTail<TLanes, TVector>(mean.Target, halve: false);
        for (int oy = 0; oy < g.OutRows; oy++)
        {
            var rows = g.RowWindow(oy);
            for (int ox = 0; ox < g.OutCols; ox++)
            {
                var taps = new PoolTaps(g, rows, g.ColumnWindow(ox));
                int count = countPadding ? g.KernelHeight * g.KernelWidth : taps.Count;
                var target = output.Slice((oy * g.OutCols + ox) * g.OutPixelPitch, g.Channels);
                ref byte from = ref Unsafe.As<sbyte, byte>(ref Unsafe.Add(ref MemoryMarshal.GetReference(x), taps.First));
                if (count == 0) target.Fill(mean.Of(0, 0, 0));
                else Means(ref from, taps, count, mean, tail, target);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Means<TMean>(ref byte from, in PoolTaps taps, int count, TMean mean, in RequantiseTail<TLanes, TVector> tail,
        Span<sbyte> target)
        where TMean : struct, IPoolMean
    {
        ref byte to = ref Unsafe.As<sbyte, byte>(ref MemoryMarshal.GetReference(target));
        int last = target.Length - Channels;
        for (int c = 0; ; c = Math.Min(c + Channels, last))
        {
            Sum(ref Unsafe.Add(ref from, c), taps, out var s0, out var s1, out var s2, out var s3);
            var means = tail.Finish(mean.Of<TLanes, TVector>(s0, taps.Count, count), mean.Of<TLanes, TVector>(s1, taps.Count, count),
                mean.Of<TLanes, TVector>(s2, taps.Count, count), mean.Of<TLanes, TVector>(s3, taps.Count, count));
            TLanes.StoreBytes(means, ref to, (nuint)c);
            if (c == last) return;
        }
    }

    /// <summary>Maxima over the taps, of <see cref="Channels"/> channels in order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector Largest(ref byte from, in PoolTaps taps)
    {
        var largest = TLanes.Fill(sbyte.MinValue);
        for (int r = 0; r < taps.Rows; r++)
        {
            ref byte row = ref Unsafe.Add(ref from, r * taps.RowPitch);
            for (int s = 0; s < taps.Columns; s++)
                largest = TLanes.MaxBytes(largest, TLanes.LoadBytes(ref row, (nuint)(s * taps.PixelPitch)));
        }

        return largest;
    }

    /// <summary>Sums over the taps, of <see cref="Channels"/> channels in order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Sum(ref byte from, in PoolTaps taps, out TVector s0, out TVector s1, out TVector s2, out TVector s3)
    {
        TVector a = default, b = default, c = default, d = default;
        nuint step = (nuint)TLanes.Count;
        for (int r = 0; r < taps.Rows; r++)
        {
            ref byte row = ref Unsafe.Add(ref from, r * taps.RowPitch);
            for (int s = 0; s < taps.Columns; s++)
            {
                nuint place = (nuint)(s * taps.PixelPitch);
                a = TLanes.Add(a, TLanes.LoadInt8(ref row, place));
                b = TLanes.Add(b, TLanes.LoadInt8(ref row, place + step));
                c = TLanes.Add(c, TLanes.LoadInt8(ref row, place + 2 * step));
                d = TLanes.Add(d, TLanes.LoadInt8(ref row, place + 3 * step));
            }
        }

        (s0, s1, s2, s3) = (a, b, c, d);
    }
}

/// <summary>The taps of one window that lie on the plane.</summary>
internal readonly struct PoolTaps
{
    /// <summary>The window on some input rows and columns.</summary>
    internal PoolTaps(in PoolGeometry g, (int First, int End) rows, (int First, int End) columns)
    {
        (Rows, Columns) = (rows.End - rows.First, columns.End - columns.First);
        (RowPitch, PixelPitch) = (g.InWidth * g.InPixelPitch, g.InPixelPitch);
        First = Count == 0 ? 0 : rows.First * RowPitch + columns.First * PixelPitch;
    }

    /// <summary>All rows of a tile, as one column of taps.</summary>
    internal PoolTaps(int rows, int rowPitch) => (Rows, Columns, RowPitch) = (rows, 1, rowPitch);

    internal int Rows { get; }

    internal int Columns { get; }

    internal int RowPitch { get; }

    internal int PixelPitch { get; }

    /// <summary>Place of the first channel of the first tap.</summary>
    internal int First { get; }

    internal int Count => Rows * Columns;
}
