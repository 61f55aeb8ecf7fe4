using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NpuSim.Kernels;

/// <summary>Depthwise convolution of int16, bfloat16 and binary operands, tap by tap, eight channels at once.</summary>
internal static class WideDepthwise
{
    private const int Lanes = 8;

    internal static void Int16(in PassGeometry g, ReadOnlySpan<byte> x, ReadOnlySpan<byte> w, Span<int> acc, bool accumulate)
    {
        for (int pixel = 0; pixel < g.OutRows * g.OutCols; pixel++)
        {
            var sums = acc.Slice(pixel * g.OutPixelPitch, g.OutChannels);
            if (!accumulate) sums.Clear();
            for (int tap = 0; tap < g.KernelHeight * g.KernelWidth; tap++)
            {
                if (Source(g, ArrayFormat.Int16, x, pixel, tap) is { IsEmpty: false } source) Add(g, MemoryMarshal.Cast<byte, short>(source), Taps<short>(g, w, tap), sums);
            }
        }
    }

    internal static void Brain(in PassGeometry g, ReadOnlySpan<byte> x, ReadOnlySpan<byte> w, Span<float> acc, bool accumulate)
    {
        for (int pixel = 0; pixel < g.OutRows * g.OutCols; pixel++)
        {
            var sums = acc.Slice(pixel * g.OutPixelPitch, g.OutChannels);
            if (!accumulate) sums.Clear();
            for (int tap = 0; tap < g.KernelHeight * g.KernelWidth; tap++)
                Add(g, MemoryMarshal.Cast<byte, ushort>(Source(g, ArrayFormat.Bf16, x, pixel, tap)), Taps<ushort>(g, w, tap), sums);
            BrainFloat.MakeNaNsQuiet(sums);
        }
    }

    internal static void Binary(in PassGeometry g, ReadOnlySpan<byte> x, ReadOnlySpan<byte> w, Span<int> acc, bool accumulate)
    {
        int pitch = WeightLayout.RoundUp(g.OutChannels, WeightLayout.OutputBlock) / Lanes;
        for (int pixel = 0; pixel < g.OutRows * g.OutCols; pixel++)
        {
            var sums = acc.Slice(pixel * g.OutPixelPitch, g.OutChannels);
            if (!accumulate) sums.Clear();
            for (int tap = 0; tap < g.KernelHeight * g.KernelWidth; tap++)
            {
                var source = Source(g, ArrayFormat.Binary, x, pixel, tap);
                if (!source.IsEmpty) AddBits(g, source, w.Slice(tap * pitch, pitch), sums);
            }
        }
    }

    // The channels of the pixel under a tap; nothing where the tile has none.
    private static ReadOnlySpan<byte> Source(in PassGeometry g, ArrayFormat format, ReadOnlySpan<byte> x, int outPixel, int tap)
    {
        int iy = g.InputRow(outPixel / g.OutCols, tap / g.KernelWidth);
        int ix = g.InputColumn(outPixel % g.OutCols, tap % g.KernelWidth);
        return (uint)iy < (uint)g.InHeight && (uint)ix < (uint)g.InWidth
            ? x.Slice(iy * g.InRowPitch + ix * g.InPixelPitch, (int)format.PixelBytes(g.InChannels))
            : default;
    }

    private static ReadOnlySpan<T> Taps<T>(in PassGeometry g, ReadOnlySpan<byte> w, int tap)
        where T : unmanaged =>
        MemoryMarshal.Cast<byte, T>(w).Slice(tap * WeightLayout.RoundUp(g.OutChannels, WeightLayout.OutputBlock), g.OutChannels);

    private static void Add(in PassGeometry g, ReadOnlySpan<short> x, ReadOnlySpan<short> w, Span<int> sums)
    {
        int k = 0;
        if (g.ChannelMultiplier == 1)
        {
            for (; k <= sums.Length - Lanes; k += Lanes)
            {
                var (xLow, xHigh) = Vector128.Widen(Vector128.Create(x.Slice(k, Lanes)));
                var (wLow, wHigh) = Vector128.Widen(Vector128.Create(w.Slice(k, Lanes)));
                var target = sums.Slice(k, Lanes);
                (Vector256.Create<int>(target) + (Vector256.Create(xLow, xHigh) * Vector256.Create(wLow, wHigh))).CopyTo(target);
            }
        }

        for (; k < sums.Length; k++) sums[k] += x[k / g.ChannelMultiplier] * w[k];
    }

    private static void Add(in PassGeometry g, ReadOnlySpan<ushort> x, ReadOnlySpan<ushort> w, Span<float> sums)
    {
        int k = 0;
        if (g.ChannelMultiplier == 1)
        {
            for (; k <= sums.Length - Lanes; k += Lanes)
            {
                var value = x.IsEmpty ? Vector256<float>.Zero : Widened(x.Slice(k, Lanes));
                var target = sums.Slice(k, Lanes);
                Vector256.FusedMultiplyAdd(value, Widened(w.Slice(k, Lanes)), Vector256.Create<float>(target)).CopyTo(target);
            }
        }

        for (; k < sums.Length; k++) sums[k] = MathF.FusedMultiplyAdd(x.IsEmpty ? 0f : Value(x[k / g.ChannelMultiplier]), Value(w[k]), sums[k]);
    }

    // +1 where the bits are equal, −1 where they are not.
    private static void AddBits(in PassGeometry g, ReadOnlySpan<byte> x, ReadOnlySpan<byte> w, Span<int> sums)
    {
        int k = 0;
        if (g.ChannelMultiplier == 1)
        {
            var lanes = Vector256.Create(1, 2, 4, 8, 16, 32, 64, 128);
            for (; k <= sums.Length - Lanes; k += Lanes)
            {
                var equal = Vector256.Equals(Vector256.Create(x[k / Lanes] ^ w[k / Lanes]) & lanes, Vector256<int>.Zero);
                var target = sums.Slice(k, Lanes);
                // Equal lanes hold −1: −1 − 2·(−1) = 1 and −1 − 2·0 = −1.
                (Vector256.Create<int>(target) - Vector256<int>.One - (equal << 1)).CopyTo(target);
            }
        }

        for (; k < sums.Length; k++)
        {
            int channel = k / g.ChannelMultiplier;
            int differs = ((x[channel / Lanes] >> (channel % Lanes)) ^ (w[k / Lanes] >> (k % Lanes))) & 1;
            sums[k] += 1 - 2 * differs;
        }
    }

    private static Vector256<float> Widened(ReadOnlySpan<ushort> values)
    {
        var (low, high) = Vector128.Widen(Vector128.Create(values));
        return (Vector256.Create(low, high) << 16).AsSingle();
    }

    private static float Value(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);
}
