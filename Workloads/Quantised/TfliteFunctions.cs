using NpuSim.Kernels;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Quantised;

/// <summary>int8 functions as TFLite's reference kernels compute them.</summary>
/// <remarks>Source: TensorFlow Lite Micro, reference/integer_ops/logistic.h and tanh.h, reference/hard_swish.h and leaky_relu.h, and the
/// parameters that
/// its *_common.cc files derive. Each holds only for the quantisation that TFLite demands of it.</remarks>
internal static class TfliteFunctions
{
    private const float LogisticScale = 1f / 256;
    private const float TanhScale = 1f / 128;
    private const int LargestFactor = 1 << 22;

    /// <summary>The function, or null where TFLite has no integer definition for it or for these scales.</summary>
    public static Func<sbyte, sbyte>? TryFind(UnaryAttributes attributes, Quantisation input, Quantisation output) => attributes.Function switch
    {
        UnaryFunction.Sigmoid when output.Scale.Equals(LogisticScale) && output.Zero == sbyte.MinValue =>
            value => FixedPointFunctions.LogisticInt8(value, input.Zero, input.Scale),
        UnaryFunction.Tanh when output.Scale.Equals(TanhScale) && output.Zero == 0 =>
            value => FixedPointFunctions.TanhInt8(value, input.Zero, input.Scale),
        UnaryFunction.HardSwish => HardSwish(input, output),
        UnaryFunction.LeakyRelu => LeakyRelu(attributes.Alpha, input, output),
        UnaryFunction.Sigmoid or UnaryFunction.Tanh or UnaryFunction.Erf or UnaryFunction.Gelu or UnaryFunction.GeluTanh or UnaryFunction.Exp
            or UnaryFunction.Log or UnaryFunction.Sqrt or UnaryFunction.Rsqrt or UnaryFunction.Reciprocal or UnaryFunction.Negate
            or UnaryFunction.Absolute or UnaryFunction.Square or UnaryFunction.HardSigmoid or UnaryFunction.Swish or UnaryFunction.Elu
            or UnaryFunction.Softplus or UnaryFunction.Floor or UnaryFunction.Ceiling or UnaryFunction.Round or UnaryFunction.Sine
            or UnaryFunction.Cosine => null,
    };

    /// <summary>zero + (q − zero)·(s_in / s_out), double-rounded, clamped: QUANTIZE, RELU and their like.</summary>
    public static Func<sbyte, sbyte> Rescale(Quantisation input, Quantisation output, int min, int max)
    {
        var factor = Limited((double)input.Scale / output.Scale);
        return value => Clamp(output.Zero + FixedPoint.MultiplyDouble(value - input.Zero, factor.Multiplier, factor.Shift), min, max);
    }

    // TFLite multiplies and divides these scales in float32.
    private static Func<sbyte, sbyte> LeakyRelu(float alpha, Quantisation input, Quantisation output)
    {
        var identity = Limited(input.Scale / output.Scale);
        var slope = FixedPoint.FromReal(Math.Clamp((float)(input.Scale * alpha) / output.Scale, -LargestFactor, LargestFactor));
        return value =>
        {
            var centred = value - input.Zero;
            var scaled = centred >= 0
                ? FixedPoint.MultiplyDouble(centred, identity.Multiplier, identity.Shift)
                : FixedPoint.MultiplyDouble(centred, slope.Multiplier, slope.Shift);
            return Clamp(output.Zero + scaled, sbyte.MinValue, sbyte.MaxValue);
        };
    }

    // 16-bit arithmetic: the operand shifted left by 7, times the output's factor and times a ramp that is 0 below −3 and 1 above 3.
    private static Func<sbyte, sbyte>? HardSwish(Quantisation input, Quantisation output)
    {
        var fine = 1f / 128 * input.Scale;
        var result = Limited(fine / output.Scale);
        var ramp = Limited(fine / (3f / 32768));
        if (result.Shift > 0)
        {
            return null;
        }

        var (resultMultiplier, rampMultiplier) = (ToInt16(result.Multiplier), ToInt16(ramp.Multiplier));
        return value =>
        {
            var centred = (short)((value - input.Zero) << 7);
            var scaled = RoundingHighMultiply(centred, resultMultiplier);
            var position = Ramp(centred, rampMultiplier, ramp.Shift);
            var product = (short)(((position + (1 << 15)) >> 1) * scaled / (1 << 15));
            var rounded = (short)FixedPoint.RoundingDivideByPowerOfTwo(product, -result.Shift);
            return Clamp(rounded + output.Zero, sbyte.MinValue, sbyte.MaxValue);
        };
    }

    // Saturating at the left shift is the ramp's own saturation, so the last bit of it comes after the multiplication.
    private static int Ramp(short value, short multiplier, int shift)
    {
        var position = shift > 0 ? Saturate((long)value << (shift - 1)) : value;
        position = RoundingHighMultiply(position, multiplier);
        return shift switch
        {
            > 0 => Saturate((long)position << 1),
            < 0 => FixedPoint.RoundingDivideByPowerOfTwo(position, -shift),
            0 => position,
        };
    }

    private static short RoundingHighMultiply(short a, short b)
    {
        if (a == short.MinValue && b == short.MinValue)
        {
            return short.MaxValue;
        }

        var product = a * b;
        return (short)((product + (product >= 0 ? 1 << 14 : 1 - (1 << 14))) / (1 << 15));
    }

    // Rounds a Q0.31 multiplier to Q0.15; what would round up to 2^15 stays one below.
    private static short ToInt16(int multiplier) =>
        multiplier >= int.MaxValue - (1 << 15) ? short.MaxValue : (short)((multiplier + (1 << 15)) >> 16);

    private static short Saturate(long value) => (short)Math.Clamp(value, short.MinValue, short.MaxValue);

    // Factors beyond the fixed-point range saturate every result, as does the largest factor within.
    private static FixedPointMultiplier Limited(double factor) => FixedPointMultiplier.From(Math.Min(factor, LargestFactor));

    private static sbyte Clamp(int value, int min, int max) => (sbyte)Math.Clamp(value, min, max);
}
