using NpuSim.Kernels;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Interpret;

/// <summary>Attention, head by head, as array and vector unit compute it: the sums of the exponentials divide last.</summary>
internal static class FloatAttention
{
    public static void Execute(NodeCall call)
    {
        var (heads, scale) = (AttentionAttributes)call.Node.Attributes;
        IReadOnlyList<int> q = call.Shape(0), k = call.Shape(1);
        int rows = q[1], columns = k[1], depth = q[2] / heads, results = call.OutputShape[2] / heads;
        for (var batch = 0; batch < q[0]; batch++)
        {
            for (var head = 0; head < heads; head++)
            {
                var own = Head(call.Input<float>(0), batch, head, heads, rows, depth);
                FloatRows.ScaleAll(own, scale);
                var scores = Product(call, own, Head(call.Input<float>(1), batch, head, heads, columns, depth), rows, columns, depth, transposed: true);
                var reciprocals = FloatRows.Exponentials(scores, columns);
                var mixed = Product(call, scores, Head(call.Input<float>(2), batch, head, heads, columns, results), rows, results, columns, transposed: false);
                FloatRows.ScaleRows(mixed, reciprocals, results);
                Put(mixed, call.Output<float>(), batch, head, heads, rows, results);
            }
        }
    }

    private static float[] Product(NodeCall call, float[] a, float[] b, int rows, int columns, int depth, bool transposed)
    {
        var result = new float[rows * columns];
        if (call.Graph.Products == ProductPrecision.Float32)
        {
            FloatMatrixKernel.Multiply(rows, columns, depth, a, b, transposed, default, result);
            return result;
        }

        var rounded = new float[a.Length];
        BrainRounding.Round(a, rounded);
        BrainRounding.Round(b, b);
        FloatMatrixKernel.Multiply(rows, columns, depth, rounded, b, transposed, default, result);
        BrainRounding.MakeNaNsQuiet(result);
        return result;
    }

    // One head of [N × rows × heads·width] as a matrix of its own.
    private static float[] Head(ReadOnlySpan<float> all, int batch, int head, int heads, int rows, int width)
    {
        var matrix = new float[rows * width];
        for (var row = 0; row < rows; row++)
        {
            all.Slice(((batch * rows + row) * heads + head) * width, width).CopyTo(matrix.AsSpan(row * width));
        }

        return matrix;
    }

    private static void Put(float[] matrix, Span<float> all, int batch, int head, int heads, int rows, int width)
    {
        for (var row = 0; row < rows; row++)
        {
            matrix.AsSpan(row * width, width).CopyTo(all[(((batch * rows + row) * heads + head) * width)..]);
        }
    }
}
