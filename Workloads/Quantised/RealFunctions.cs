using NpuSim.Kernels;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Quantised;

/// <summary>The real functions of <see cref="UnaryFunction"/>, with the same bits on every host.</summary>
public static class RealFunctions
{
    /// <summary>The function of the attributes at x: computed in float64 by <see cref="FloatFunctions"/>, then rounded to float32.
    /// Logarithms, roots and
    /// powers outside their domain give NaN or an infinity, as IEEE 754 says; Round rounds half to even.</summary>
    public static float Evaluate(UnaryAttributes attributes, float x) => attributes.Function switch
    {
        UnaryFunction.Sigmoid => RealFunctionKernel.Evaluate(RealFunction.Sigmoid, x),
        UnaryFunction.Tanh => RealFunctionKernel.Evaluate(RealFunction.Tanh, x),
        UnaryFunction.Erf => RealFunctionKernel.Evaluate(RealFunction.Erf, x),
        UnaryFunction.Gelu => RealFunctionKernel.Evaluate(RealFunction.Gelu, x),
        UnaryFunction.GeluTanh => RealFunctionKernel.Evaluate(RealFunction.GeluTanh, x),
        UnaryFunction.Exp => RealFunctionKernel.Evaluate(RealFunction.Exp, x),
        UnaryFunction.Log => (float)FloatFunctions.Log(x),
        UnaryFunction.Sqrt => MathF.Sqrt(x),
        UnaryFunction.Rsqrt => (float)(1 / Math.Sqrt(x)),
        UnaryFunction.Reciprocal => 1 / x,
        UnaryFunction.Negate => -x,
        UnaryFunction.Absolute => Math.Abs(x),
        UnaryFunction.Square => x * x,
        UnaryFunction.HardSwish => x * Math.Clamp(x + 3, 0, 6) / 6,
        UnaryFunction.HardSigmoid => Math.Clamp(attributes.Alpha * x + attributes.Beta, 0, 1),
        UnaryFunction.Swish => RealFunctionKernel.Evaluate(RealFunction.Swish, x),
        UnaryFunction.LeakyRelu => x < 0 ? attributes.Alpha * x : x,
        UnaryFunction.Elu => x < 0 ? (float)(attributes.Alpha * FloatFunctions.ExpMinusOne(x)) : x,
        UnaryFunction.Softplus => (float)FloatFunctions.Softplus(x),
        UnaryFunction.Floor => MathF.Floor(x),
        UnaryFunction.Ceiling => MathF.Ceiling(x),
        UnaryFunction.Round => MathF.Round(x, MidpointRounding.ToEven),
        UnaryFunction.Sine => (float)FloatFunctions.Sine(x),
        UnaryFunction.Cosine => (float)FloatFunctions.Cosine(x),
    };
}
