namespace NpuSim.Kernels;

/// <summary>float32 matrix product, for reference accuracy and calibration.</summary>
/// <remarks>Each output starts at its bias (or +0) and takes in one fused multiply-add for each k, in ascending order. The result is the
/// same at every SIMD level and however the work is shared out.</remarks>
public static class FloatMatrixKernel
{
    /// <summary>out[m,n] = bias[n] + Σ_k a[m,k]·b[n,k], or b[k,n] where b is not transposed.</summary>
    /// <param name="rows">Rows M of a.</param>
    /// <param name="columns">Columns N of the result.</param>
    /// <param name="depth">Reduction length K.</param>
    /// <param name="a">[M × K].</param>
    /// <param name="b">[N × K] where transposed, else [K × N].</param>
    /// <param name="transposedB">The rows of b are columns of the result.</param>
    /// <param name="bias">[N], or empty.</param>
    /// <param name="output">[M × N].</param>
    /// <exception cref="ArgumentException">An extent is negative, or a span is too short.</exception>
    public static void Multiply(int rows, int columns, int depth, ReadOnlySpan<float> a, ReadOnlySpan<float> b, bool transposedB,
        ReadOnlySpan<float> bias, Span<float> output)
    {
        if (rows < 0 || columns < 0 || depth < 0) throw new ArgumentException($"a matrix product of {rows} × {depth} by {depth} × {columns}");
        Operand.Require("a", a.Length, (long)rows * depth);
        Operand.Require("b", b.Length, (long)columns * depth);
        Operand.Require("result", output.Length, (long)rows * columns);
        for (int i = 0; i < rows * columns; i++)
        {
            var (m, n) = (i / columns, i % columns);
            float sum = bias.IsEmpty ? 0f : bias[n];
            for (int k = 0; k < depth; k++) sum = MathF.FusedMultiplyAdd(a[m * depth + k], transposedB ? b[n * depth + k] : b[k * columns + n], sum);
            output[i] = sum;
        }
    }
}
