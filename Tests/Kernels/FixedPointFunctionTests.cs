using NpuSim.Kernels;
using Xunit;

namespace NpuSim.Tests.Kernels;

public sealed class FixedPointFunctionTests
{
    private const double Q31 = 2147483648.0;

    [Fact]
    public void Exp_of_zero_is_the_largest_value() => Assert.Equal(int.MaxValue, FixedPointFunctions.ExpOnNegativeQ26(0));

    // The barrel shifter's constants are exp(−2^i) rounded to Q0.31.
    [Theory]
    [InlineData(0.25, 1672461947)]
    [InlineData(0.5, 1302514674)]
    [InlineData(1, 790015084)]
    [InlineData(2, 290630308)]
    [InlineData(4, 39332535)]
    [InlineData(8, 720401)]
    [InlineData(16, 242)]
    public void Exp_meets_its_constants(double x, int constant)
    {
        Assert.Equal(constant, (int)Math.Round(Math.Exp(-x) * Q31));
        int actual = FixedPointFunctions.ExpOnNegativeQ26((int)(-x * (1 << 26)));
        Assert.InRange(actual - constant, -700, 700);
    }

    [Fact]
    public void Exp_is_accurate_to_a_millionth()
    {
        for (int i = 1; i < 20_000; i++)
        {
            int x = -i * 107_000;
            double expected = Math.Exp(x / (double)(1 << 26));
            Assert.InRange(FixedPointFunctions.ExpOnNegativeQ26(x) / Q31 - expected, -1e-6, 1e-6);
        }
    }

    [Fact]
    public void Reciprocals_are_accurate_to_a_part_in_a_hundred_million()
    {
        for (int i = 0; i < 5_000; i++)
        {
            int x = (int)(i * (Q31 / 5_000));
            Assert.InRange(FixedPointFunctions.ReciprocalOverOnePlus(x) / Q31 - 1 / (1 + x / Q31), -1e-8, 1e-8);
            Assert.InRange(FixedPointFunctions.OneMinusOverOnePlus(x) / Q31 - (1 - x / Q31) / (1 + x / Q31), -1e-8, 1e-8);
        }
    }

    [Fact]
    public void The_reciprocal_of_a_sum_scales_back_to_the_sum()
    {
        for (int i = 1; i < 4_000; i++)
        {
            int sum = (1 << 19) + i * 500_000;
            int mantissa = FixedPointFunctions.GetReciprocal(sum, out int bits);
            double reciprocal = mantissa / Q31 * Math.Pow(2, -bits);
            Assert.InRange(reciprocal * (sum / (double)(1 << 19)), 1 - 1e-7, 1 + 1e-7);
        }
    }

    [Fact]
    public void Logistic_and_tangent_are_accurate_to_a_few_millionths()
    {
        Assert.Equal(1 << 30, FixedPointFunctions.LogisticQ27(0));
        Assert.Equal(0, FixedPointFunctions.TanhQ27(0));
        for (int i = -4_000; i <= 4_000; i++)
        {
            int raw = i * 500_000;
            double x = raw / (double)(1 << 27);
            Assert.InRange(FixedPointFunctions.LogisticQ27(raw) / Q31 - 1 / (1 + Math.Exp(-x)), -3e-6, 3e-6);
            Assert.InRange(FixedPointFunctions.TanhQ27(raw) / Q31 - Math.Tanh(x), -3e-6, 3e-6);
        }
    }

    [Theory]
    [InlineData(0.05f, 3)]
    [InlineData(0.1f, -20)]
    [InlineData(1f, 0)]
    [InlineData(0.001f, 127)]
    [InlineData(7.5f, -128)]
    public void Int8_logistic_and_tangent_are_within_a_step_of_the_real_function(float scale, int zero)
    {
        for (int q = -128; q <= 127; q++)
        {
            double x = (q - zero) * (double)scale;
            double logistic = Math.Clamp(256 / (1 + Math.Exp(-x)) - 128, -128, 127);
            Assert.InRange(FixedPointFunctions.LogisticInt8((sbyte)q, zero, scale) - logistic, -0.51, 0.51);
            double tangent = Math.Clamp(128 * Math.Tanh(x), -128, 127);
            Assert.InRange(FixedPointFunctions.TanhInt8((sbyte)q, zero, scale) - tangent, -0.51, 0.51);
        }
    }
}
