using NpuSim.Kernels;

namespace NpuSim.Tests.Kernels;

/// <summary>Random passes in a format other than int8: the values that operands stand for, and the bytes that hold them.</summary>
internal sealed class FormatCase
{
    private readonly double[] _activations;
    private readonly double[] _weights;
    private readonly bool _depthwise;

    private FormatCase(ArrayFormat format, PassGeometry geometry, bool depthwise, Random random)
    {
        (Format, Geometry, _depthwise) = (format, geometry, depthwise);
        var g = geometry;
        int pixelBytes = (int)format.PixelBytes(g.InChannels);
        Input = new byte[((g.InHeight - 1) * g.InRowPitch) + ((g.InWidth - 1) * g.InPixelPitch) + pixelBytes];
        // What lies between pixels and in padding must not matter.
        random.NextBytes(Input);
        short[] codes = Codes(random, format, weights: false, g.InHeight * g.InWidth * g.InChannels);
        _activations = [.. codes.Select(code => Value(format, code, weight: false))];
        for (int pixel = 0; pixel < g.InHeight * g.InWidth; pixel++)
        {
            var packed = new byte[pixelBytes];
            var activations = format is ArrayFormat.Int4 or ArrayFormat.Log2 ? ArrayFormat.Int8 : format;
            activations.PackElements(codes.AsSpan(pixel * g.InChannels, g.InChannels), packed);
            packed.CopyTo(Input, (pixel / g.InWidth * g.InRowPitch) + (pixel % g.InWidth * g.InPixelPitch));
        }

        int taps = g.KernelHeight * g.KernelWidth;
        short[] weights = Codes(random, format, weights: true, g.OutChannels * taps * (depthwise ? 1 : g.InChannels));
        _weights = [.. weights.Select(code => Value(format, code, weight: true))];
        Weights = depthwise ? PackDepthwise(random, weights) : PackDense(random, weights);
        Accumulators = new byte[4 * (int)g.AccumulatorExtent];
        for (int i = 0; i < Accumulators.Length / 4; i++)
        {
            if (format == ArrayFormat.Bf16) BitConverter.TryWriteBytes(Accumulators.AsSpan(4 * i), (random.NextSingle() - 0.5f) * 10);
            else BitConverter.TryWriteBytes(Accumulators.AsSpan(4 * i), random.Next());
        }
    }

    internal ArrayFormat Format { get; }

    internal PassGeometry Geometry { get; }

    internal byte[] Input { get; }

    internal byte[] Weights { get; }

    internal byte[] Accumulators { get; }

    internal static FormatCase Random(ArrayFormat format, int seed, bool depthwise)
    {
        var random = new Random(seed);
        bool wide = format == ArrayFormat.Binary && random.Next(2) == 0;
        int channels = random.Next(1, wide ? 140 : 41), multiplier = depthwise && random.Next(3) == 0 ? random.Next(2, 4) : 1;
        int outChannels = depthwise ? channels * multiplier : random.Next(1, 50), height = random.Next(1, 8), width = random.Next(1, 9);
        int pixel = (int)format.PixelBytes(channels) + (random.Next(2) * 2 * random.Next(6));
        bool zeros = format is ArrayFormat.Int4 or ArrayFormat.Log2;
        var g = new PassGeometry(
            height, width, channels, (width * pixel) + (2 * random.Next(9)), pixel, random.Next(1, 5), random.Next(1, 5), random.Next(1, 4), random.Next(1, 4),
            random.Next(1, 4), random.Next(1, 4), random.Next(-2, 5), random.Next(-2, 5), random.Next(1, 6), random.Next(1, 12), outChannels,
            outChannels + random.Next(5), zeros ? random.Next(-128, 128) : 0, format == ArrayFormat.Int4 ? random.Next(-8, 8) : 0, multiplier);
        return new FormatCase(format, g, depthwise, random);
    }

    internal byte[] Run(SimdLevel level, bool accumulate)
    {
        byte[] acc = [.. Accumulators];
        if (_depthwise) FormatKernel.Depthwise(level, Format, Geometry, Input, Weights, acc, accumulate);
        else FormatKernel.Dense(level, Format, Geometry, Input, Weights, acc, accumulate);
        return acc;
    }

    /// <summary>The sum of an output by the formula, from values; in the order that bfloat16 defines.</summary>
    internal double Expected(int outPixel, int k, double start)
    {
        var g = Geometry;
        double sum = start;
        for (int tap = 0; tap < g.KernelHeight * g.KernelWidth; tap++)
        {
            int iy = g.InputRow(outPixel / g.OutCols, tap / g.KernelWidth), ix = g.InputColumn(outPixel % g.OutCols, tap % g.KernelWidth);
            bool inside = iy >= 0 && iy < g.InHeight && ix >= 0 && ix < g.InWidth;
            for (int c = 0; c < (_depthwise ? 1 : g.InChannels); c++)
            {
                int channel = _depthwise ? k / g.ChannelMultiplier : c;
                double weight = _weights[_depthwise ? (tap * g.OutChannels) + k : (((k * g.KernelHeight * g.KernelWidth) + tap) * g.InChannels) + c] - g.WeightZero;
                double value = inside ? _activations[(((iy * g.InWidth) + ix) * g.InChannels) + channel] - g.InputZero : 0;
                sum = Format == ArrayFormat.Bf16 ? MathF.FusedMultiplyAdd((float)value, (float)weight, (float)sum) : sum + (value * weight);
            }
        }

        return sum;
    }

    private byte[] PackDense(Random random, short[] weights)
    {
        var g = Geometry;
        int taps = g.KernelHeight * g.KernelWidth, blocks = (g.OutChannels + 15) / 16, group = Format == ArrayFormat.Binary ? 32 : 4;
        int padded = (g.InChannels + group - 1) / group * group;
        short[] elements = Codes(random, Format, weights: true, blocks * 16 * taps * padded);
        for (int i = 0; i < weights.Length; i++)
        {
            int k = i / g.InChannels / taps, tap = i / g.InChannels % taps, depth = (tap * padded) + (i % g.InChannels);
            elements[(k / 16 * 16 * taps * padded) + (depth / group * group * 16) + (k % 16 * group) + (depth % group)] = weights[i];
        }

        return Packed(elements, Format.DenseBytes(g.OutChannels, g.KernelHeight, g.KernelWidth, g.InChannels));
    }

    private byte[] PackDepthwise(Random random, short[] weights)
    {
        var g = Geometry;
        int pitch = (g.OutChannels + 15) / 16 * 16;
        short[] elements = Codes(random, Format, weights: true, g.KernelHeight * g.KernelWidth * pitch);
        for (int i = 0; i < weights.Length; i++) elements[(i / g.OutChannels * pitch) + (i % g.OutChannels)] = weights[i];
        return Packed(elements, Format.DepthwiseBytes(g.OutChannels, g.KernelHeight, g.KernelWidth));
    }

    private byte[] Packed(short[] elements, long bytes)
    {
        byte[] packed = new byte[bytes];
        Format.PackElements(elements, packed);
        return packed;
    }

    private static short[] Codes(Random random, ArrayFormat format, bool weights, int count)
    {
        short[] codes = new short[count];
        for (int i = 0; i < count; i++)
        {
            bool extreme = random.Next(6) == 0;
            codes[i] = format switch
            {
                ArrayFormat.Int4 or ArrayFormat.Log2 when weights => (short)random.Next(16),
                ArrayFormat.Int8 or ArrayFormat.Int4 or ArrayFormat.Log2 => extreme ? (short)-128 : (short)random.Next(-128, 128),
                ArrayFormat.Int16 => extreme ? short.MinValue : (short)random.Next(short.MinValue, short.MaxValue + 1),
                ArrayFormat.Binary => (short)random.Next(2),
                ArrayFormat.Bf16 => Brain(random, extreme),
                ArrayFormat.Float32 => throw new ArgumentException("it has tests of its own", nameof(format)),
            };
        }

        return codes;
    }

    private static short Brain(Random random, bool extreme) => extreme && random.Next(20) == 0
        ? (short)(random.Next(3) switch { 0 => 0x7F80, 1 => -0x80, _ => 0x7FC1 })
        : (short)(BitConverter.SingleToInt32Bits((random.NextSingle() - 0.5f) * (extreme ? 1e-38f : 4f)) >> 16);

    private static double Value(ArrayFormat format, short code, bool weight) => format switch
    {
        ArrayFormat.Int4 when weight => code < 8 ? code : code - 16,
        ArrayFormat.Log2 when weight => (code & 7) == 0 ? 0 : Math.ScaleB((code & 8) == 0 ? 1 : -1, (code & 7) - 1),
        ArrayFormat.Int8 or ArrayFormat.Int4 or ArrayFormat.Log2 or ArrayFormat.Int16 => code,
        ArrayFormat.Binary => code == 1 ? 1 : -1,
        ArrayFormat.Bf16 => BitConverter.Int32BitsToSingle(code << 16),
        ArrayFormat.Float32 => throw new ArgumentException("it has tests of its own", nameof(format)),
    };
}
