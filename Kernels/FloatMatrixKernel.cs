using System.Buffers;

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
        ReadOnlySpan<float> bias, Span<float> output) =>
        Multiply(Simd.Active, rows, columns, depth, a, b, transposedB, bias, output);

    /// <summary>The same at a chosen level.</summary>
    /// <inheritdoc cref="Multiply(int, int, int, ReadOnlySpan{float}, ReadOnlySpan{float}, bool, ReadOnlySpan{float}, Span{float})"/>
    public static void Multiply(SimdLevel level, int rows, int columns, int depth, ReadOnlySpan<float> a, ReadOnlySpan<float> b,
        bool transposedB, ReadOnlySpan<float> bias, Span<float> output)
    {
        Simd.Require(level);
        if (rows < 0 || columns < 0 || depth < 0) throw new ArgumentException($"a matrix product of {rows} × {depth} by {depth} × {columns}");
        if (!bias.IsEmpty) Operand.Require("bias", bias.Length, columns);
        Operand.Require("a", a.Length, (long)rows * depth);
        Operand.Require("b", b.Length, (long)columns * depth);
        Operand.Require("result", output.Length, (long)rows * columns);
        switch (level)
        {
            case SimdLevel.Vector128: Panels<FloatVector128>(rows, columns, depth, a, b, transposedB, bias, output); break;
            case SimdLevel.Vector256:
            case SimdLevel.AvxVnni:
                Panels<FloatVector256>(rows, columns, depth, a, b, transposedB, bias, output);
                break;
            case SimdLevel.Vector512: Panels<FloatVector512>(rows, columns, depth, a, b, transposedB, bias, output); break;
            case SimdLevel.Scalar: Scalar(rows, columns, depth, a, b, transposedB, bias, output); break;
            default: throw new ArgumentOutOfRangeException(nameof(level), level, "unknown level");
        }
    }

    private static void Scalar(int rows, int columns, int depth, ReadOnlySpan<float> a, ReadOnlySpan<float> b, bool transposedB,
        ReadOnlySpan<float> bias, Span<float> output)
    {
        for (int i = 0; i < rows * columns; i++)
        {
            var (m, n) = (i / columns, i % columns);
            float sum = bias.IsEmpty ? 0f : bias[n];
            for (int k = 0; k < depth; k++)
                sum = MathF.FusedMultiplyAdd(a[m * depth + k], transposedB ? b[n * depth + k] : b[k * columns + n], sum);
            output[i] = sum;
        }
    }

    private static unsafe void Panels<TKernel>(int rows, int columns, int depth, ReadOnlySpan<float> a, ReadOnlySpan<float> b,
        bool transposedB, ReadOnlySpan<float> bias, Span<float> output)
        where TKernel : struct, IFloatMicroKernel
    {
        if (rows == 0 || columns == 0) return;
        float[] panel = ArrayPool<float>.Shared.Rent((depth + 1) * TKernel.Columns);
        fixed (float* left = a, packed = panel, result = output)
        {
            int offset = 0;
            var runs = new FloatRuns(&offset, 1, depth);
            float* start = stackalloc float[TKernel.Columns];
            for (int n = 0; n < columns; n += TKernel.Columns)
            {
                int count = Math.Min(TKernel.Columns, columns - n);
                var first = depth == 0 ? [] : b[(transposedB ? n * depth : n)..];
                if (depth > 0) FloatPanels<TKernel>.Pack(first, transposedB ? depth : 1, transposedB ? 1 : columns, depth, count, panel);
                var starts = new Span<float>(start, TKernel.Columns);
                starts.Clear();
                if (!bias.IsEmpty) bias.Slice(n, count).CopyTo(starts);
                FloatPanels<TKernel>.Run(runs, rows, new Rows<TKernel>(left, depth, result, columns), packed, start, n, count);
            }
        }

        ArrayPool<float>.Shared.Return(panel);
    }

    private readonly unsafe struct Rows<TKernel>(float* a, int depth, float* output, int columns) : FloatPanels<TKernel>.IRows
        where TKernel : struct, IFloatMicroKernel
    {
        public float* Input(int row) => a + (nint)row * depth;

        public float* Output(int row) => output + (nint)row * columns;
    }
}
