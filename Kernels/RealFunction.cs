namespace NpuSim.Kernels;

/// <summary>Functions that the vector unit computes on float32.</summary>
public enum RealFunction : byte
{
    Sigmoid,
    Tanh,
    Erf,
    Gelu,
    GeluTanh,
    Swish,
    Exp,
}

/// <summary>Real functions element by element: in float64 by <see cref="FloatFunctions"/>, then rounded to float32.</summary>
public static class RealFunctionKernel
{
    /// <summary>f(x).</summary>
    public static float Evaluate(RealFunction function, float x) => function switch
    {
        RealFunction.Sigmoid => (float)FloatFunctions.Sigmoid(x),
        RealFunction.Tanh => (float)FloatFunctions.Tanh(x),
        RealFunction.Erf => (float)FloatFunctions.Erf(x),
        RealFunction.Gelu => (float)FloatFunctions.Gelu(x),
        RealFunction.GeluTanh => (float)FloatFunctions.GeluTanh(x),
        RealFunction.Swish => (float)(x * FloatFunctions.Sigmoid(x)),
        RealFunction.Exp => (float)FloatFunctions.Exp((double)x),
    };

    /// <summary>out[r,c] = f(a[r,c]).</summary>
    /// <param name="function">The function.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="a">[rows × columns].</param>
    /// <param name="pitchA">Elements from row to row of a.</param>
    /// <param name="output">[rows × columns]; may be a itself.</param>
    /// <param name="pitchOut">Elements from row to row of the result.</param>
    public static void Apply(RealFunction function, int rows, int columns, ReadOnlySpan<float> a, int pitchA, Span<float> output, int pitchOut)
    {
        Operand.RequireTile("operand", a.Length, rows, columns, pitchA);
        Operand.RequireTile("result", output.Length, rows, columns, pitchOut);
        for (int r = 0; r < rows; r++)
        {
            var source = a.Slice(r * pitchA, columns);
            var target = output.Slice(r * pitchOut, columns);
            for (int c = 0; c < columns; c++) target[c] = Evaluate(function, source[c]);
        }
    }
}
