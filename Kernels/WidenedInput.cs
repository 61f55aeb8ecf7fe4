using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NpuSim.Kernels;

/// <summary>int16 copies of part of an int8 tile with the zero point subtracted and zeros where the tile has no pixel, so that inner loops
/// know neither borders nor zero points.</summary>
internal static class WidenedInput
{
    /// <summary>Copies rows × columns pixels from (firstRow, firstColumn) of the tile, which may lie outside, to [rows × columns ×
    /// InChannels].</summary>
    internal static void Fill(in PassGeometry g, ReadOnlySpan<sbyte> x, int firstRow, int firstColumn, int rows, int columns,
        Span<short> target)
    {
        int channels = g.InChannels;
        int before = Math.Clamp(-firstColumn, 0, columns);
        int last = Math.Clamp(g.InWidth - firstColumn, before, columns);
        for (int row = 0; row < rows; row++)
        {
            var line = target.Slice(row * columns * channels, columns * channels);
            int iy = firstRow + row;
            if ((uint)iy >= (uint)g.InHeight || last == before)
            {
                line.Clear();
                continue;
            }

            line[..(before * channels)].Clear();
            line[(last * channels)..].Clear();
            var source = x[(iy * g.InRowPitch + (firstColumn + before) * g.InPixelPitch)..];
            Pixels(source, g.InPixelPitch, channels, last - before, g.InputZero, line[(before * channels)..]);
        }
    }

    /// <summary>Copies as <see cref="Fill"/>, each channel as often as the multiplier says, to pixels of the given pitch.</summary>
    internal static void FillRepeated(in PassGeometry g, ReadOnlySpan<sbyte> x, int firstRow, int firstColumn, int rows, int columns,
        int pitch, Span<short> target)
    {
        int from = Math.Clamp(-firstColumn, 0, columns);
        int to = Math.Clamp(g.InWidth - firstColumn, from, columns);
        for (int row = 0; row < rows; row++)
        {
            var line = target.Slice(row * columns * pitch, columns * pitch);
            int iy = firstRow + row;
            if ((uint)iy >= (uint)g.InHeight || from == to)
            {
                line.Clear();
                continue;
            }

            line[..(from * pitch)].Clear();
            line[(to * pitch)..].Clear();
            var source = x[(iy * g.InRowPitch + (firstColumn + from) * g.InPixelPitch)..];
            RepeatPixels(g, source, to - from, pitch, line[(from * pitch)..]);
        }
    }

    private static void RepeatPixels(in PassGeometry g, ReadOnlySpan<sbyte> source, int pixels, int pitch, Span<short> target)
    {
        if (g.ChannelMultiplier == 1 && g.OutChannels == pitch)
        {
            Pixels(source, g.InPixelPitch, pitch, pixels, g.InputZero, target);
            return;
        }

        for (int i = 0; i < pixels; i++)
        {
            var pixel = target.Slice(i * pitch, pitch);
            var from = source[(i * g.InPixelPitch)..];
            if (g.ChannelMultiplier == 1) Widen(from[..g.OutChannels], g.InputZero, pixel);
            else Repeat(from, g.ChannelMultiplier, g.InputZero, pixel[..g.OutChannels]);
            pixel[g.OutChannels..].Clear();
        }
    }

    /// <summary>target[i] = source[i] − zero.</summary>
    internal static void Widen(ReadOnlySpan<sbyte> source, int zero, Span<short> target)
    {
        ref sbyte from = ref MemoryMarshal.GetReference(source);
        ref short to = ref MemoryMarshal.GetReference(target[..source.Length]);
        var zeros = Vector256.Create((short)zero);
        int i = 0;
        for (; i <= source.Length - Vector256<sbyte>.Count; i += Vector256<sbyte>.Count)
        {
            var (lower, upper) = Vector256.Widen(Vector256.LoadUnsafe(ref from, (nuint)i));
            (lower - zeros).StoreUnsafe(ref to, (nuint)i);
            (upper - zeros).StoreUnsafe(ref to, (nuint)(i + Vector256<short>.Count));
        }

        // A block of weights is 16 values.
        if (i <= source.Length - Vector128<sbyte>.Count)
        {
            var (lower, upper) = Vector128.Widen(Vector128.LoadUnsafe(ref from, (nuint)i));
            (Vector256.Create(lower, upper) - zeros).StoreUnsafe(ref to, (nuint)i);
            i += Vector128<sbyte>.Count;
        }

        for (; i < source.Length; i++) target[i] = (short)(source[i] - zero);
    }

    private static void Pixels(ReadOnlySpan<sbyte> source, int pixelPitch, int channels, int pixels, int zero, Span<short> target)
    {
        if (pixelPitch == channels)
        {
            Widen(source[..(pixels * channels)], zero, target);
            return;
        }

        for (int i = 0; i < pixels; i++) Widen(source.Slice(i * pixelPitch, channels), zero, target[(i * channels)..]);
    }

    private static void Repeat(ReadOnlySpan<sbyte> source, int multiplier, int zero, Span<short> target)
    {
        for (int k = 0; k < target.Length; k++) target[k] = (short)(source[k / multiplier] - zero);
    }
}
