using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NpuSim.Kernels;

/// <summary>Product of an activation and a weight of an integer format.</summary>
internal interface IIntegerFormat
{
    /// <summary>Index of a dense weight, in elements.</summary>
    static abstract int DenseElement(in PassGeometry g, int k, int tap, int channel);

    /// <summary>The product of a channel of a pixel and a weight, each less its zero point.</summary>
    static abstract int Product(in PassGeometry g, ReadOnlySpan<byte> pixel, int channel, ReadOnlySpan<byte> w, int element);
}

/// <summary>int8 × int4.</summary>
internal readonly struct Int4Format : IIntegerFormat
{
    public static int DenseElement(in PassGeometry g, int k, int tap, int channel) => DenseOrder.Element(g, k, tap, channel);

    public static int Product(in PassGeometry g, ReadOnlySpan<byte> pixel, int channel, ReadOnlySpan<byte> w, int element) =>
        ((sbyte)pixel[channel] - g.InputZero) * (((NibbleWeights.Code(w, element) ^ 8) - 8) - g.WeightZero);
}

/// <summary>int8 × signed power of two: a shift and a sign.</summary>
internal readonly struct Log2Format : IIntegerFormat
{
    public static int DenseElement(in PassGeometry g, int k, int tap, int channel) => DenseOrder.Element(g, k, tap, channel);

    public static int Product(in PassGeometry g, ReadOnlySpan<byte> pixel, int channel, ReadOnlySpan<byte> w, int element)
    {
        int code = NibbleWeights.Code(w, element), exponent = code & 7;
        if (exponent == 0) return 0;
        int shifted = ((sbyte)pixel[channel] - g.InputZero) << (exponent - 1);
        return (code & 8) == 0 ? shifted : -shifted;
    }
}

/// <summary>int16 × int16.</summary>
internal readonly struct Int16Format : IIntegerFormat
{
    public static int DenseElement(in PassGeometry g, int k, int tap, int channel) => DenseOrder.Element(g, k, tap, channel);

    public static int Product(in PassGeometry g, ReadOnlySpan<byte> pixel, int channel, ReadOnlySpan<byte> w, int element) =>
        BinaryPrimitives.ReadInt16LittleEndian(pixel[(2 * channel)..]) * BinaryPrimitives.ReadInt16LittleEndian(w[(2 * element)..]);
}

/// <summary>±1 × ±1.</summary>
internal readonly struct BinaryFormat : IIntegerFormat
{
    public static int DenseElement(in PassGeometry g, int k, int tap, int channel)
    {
        int words = (g.InChannels + ArrayFormats.BinaryGroup - 1) / ArrayFormats.BinaryGroup;
        int word = (((k / WeightLayout.OutputBlock * g.KernelHeight * g.KernelWidth) + tap) * words) + (channel / ArrayFormats.BinaryGroup);
        return (((word * WeightLayout.OutputBlock) + (k % WeightLayout.OutputBlock)) * ArrayFormats.BinaryGroup) + (channel % ArrayFormats.BinaryGroup);
    }

    public static int Product(in PassGeometry g, ReadOnlySpan<byte> pixel, int channel, ReadOnlySpan<byte> w, int element) =>
        Bit(pixel, channel) == Bit(w, element) ? 1 : -1;

    private static int Bit(ReadOnlySpan<byte> bits, int index) => (bits[index / 8] >> (index % 8)) & 1;
}

/// <summary>The order of dense weights that have as many bits each.</summary>
internal static class DenseOrder
{
    internal static int Element(in PassGeometry g, int k, int tap, int channel) => WeightLayout.DenseOffset(
        k, (tap * WeightLayout.RoundUp(g.InChannels, WeightLayout.InputGroup)) + channel, WeightLayout.PaddedDepth(g.KernelHeight, g.KernelWidth, g.InChannels));
}

/// <summary>The definition of passes in the integer formats, one accumulator after the other.</summary>
internal static class FormatScalar<TFormat>
    where TFormat : struct, IIntegerFormat
{
    internal static void Run(in PassGeometry g, ReadOnlySpan<byte> x, ReadOnlySpan<byte> w, Span<int> acc, bool accumulate, bool depthwise)
    {
        for (int pixel = 0; pixel < g.OutRows * g.OutCols; pixel++)
        {
            var target = acc.Slice(pixel * g.OutPixelPitch, g.OutChannels);
            for (int k = 0; k < g.OutChannels; k++)
            {
                int sum = Sum(g, x, w, pixel, k, depthwise);
                target[k] = accumulate ? target[k] + sum : sum;
            }
        }
    }

    private static int Sum(in PassGeometry g, ReadOnlySpan<byte> x, ReadOnlySpan<byte> w, int outPixel, int k, bool depthwise)
    {
        int sum = 0;
        for (int tap = 0; tap < g.KernelHeight * g.KernelWidth; tap++)
        {
            int iy = g.InputRow(outPixel / g.OutCols, tap / g.KernelWidth);
            int ix = g.InputColumn(outPixel % g.OutCols, tap % g.KernelWidth);
            if ((uint)iy >= (uint)g.InHeight || (uint)ix >= (uint)g.InWidth) continue;
            var source = x[(iy * g.InRowPitch + ix * g.InPixelPitch)..];
            if (depthwise)
            {
                sum += TFormat.Product(g, source, k / g.ChannelMultiplier, w, (tap * WeightLayout.RoundUp(g.OutChannels, WeightLayout.OutputBlock)) + k);
                continue;
            }

            for (int c = 0; c < g.InChannels; c++) sum += TFormat.Product(g, source, c, w, TFormat.DenseElement(g, k, tap, c));
        }

        return sum;
    }
}

/// <summary>The definition of bfloat16 passes: one chain of fused multiply-adds for each output, over ascending (r, s, c). A tap outside the tile is
/// a zero activation; a NaN is the one quiet NaN 0x7FC00000.</summary>
internal static class BrainScalar
{
    internal static void Run(in PassGeometry g, ReadOnlySpan<byte> x, ReadOnlySpan<byte> w, Span<float> acc, bool accumulate, bool depthwise)
    {
        for (int pixel = 0; pixel < g.OutRows * g.OutCols; pixel++)
        {
            var target = acc.Slice(pixel * g.OutPixelPitch, g.OutChannels);
            for (int k = 0; k < g.OutChannels; k++)
            {
                float sum = Chain(g, x, w, pixel, k, accumulate ? target[k] : 0f, depthwise);
                target[k] = float.IsNaN(sum) ? BrainFloat.QuietNaN : sum;
            }
        }
    }

    private static float Chain(in PassGeometry g, ReadOnlySpan<byte> x, ReadOnlySpan<byte> w, int outPixel, int k, float sum, bool depthwise)
    {
        for (int tap = 0; tap < g.KernelHeight * g.KernelWidth; tap++)
        {
            int iy = g.InputRow(outPixel / g.OutCols, tap / g.KernelWidth);
            int ix = g.InputColumn(outPixel % g.OutCols, tap % g.KernelWidth);
            bool inside = (uint)iy < (uint)g.InHeight && (uint)ix < (uint)g.InWidth;
            var source = inside ? x[(iy * g.InRowPitch + ix * g.InPixelPitch)..] : default;
            if (depthwise)
            {
                int element = (tap * WeightLayout.RoundUp(g.OutChannels, WeightLayout.OutputBlock)) + k;
                sum = MathF.FusedMultiplyAdd(inside ? BrainFloat.At(source, k / g.ChannelMultiplier) : 0f, BrainFloat.At(w, element), sum);
                continue;
            }

            for (int c = 0; c < g.InChannels; c++)
                sum = MathF.FusedMultiplyAdd(inside ? BrainFloat.At(source, c) : 0f, BrainFloat.At(w, DenseOrder.Element(g, k, tap, c)), sum);
        }

        return sum;
    }
}

/// <summary>bfloat16 values: the upper half of a float32.</summary>
internal static class BrainFloat
{
    internal static float QuietNaN => BitConverter.UInt32BitsToSingle(0x7FC0_0000);

    internal static float At(ReadOnlySpan<byte> values, int index) =>
        BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(values[(2 * index)..]) << 16);

    /// <summary>The bits of the nearest bfloat16 to a float32, ties to even; 0x7FC0 for a NaN.</summary>
    internal static ushort Rounded(uint bits) =>
        (bits & 0x7FFF_FFFF) > 0x7F80_0000 ? (ushort)0x7FC0 : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);

    /// <summary>target[i] = source[i], exactly.</summary>
    internal static void Widen(ReadOnlySpan<byte> source, Span<float> target)
    {
        var from = MemoryMarshal.Cast<byte, ushort>(source)[..target.Length];
        ref ushort first = ref MemoryMarshal.GetReference(from);
        ref float to = ref MemoryMarshal.GetReference(target);
        int i = 0;
        for (; i <= target.Length - Vector256<ushort>.Count; i += Vector256<ushort>.Count)
        {
            var (lower, upper) = Vector256.Widen(Vector256.LoadUnsafe(ref first, (nuint)i));
            Vector256.StoreUnsafe(Vector256.AsSingle(lower << 16), ref to, (nuint)i);
            Vector256.StoreUnsafe(Vector256.AsSingle(upper << 16), ref to, (nuint)(i + 8));
        }

        for (; i < target.Length; i++) target[i] = BitConverter.UInt32BitsToSingle((uint)from[i] << 16);
    }

    /// <summary>Makes every NaN the quiet one, so that a result does not depend on which operand's bits a processor hands on.</summary>
    internal static void MakeNaNsQuiet(Span<float> values)
    {
        ref float start = ref MemoryMarshal.GetReference(values);
        int i = 0;
        for (; i <= values.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            var value = Vector256.LoadUnsafe(ref start, (nuint)i);
            Vector256.ConditionalSelect(Vector256.Equals(value, value), value, Vector256.Create(QuietNaN)).StoreUnsafe(ref start, (nuint)i);
        }

        for (; i < values.Length; i++)
        {
            if (float.IsNaN(values[i])) values[i] = QuietNaN;
        }
    }
}
