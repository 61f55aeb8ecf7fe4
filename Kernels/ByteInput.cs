using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NpuSim.Kernels;

/// <summary>Byte copies of part of an int8 tile in whole groups of 4 channels, with the zero point where the tile has nothing.</summary>
internal static class ByteInput
{
    /// <summary>Copies rows × columns pixels from (firstRow, firstColumn) of the tile, which may lie outside; channels are padded to the
    /// pitch.</summary>
    /// <param name="g">The pass.</param>
    /// <param name="x">The tile.</param>
    /// <param name="firstRow">First row copied.</param>
    /// <param name="firstColumn">First column copied.</param>
    /// <param name="rows">Rows copied.</param>
    /// <param name="columns">Columns copied.</param>
    /// <param name="pitch">Bytes from pixel to pixel of the copy.</param>
    /// <param name="offset">0, or 128 to copy x + 128 as unsigned bytes.</param>
    /// <param name="target">The copy.</param>
    internal static void Fill(in PassGeometry g, ReadOnlySpan<sbyte> x, int firstRow, int firstColumn, int rows, int columns, int pitch,
        int offset, Span<byte> target)
    {
        byte zero = (byte)(g.InputZero + offset);
        byte flip = (byte)offset;
        int from = Math.Clamp(-firstColumn, 0, columns);
        int to = Math.Clamp(g.InWidth - firstColumn, from, columns);
        bool dense = g.InPixelPitch == g.InChannels && pitch == g.InChannels;
        for (int row = 0; row < rows; row++)
        {
            var line = target.Slice(row * columns * pitch, columns * pitch);
            int iy = firstRow + row;
            bool inside = (uint)iy < (uint)g.InHeight && to > from;
            if (!inside || !dense) line.Fill(zero);
            if (!inside) continue;
            var source = MemoryMarshal.AsBytes(x[(iy * g.InRowPitch + (firstColumn + from) * g.InPixelPitch)..]);
            if (dense)
            {
                line[..(from * pitch)].Fill(zero);
                line[(to * pitch)..].Fill(zero);
                Flip(source[..((to - from) * pitch)], flip, line[(from * pitch)..]);
                continue;
            }

            for (int i = 0; i < to - from; i++) Flip(source.Slice(i * g.InPixelPitch, g.InChannels), flip, line[((from + i) * pitch)..]);
        }
    }

    /// <summary>Bytes from pixel to pixel of <see cref="FillRepeated"/>.</summary>
    internal static int RepeatedPitch(in PassGeometry g) => g.ChannelMultiplier == 1 ? g.InChannels : g.OutChannels;

    /// <summary>Copies some pixels of a row of the tile, from firstColumn, which may lie outside as the row may; each channel as often as
    /// the multiplier says.</summary>
    internal static void FillRepeated(in PassGeometry g, ReadOnlySpan<sbyte> x, int row, int firstColumn, int columns, int pitch,
        Span<byte> target)
    {
        if (g.ChannelMultiplier == 1)
        {
            Fill(g, x, row, firstColumn, 1, columns, pitch, 0, target);
            return;
        }

        target.Fill((byte)g.InputZero);
        if ((uint)row >= (uint)g.InHeight) return;
        for (int i = Math.Max(0, -firstColumn); i < columns && firstColumn + i < g.InWidth; i++)
        {
            var source = x[(row * g.InRowPitch + (firstColumn + i) * g.InPixelPitch)..];
            var pixel = target.Slice(i * pitch, pitch);
            for (int k = 0; k < pitch; k++) pixel[k] = (byte)source[k / g.ChannelMultiplier];
        }
    }

    private static void Flip(ReadOnlySpan<byte> source, byte flip, Span<byte> target)
    {
        if (flip == 0)
        {
            source.CopyTo(target);
            return;
        }

        ref byte from = ref MemoryMarshal.GetReference(source);
        ref byte to = ref MemoryMarshal.GetReference(target[..source.Length]);
        var flips = Vector256.Create(flip);
        int i = 0;
        for (; i <= source.Length - Vector256<byte>.Count; i += Vector256<byte>.Count)
            (Vector256.LoadUnsafe(ref from, (nuint)i) ^ flips).StoreUnsafe(ref to, (nuint)i);
        for (; i < source.Length; i++) target[i] = (byte)(source[i] ^ flip);
    }
}
