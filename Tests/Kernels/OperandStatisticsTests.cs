using System.Numerics;
using NpuSim.Kernels;
using Xunit;

namespace NpuSim.Tests.Kernels;

/// <summary>Statistics of operands against counting one product, one bit after the other.</summary>
public sealed class OperandStatisticsTests
{
    public static TheoryData<ArrayFormat> Formats => new(Enum.GetValues<ArrayFormat>());

    [Theory]
    [MemberData(nameof(Formats))]
    public void Every_level_counts_the_zeros_that_a_multiplier_sees(ArrayFormat format)
    {
        var random = new Random(1);
        int zeroPoint = format is ArrayFormat.Int8 or ArrayFormat.Int4 or ArrayFormat.Log2 ? -3 : 0;
        var pattern = ZeroPattern.OfActivations(format, zeroPoint);
        for (int length = 0; length <= 3 * 32 * 4 + 1; length++)
        {
            byte[] bytes = Bytes(random, length, (byte)zeroPoint);
            long expected = Enumerable.Range(0, length / pattern.ElementBytes).LongCount(element => IsZeroActivation(format, bytes, element, zeroPoint));
            foreach (var level in Simd.Supported) Assert.Equal(expected, ZeroKernel.Count(level, bytes, pattern));
        }
    }

    [Fact]
    public void Every_level_counts_the_bits_in_which_words_differ()
    {
        var random = new Random(2);
        for (int length = 0; length < 100; length++)
        {
            byte[] a = Bytes(random, length, 0), b = Bytes(random, length, 0);
            long expected = a.Zip(b, (x, y) => (long)BitOperations.PopCount((uint)(x ^ y))).Sum();
            foreach (var level in Simd.Supported) Assert.Equal(expected, ToggleKernel.Distance(level, a, b));
        }
    }

    [Fact]
    public void Changes_are_counted_from_row_to_row_and_one_in_so_many_where_a_step_says_so()
    {
        byte[] rows = Bytes(new Random(3), 9 * 10, 0);
        foreach (int step in new[] { 1, 2, 3, 8, 20 })
        {
            long flips = 0, bits = 0;
            for (int row = 0; row < 8; row += step)
            {
                for (int i = 0; i < 7; i++, bits += 8) flips += BitOperations.PopCount((uint)(rows[row * 10 + i] ^ rows[(row + 1) * 10 + i]));
            }

            Assert.Equal(new ToggleCount(flips, bits), ToggleKernel.Rows(rows, 9, 7, 10, step));
        }
    }

    [Fact]
    public void Constant_words_do_not_toggle_and_opposite_ones_do_in_every_bit()
    {
        byte[] constant = [.. Enumerable.Repeat((byte)0x5A, 64)], opposite = [.. Enumerable.Range(0, 64).Select(i => i / 8 % 2 == 0 ? (byte)0x5A : (byte)0xA5)];
        Assert.Equal(new ToggleCount(0, 56 * 8), ToggleKernel.Words(constant, 8, 1));
        Assert.Equal(new ToggleCount(56 * 8, 56 * 8), ToggleKernel.Words(opposite, 8, 1));
        Assert.Equal(default, ToggleKernel.Words(constant, 64, 1));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Products_with_a_zero_activation_are_those_that_a_loop_over_all_products_finds(ArrayFormat format)
    {
        for (int seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            bool depthwise = seed % 2 == 1;
            var g = Geometry(random, format, depthwise);
            byte[] x = Bytes(random, (int)(g.InputExtent - g.InChannels + format.PixelBytes(g.InChannels)), (byte)g.InputZero);
            long expected = Products(format, g, x, depthwise);
            int cut = random.Next(g.InHeight + 1);
            foreach (var level in Simd.Supported)
            {
                Assert.Equal(expected, ZeroProducts.Count(level, format, g, x, 0, g.InHeight, depthwise));
                Assert.Equal(
                    expected,
                    ZeroProducts.Count(level, format, g, x, 0, cut, depthwise) + ZeroProducts.Count(level, format, g, x, cut, g.InHeight, depthwise));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Products_of_matrices_with_a_zero_are_counted_row_by_row(ArrayFormat format)
    {
        const int Rows = 5, Depth = 23, Columns = 9;
        int zero = format is ArrayFormat.Int8 or ArrayFormat.Int4 or ArrayFormat.Log2 ? 4 : 0, bytes = (int)format.PixelBytes(Depth);
        foreach (int pitch in new[] { bytes, bytes + 4 })
        {
            byte[] a = Bytes(new Random(5), Rows * pitch, (byte)zero);
            long zeros = Enumerable.Range(0, Rows).Sum(row => Enumerable.Range(0, Depth).LongCount(k => IsZeroActivation(format, a.AsSpan(row * pitch), k, zero)));
            Assert.Equal(Columns * zeros, ZeroProducts.Count(format, a, Rows, Depth, pitch, Columns, zero));
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Zero_weights_are_counted_without_the_places_of_channels_that_do_not_exist(ArrayFormat format)
    {
        var random = new Random(7);
        int zero = format is ArrayFormat.Int8 or ArrayFormat.Int4 ? 2 : 0;
        foreach (var (k, taps, c) in new[] { (1, 1, 1), (16, 9, 4), (17, 3, 5), (33, 4, 38), (40, 1, 64) })
        {
            byte[] dense = Bytes(random, (int)format.DenseBytes(k, taps, 1, c), (byte)(zero | (zero << 4)));
            byte[] depthwise = Bytes(random, (int)format.DepthwiseBytes(k, taps, 1), (byte)(zero | (zero << 4)));
            long expected = 0, expectedDepthwise = 0;
            for (int tap = 0; tap < taps; tap++)
            {
                for (int out1 = 0; out1 < k; out1++)
                {
                    for (int channel = 0; channel < c; channel++) expected += IsZeroWeight(format, dense, Place(format, out1, tap, taps, channel, c), zero) ? 1 : 0;
                    expectedDepthwise += IsZeroWeight(format, depthwise, tap * WeightLayout.RoundUp(k, 16) + out1, zero) ? 1 : 0;
                }
            }

            Assert.Equal(new ZeroCount(expected, (long)k * taps * c), WeightStatistics.DenseZeros(format, dense, k, taps, c, zero, 1));
            Assert.Equal(new ZeroCount(expectedDepthwise, (long)k * taps), WeightStatistics.DepthwiseZeros(format, depthwise, k, taps, zero));
        }
    }

    private static int Place(ArrayFormat format, int k, int tap, int taps, int channel, int channels)
    {
        int group = format == ArrayFormat.Binary ? 32 : 4, groups = (channels + group - 1) / group;
        return (((k / 16 * taps + tap) * groups + channel / group) * 16 + k % 16) * group + channel % group;
    }

    private static long Products(ArrayFormat format, PassGeometry g, byte[] x, bool depthwise)
    {
        long zeros = 0;
        for (int pixel = 0; pixel < g.OutRows * g.OutCols; pixel++)
        {
            for (int tap = 0; tap < g.KernelHeight * g.KernelWidth; tap++)
            {
                int iy = g.InputRow(pixel / g.OutCols, tap / g.KernelWidth), ix = g.InputColumn(pixel % g.OutCols, tap % g.KernelWidth);
                if (iy < 0 || iy >= g.InHeight || ix < 0 || ix >= g.InWidth) continue;
                var place = x.AsSpan(iy * g.InRowPitch + ix * g.InPixelPitch);
                for (int k = 0; k < g.OutChannels; k++)
                {
                    for (int c = 0; c < (depthwise ? 1 : g.InChannels); c++)
                        zeros += IsZeroActivation(format, place, depthwise ? k / g.ChannelMultiplier : c, g.InputZero) ? 1 : 0;
                }
            }
        }

        return zeros;
    }

    private static PassGeometry Geometry(Random random, ArrayFormat format, bool depthwise)
    {
        int channels = random.Next(1, 20), multiplier = depthwise ? random.Next(1, 4) : 1, width = random.Next(1, 12), height = random.Next(1, 8);
        int aligned = ((int)format.PixelBytes(channels) + 3) / 4 * 4, pixel = random.Next(2) == 0 ? (int)format.PixelBytes(channels) : aligned + random.Next(3) * 4;
        bool zeroPoint = format is ArrayFormat.Int8 or ArrayFormat.Int4 or ArrayFormat.Log2;
        return new PassGeometry(
            height, width, channels, width * pixel + random.Next(2) * 4, pixel, random.Next(1, 6), random.Next(1, 6), random.Next(1, 4), random.Next(1, 4),
            random.Next(1, 3), random.Next(1, 3), random.Next(-1, 4), random.Next(-1, 4), random.Next(1, 7), random.Next(1, 9),
            depthwise ? Math.Max(1, channels * multiplier - random.Next(3)) : random.Next(1, 6), 64, zeroPoint ? random.Next(-128, 128) : 0, 0, multiplier);
    }

    // Half of the bytes are the one that stands for zero; so are all bytes of every other word of eight, for the wider formats.
    private static byte[] Bytes(Random random, int length, byte zero)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        for (int i = 0; i < length; i++) bytes[i] = random.Next(2) == 0 || i / 8 % 2 == 0 && random.Next(9) > 0 ? zero : bytes[i];
        for (int i = 0; i + 3 < length && zero == 0; i += 24) (bytes[i], bytes[i + 1], bytes[i + 2], bytes[i + 3]) = (0, 0x80, (byte)(i / 24 % 2), 0x80);
        return bytes;
    }

    private static bool IsZeroActivation(ArrayFormat format, ReadOnlySpan<byte> pixel, int channel, int zeroPoint) => format switch
    {
        ArrayFormat.Int8 or ArrayFormat.Int4 or ArrayFormat.Log2 => (sbyte)pixel[channel] - zeroPoint == 0,
        ArrayFormat.Int16 => BitConverter.ToInt16(pixel[(2 * channel)..]) == 0,
        ArrayFormat.Bf16 => BitConverter.UInt32BitsToSingle((uint)BitConverter.ToUInt16(pixel[(2 * channel)..]) << 16) == 0f,
        ArrayFormat.Float32 => RoundsToZero(BitConverter.ToUInt32(pixel[(4 * channel)..])),
        ArrayFormat.Binary => false,
    };

    private static bool IsZeroWeight(ArrayFormat format, byte[] w, int element, int zeroPoint) => format switch
    {
        ArrayFormat.Int4 => (((w[element / 2] >> (element % 2 * 4)) & 15 ^ 8) - 8) - zeroPoint == 0,
        ArrayFormat.Log2 => ((w[element / 2] >> (element % 2 * 4)) & 7) == 0,
        ArrayFormat.Int8 or ArrayFormat.Int16 or ArrayFormat.Bf16 or ArrayFormat.Float32 or ArrayFormat.Binary => IsZeroActivation(format, w, element, zeroPoint),
    };

    // To the nearest of 0 and the smallest bfloat16, 2^-133, half to even.
    private static bool RoundsToZero(uint bits) => Math.Abs((double)BitConverter.UInt32BitsToSingle(bits)) <= Math.ScaleB(1, -134);
}
