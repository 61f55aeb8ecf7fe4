using NpuSim.Kernels;
using Xunit;

namespace NpuSim.Tests.Kernels;

public sealed class FloatFunctionTests
{
    [Fact]
    public void The_single_exponential_is_within_two_units_in_the_last_place()
    {
        double worst = 0;
        for (float x = -87.3f; x < 88.7f; x += 0.00037f)
        {
            double exact = Math.Exp(x);
            worst = Math.Max(worst, Math.Abs(FloatFunctions.Exp(x) - exact) / Unit(exact));
        }

        Assert.InRange(worst, 0.5, 2.0);
    }

    [Fact]
    public void The_single_exponential_covers_the_whole_line()
    {
        Assert.Equal(1f, FloatFunctions.Exp(0f));
        Assert.Equal(1f, FloatFunctions.Exp(-0f));
        Assert.Equal(0f, FloatFunctions.Exp(float.NegativeInfinity));
        Assert.Equal(0f, FloatFunctions.Exp(-88f));
        Assert.Equal(float.PositiveInfinity, FloatFunctions.Exp(89f));
        Assert.Equal(float.PositiveInfinity, FloatFunctions.Exp(float.PositiveInfinity));
        Assert.True(float.IsNaN(FloatFunctions.Exp(float.NaN)));
        Assert.InRange(FloatFunctions.Exp(-87.336f), 1.1e-38f, 1.2e-38f);
        Assert.True(float.IsFinite(FloatFunctions.Exp(88.7f)));
    }

    [Fact]
    public void Double_functions_agree_with_the_library_to_rounding()
    {
        for (double x = -30; x < 30; x += 0.0137)
        {
            Close(Math.Exp(x), FloatFunctions.Exp(x), 4);
            Close(Math.Tanh(x), FloatFunctions.Tanh(x), 8);
            Close(1 / (1 + Math.Exp(-x)), FloatFunctions.Sigmoid(x), 8);
            Close(Math.Log(Math.Exp(x)), FloatFunctions.Log(FloatFunctions.Exp(x)), 64);
            Assert.InRange(FloatFunctions.Sine(x) - Math.Sin(x), -1e-15, 1e-15);
            Assert.InRange(FloatFunctions.Cosine(x) - Math.Cos(x), -1e-15, 1e-15);
        }

        for (double x = 0.001; x < 1e6; x *= 1.0037)
        {
            Close(Math.Log(x), FloatFunctions.Log(x), 4);
            Close(Math.Pow(x, -0.75), FloatFunctions.Power(x, -0.75), 64);
            Assert.InRange(FloatFunctions.Sine(x) - Math.Sin(x), -1e-15, 1e-15);
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1e-3, 0.0011283787909692363)]
    [InlineData(0.1, 0.11246291601828489)]
    [InlineData(0.5, 0.52049987781304654)]
    [InlineData(1, 0.84270079294971487)]
    [InlineData(2, 0.99532226501895273)]
    [InlineData(2.49, 0.9995707121322661)]
    [InlineData(2.5, 0.99959304798255504)]
    [InlineData(3, 0.99997790950300141)]
    [InlineData(4, 0.99999998458274210)]
    [InlineData(7, 1)]
    public void The_error_function_meets_its_table(double x, double expected)
    {
        Assert.InRange(FloatFunctions.Erf(x) - expected, -3e-16, 3e-16);
        Assert.InRange(FloatFunctions.Erf(-x) + expected, -3e-16, 3e-16);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0.84134474606854293)]
    [InlineData(-1, -0.15865525393145707)]
    [InlineData(3, 2.99595030590511)]
    [InlineData(-4, -0.00012668496733247785)]
    public void Gelu_meets_its_table(double x, double expected) => Assert.InRange(FloatFunctions.Gelu(x) - expected, -4e-15, 4e-15);

    [Fact]
    public void The_approximate_gelu_is_near_the_exact_one()
    {
        for (double x = -6; x < 6; x += 0.01) Assert.InRange(FloatFunctions.GeluTanh(x) - FloatFunctions.Gelu(x), -5e-4, 5e-4);
    }

    [Fact]
    public void Edges_have_values()
    {
        Assert.Equal(double.NegativeInfinity, FloatFunctions.Log(0));
        Assert.True(double.IsNaN(FloatFunctions.Log(-1)));
        Assert.Equal(double.PositiveInfinity, FloatFunctions.Exp(1000.0));
        Assert.Equal(0, FloatFunctions.Exp(-1000.0));
        Assert.Equal(-8, FloatFunctions.Power(-2, 3), 12);
        Assert.Equal(16, FloatFunctions.Power(-2, 4), 12);
        Assert.True(double.IsNaN(FloatFunctions.Power(-2, 0.5)));
        Assert.Equal(1, FloatFunctions.Tanh(400));
        Assert.Equal(Math.Log(1 + Math.Exp(1)), FloatFunctions.Softplus(1), 14);
        Assert.InRange(FloatFunctions.LogOnePlus(1e-10), 0.99999999994e-10, 0.99999999996e-10);
        Assert.InRange(FloatFunctions.ExpMinusOne(1e-10), 1.00000000004e-10, 1.00000000006e-10);
    }

    private static void Close(double expected, double actual, double units) =>
        Assert.InRange((actual - expected) / Math.Max(Math.BitIncrement(Math.Abs(expected)) - Math.Abs(expected), double.Epsilon), -units,
        units);

    private static double Unit(double exact)
    {
        float nearest = MathF.Abs((float)exact);
        return MathF.BitIncrement(nearest) - nearest;
    }
}
