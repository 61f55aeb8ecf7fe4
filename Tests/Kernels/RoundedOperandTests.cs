using System.Runtime.InteropServices;
using NpuSim.Kernels;
using Xunit;

namespace NpuSim.Tests.Kernels;

/// <summary>Passes on float32 operands are those on the bfloat16 nearest to each.</summary>
public sealed class RoundedOperandTests
{
    [Theory]
    [InlineData(1f, 1f)]
    [InlineData(1.00390625f, 1f)]
    [InlineData(1.01171875f, 1.015625f)]
    [InlineData(-1.0039072f, -1.0078125f)]
    [InlineData(3.4e38f, float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity, float.NegativeInfinity)]
    [InlineData(1e-45f, 0f)]
    public void A_value_goes_to_the_nearest_and_a_tie_to_the_even_one(float value, float expected)
    {
        float[] rounded = [0];
        BrainRounding.Round([value], rounded);
        Assert.Equal(expected, rounded[0]);
    }

    [Fact]
    public void A_NaN_becomes_the_one_quiet_NaN()
    {
        float[] values = [BitConverter.UInt32BitsToSingle(0xFF80_0001)];
        BrainRounding.Round(values, values);
        Assert.Equal(0x7FC0_0000u, BitConverter.SingleToUInt32Bits(values[0]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_pass_equals_the_bfloat16_pass_on_rounded_operands_at_every_level(bool depthwise)
    {
        var g = new PassGeometry(5, 6, 11, 6 * 12 * 4, 12 * 4, 3, 2, 1, 2, 1, 1, 1, 0, 5, 3, 11, 13, 0, 0);
        var random = new Random(7);
        byte[] x = Floats(5 * 6 * 12, random);
        int weights = (int)(depthwise ? ArrayFormat.Float32.DepthwiseBytes(11, 3, 2) : ArrayFormat.Float32.DenseBytes(11, 3, 2, 11));
        byte[] w = Floats(weights / 4, random);
        var half = g with { InRowPitch = g.InRowPitch / 2, InPixelPitch = g.InPixelPitch / 2 };
        foreach (var level in Enum.GetValues<SimdLevel>().Where(Simd.IsSupported))
        {
            byte[] found = new byte[4 * g.AccumulatorExtent], expected = new byte[found.Length];
            Run(level, ArrayFormat.Float32, g, x, w, found, depthwise);
            Run(level, ArrayFormat.Bf16, half, Halves(x), Halves(w), expected, depthwise);
            Assert.Equal(expected, found);
            Assert.Contains(found, value => value != 0);
        }
    }

    private static void Run(SimdLevel level, ArrayFormat format, PassGeometry g, byte[] x, byte[] w, byte[] acc, bool depthwise)
    {
        if (depthwise) FormatKernel.Depthwise(level, format, g, x, w, acc, false);
        else FormatKernel.Dense(level, format, g, x, w, acc, false);
    }

    private static byte[] Floats(int count, Random random) =>
        [.. Enumerable.Range(0, count).SelectMany(_ => BitConverter.GetBytes((random.NextSingle() - 0.5f) * 3))];

    private static byte[] Halves(byte[] floats)
    {
        float[] rounded = new float[floats.Length / 4];
        BrainRounding.Round(MemoryMarshal.Cast<byte, float>(floats), rounded);
        return [.. rounded.SelectMany(value => BitConverter.GetBytes((ushort)(BitConverter.SingleToUInt32Bits(value) >> 16)))];
    }
}
