using FsCheck.Xunit;
using NpuSim.Kernels;
using Xunit;

namespace NpuSim.Tests.Kernels;

/// <summary>A grouped convolution is one dense pass per group, over some channels of each pixel on both sides.</summary>
public sealed class GroupedConvolutionTests
{
    [Property(MaxTest = 200)]
    public void Every_level_follows_the_formula_and_leaves_other_groups_alone(int seed)
    {
        var random = new Random(seed);
        int groups = random.Next(2, 6), depth = random.Next(1, 21), outputs = random.Next(1, 37);
        var g = Geometry(random, groups * depth, groups * outputs);
        var x = Samples.Bytes(random, (int)g.InputExtent);
        var w = Samples.Bytes(random, g.OutChannels * g.KernelHeight * g.KernelWidth * depth);
        int[] before = Samples.Integers(random, (int)g.AccumulatorExtent);
        var expected = new int[before.Length];
        for (int i = 0; i < expected.Length; i++)
            expected[i] = unchecked(before[i] + Sum(g, groups, x, w, i / g.OutChannels, i % g.OutChannels));
        foreach (var level in Simd.Supported)
        {
            int[] actual = [.. before];
            Run(level, g, groups, x, w, actual);
            Assert.True(expected.AsSpan().SequenceEqual(actual), $"{level} {groups} groups {g}");
        }
    }

    private static PassGeometry Geometry(Random random, int channels, int outChannels)
    {
        int width = random.Next(1, 10);
        return new PassGeometry(
            InHeight: random.Next(1, 9), InWidth: width, InChannels: channels, InRowPitch: width * channels, InPixelPitch: channels,
            KernelHeight: random.Next(1, 4), KernelWidth: random.Next(1, 4), StrideY: random.Next(1, 4), StrideX: random.Next(1, 4),
            DilationY: random.Next(1, 4), DilationX: random.Next(1, 4), PadTop: random.Next(-2, 4), PadLeft: random.Next(-2, 4),
            OutRows: random.Next(1, 5), OutCols: random.Next(1, 9), OutChannels: outChannels, OutPixelPitch: outChannels,
            InputZero: random.Next(-128, 128), WeightZero: random.Next(2) * random.Next(-128, 128));
    }

    private static void Run(SimdLevel level, in PassGeometry g, int groups, sbyte[] x, sbyte[] w, int[] acc)
    {
        int depth = g.InChannels / groups, outputs = g.OutChannels / groups, kernel = g.KernelHeight * g.KernelWidth * depth;
        var pass = g with { InChannels = depth, OutChannels = outputs };
        var packed = new sbyte[WeightLayout.DenseBytes(outputs, g.KernelHeight, g.KernelWidth, depth)];
        for (int group = 0; group < groups; group++)
        {
            WeightLayout.PackDense<sbyte>(w.AsSpan(group * outputs * kernel, outputs * kernel), outputs, g.KernelHeight, g.KernelWidth, depth,
                (sbyte)g.WeightZero, packed);
            ConvolutionKernel.Dense(level, pass, x.AsSpan(group * depth), packed, acc.AsSpan(group * outputs), true);
        }
    }

    private static int Sum(in PassGeometry g, int groups, sbyte[] x, sbyte[] w, int pixel, int k)
    {
        int depth = g.InChannels / groups, first = k / (g.OutChannels / groups) * depth, sum = 0;
        for (int tap = 0; tap < g.KernelHeight * g.KernelWidth; tap++)
        {
            int iy = g.InputRow(pixel / g.OutCols, tap / g.KernelWidth), ix = g.InputColumn(pixel % g.OutCols, tap % g.KernelWidth);
            if (iy < 0 || iy >= g.InHeight || ix < 0 || ix >= g.InWidth) continue;
            for (int c = 0; c < depth; c++)
            {
                int value = x[iy * g.InRowPitch + ix * g.InPixelPitch + first + c] - g.InputZero;
                sum += value * (w[(k * g.KernelHeight * g.KernelWidth + tap) * depth + c] - g.WeightZero);
            }
        }

        return sum;
    }
}
