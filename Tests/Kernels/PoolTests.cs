using FsCheck.Xunit;
using NpuSim.Kernels;
using Xunit;

namespace NpuSim.Tests.Kernels;

public sealed class PoolTests
{
    [Property(MaxTest = 150)]
    public void Every_level_pools_as_the_formulas_say(int seed)
    {
        var random = new Random(seed);
        var g = Geometry(random);
        var x = Samples.Bytes(random, (g.InHeight * g.InWidth - 1) * g.InPixelPitch + g.Channels);
        int low = random.Next(-128, 0), high = random.Next(0, 128);
        bool countPadding = random.Next(2) == 0;
        QuantParameters a = new(random.Next(-128, 128), 0, 0, random.NextSingle() + 0.01f), o = new(random.Next(-128, 128), 0, 0,
            random.NextSingle() + 0.01f);
        foreach (var level in Simd.Supported)
        {
            var max = new sbyte[(g.OutRows * g.OutCols - 1) * g.OutPixelPitch + g.Channels];
            var (fix, real) = (new sbyte[max.Length], new sbyte[max.Length]);
            PoolKernel.Max(level, g, x, max, low, high);
            PoolKernel.AverageFixed(level, g, x, fix, countPadding, low, high);
            PoolKernel.AverageFloat(level, g, x, real, countPadding, a, o, low, high);
            for (int i = 0; i < g.OutRows * g.OutCols * g.Channels; i++)
            {
                var taps = Taps(g, x, i / g.Channels, i % g.Channels);
                int place = i / g.Channels * g.OutPixelPitch + i % g.Channels;
                int n = countPadding ? g.KernelHeight * g.KernelWidth : taps.Count;
                Assert.Equal(Math.Clamp(taps.Count == 0 ? -128 : taps.Max(), low, high), max[place]);
                Assert.Equal(Math.Clamp(FixedMean(taps.Sum(), n), low, high), fix[place]);
                Assert.Equal(Math.Clamp(FloatMean(taps, n, a, o), low, high), real[place]);
            }
        }
    }

    [Fact]
    public void Means_take_halves_away_from_zero_in_fixed_point_and_to_even_in_float()
    {
        var g = new PoolGeometry(1, 2, 1, 2, 1, 4, 0, 0, 1, 2, 1, 1, 1);
        sbyte[] x = [2, 3, -2, -3];
        var output = new sbyte[2];
        PoolKernel.AverageFixed(g, x, output, false, -128, 127);
        Assert.Equal([3, -3], output);
        PoolKernel.AverageFloat(g, x, output, false, new(0, 0, 0, 1), new(0, 0, 0, 1), -128, 127);
        Assert.Equal([2, -2], output);
    }

    [Fact]
    public void Spans_too_short_for_the_geometry_are_refused()
    {
        var g = new PoolGeometry(2, 2, 2, 2, 4, 4, 0, 0, 2, 2, 3, 3, 3);
        Assert.Throws<ArgumentException>(() => PoolKernel.Max(g, new sbyte[47], new sbyte[12], -128, 127));
        Assert.Throws<ArgumentException>(() => PoolKernel.Max(g, new sbyte[48], new sbyte[11], -128, 127));
        Assert.Throws<ArgumentException>(() => PoolKernel.Max(g with { StrideX = 0 }, new sbyte[48], new sbyte[12], -128, 127));
    }

    private static PoolGeometry Geometry(Random random)
    {
        int channels = random.Next(1, 3 * 64 + 2);
        return new PoolGeometry(random.Next(1, 4), random.Next(1, 4), random.Next(1, 4), random.Next(1, 4), random.Next(1, 7),
            random.Next(1, 7),
            random.Next(-1, 3), random.Next(-1, 3), random.Next(1, 5), random.Next(1, 5), channels, channels + random.Next(3),
            channels + random.Next(3));
    }

    private static List<int> Taps(PoolGeometry g, sbyte[] x, int pixel, int channel)
    {
        var taps = new List<int>();
        for (int tap = 0; tap < g.KernelHeight * g.KernelWidth; tap++)
        {
            int iy = pixel / g.OutCols * g.StrideY - g.PadTop + tap / g.KernelWidth;
            int ix = pixel % g.OutCols * g.StrideX - g.PadLeft + tap % g.KernelWidth;
            if (iy >= 0 && iy < g.InHeight && ix >= 0 && ix < g.InWidth) taps.Add(x[(iy * g.InWidth + ix) * g.InPixelPitch + channel]);
        }

        return taps;
    }

    private static int FixedMean(int sum, int n) => n == 0 ? 0 : (int)Math.Round((decimal)sum / n, MidpointRounding.AwayFromZero);

    private static double FloatMean(List<int> taps, int n, QuantParameters a, QuantParameters o)
    {
        if (n == 0) return o.Zero;
        float value = (float)taps.Sum(tap => tap - a.Zero) * a.Scale / n / o.Scale;
        return Math.Round((double)value, MidpointRounding.ToEven) + o.Zero;
    }
}
