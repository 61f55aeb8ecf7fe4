using System.Numerics;
using FsCheck.Xunit;
using NpuSim.Kernels;
using Xunit;

namespace NpuSim.Tests.Kernels;

public sealed class FixedPointTests
{
    private static readonly int[] Extremes =
        [int.MinValue, int.MinValue + 1, -(1 << 30) - 1, -(1 << 30), -3, -2, -1, 0, 1, 2, 3, (1 << 30) - 1, 1 << 30, int.MaxValue - 1,
            int.MaxValue];

    [Fact]
    public void High_multiply_is_the_sign_dependent_nudge_and_truncating_division()
    {
        foreach (int a in Extremes)
        {
            foreach (int b in Extremes) Assert.Equal(HighMultiply(a, b), FixedPoint.SaturatingRoundingDoublingHighMultiply(a, b));
        }

        var random = new Random(1);
        for (int i = 0; i < 20_000; i++)
        {
            var (a, b) = (unchecked((int)random.NextInt64()), unchecked((int)random.NextInt64()) >> random.Next(31));
            Assert.Equal(HighMultiply(a, b), FixedPoint.SaturatingRoundingDoublingHighMultiply(a, b));
        }
    }

    [Fact]
    public void Rounding_division_takes_ties_away_from_zero()
    {
        for (int exponent = 0; exponent <= 31; exponent++)
        {
            foreach (int x in Extremes) Assert.Equal(DivideAwayFromZero(x, exponent), FixedPoint.RoundingDivideByPowerOfTwo(x, exponent));
            for (int x = -300; x <= 300; x++)
                Assert.Equal(DivideAwayFromZero(x, exponent), FixedPoint.RoundingDivideByPowerOfTwo(x, exponent));
        }
    }

    [Property(MaxTest = 2000)]
    public void Double_rounding_is_high_multiply_then_rounding_division(int x, int multiplier, sbyte raw)
    {
        int shift = raw % 32;
        int expected = DivideAwayFromZero(HighMultiply(unchecked(shift > 0 ? x << shift : x), multiplier), Math.Max(-shift, 0));
        Assert.Equal(expected, FixedPoint.MultiplyDouble(x, multiplier, shift));
    }

    [Property(MaxTest = 2000)]
    public void Single_rounding_rounds_the_whole_product_once(int x, int multiplier, sbyte raw)
    {
        int shift = Math.Clamp(raw % 32, -31, 30);
        var exact = (new BigInteger(x) * multiplier + BigInteger.Pow(2, 30 - shift)) >> (31 - shift);
        Assert.Equal(unchecked((int)(uint)(exact & uint.MaxValue)), FixedPoint.MultiplySingle(x, multiplier, shift));
    }

    [Theory]
    [InlineData(1.0, 1 << 30, 1)]
    [InlineData(0.5, 1 << 30, 0)]
    [InlineData(0.25, 1 << 30, -1)]
    [InlineData(0.0, 0, 0)]
    [InlineData(-0.5, -(1 << 30), 0)]
    [InlineData(0.9999999999, 1 << 30, 1)]
    [InlineData(1.5, 3 << 29, 1)]
    [InlineData(4.656612873077393e-10, 1 << 30, -30)]
    [InlineData(2.3283064365386963e-10, 1 << 30, -31)]
    [InlineData(1e-10, 0, 0)]
    [InlineData(double.Epsilon, 0, 0)]
    public void A_real_factor_becomes_its_nearest_multiplier(double factor, int multiplier, int shift) =>
        Assert.Equal((multiplier, shift), FixedPoint.FromReal(factor));

    [Property(MaxTest = 1000)]
    public void A_multiplier_is_within_half_a_step_of_its_factor(uint mantissa, byte raw)
    {
        double factor = (mantissa + 1.0) * Math.Pow(2, raw % 50 - 60);
        var (multiplier, shift) = FixedPoint.FromReal(factor);
        if (factor < Math.Pow(2, -32))
        {
            Assert.Equal(0, multiplier);
            return;
        }

        Assert.InRange(multiplier, 1 << 30, int.MaxValue);
        Assert.InRange(multiplier * Math.Pow(2, shift - 31) / factor, 1 - Math.Pow(2, -31), 1 + Math.Pow(2, -31));
    }

    [Fact]
    public void Factors_that_are_not_finite_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => FixedPoint.FromReal(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => FixedPoint.FromReal(double.PositiveInfinity));
    }

    [Theory]
    [InlineData(0.5f, 0)]
    [InlineData(1.5f, 2)]
    [InlineData(-0.5f, 0)]
    [InlineData(-2.5f, -2)]
    [InlineData(2147483520f, 2147483520)]
    [InlineData(2147483648f, int.MaxValue)]
    [InlineData(-2147483648f, int.MinValue)]
    [InlineData(float.PositiveInfinity, int.MaxValue)]
    [InlineData(float.NegativeInfinity, int.MinValue)]
    [InlineData(float.NaN, 0)]
    public void Half_even_rounding_saturates(float value, int expected) => Assert.Equal(expected, FixedPoint.RoundHalfEven(value));

    private static int HighMultiply(int a, int b)
    {
        var product = new BigInteger(a) * b;
        var nudge = product >= 0 ? new BigInteger(1 << 30) : new BigInteger(1 - (1 << 30));
        var quotient = BigInteger.Divide(product + nudge, BigInteger.Pow(2, 31));
        return quotient > int.MaxValue ? int.MaxValue : (int)quotient;
    }

    private static int DivideAwayFromZero(int x, int exponent) =>
        (int)Math.Round((decimal)x / (1L << exponent), MidpointRounding.AwayFromZero);
}
