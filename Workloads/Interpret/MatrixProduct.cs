using System.Runtime.InteropServices;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Interpret;

/// <summary>Extents of a batched matrix product and where each batch's matrices start.</summary>
internal sealed class MatrixProduct
{
    private readonly IReadOnlyList<int> left;
    private readonly bool transposeA;
    private readonly int[] leftBatches;
    private readonly int[] rightBatches;

    public MatrixProduct(Node node)
    {
        var attributes = (MatrixMultiplyAttributes)node.Attributes;
        left = node.Input(0).Shape;
        transposeA = attributes.TransposeA;
        TransposeB = attributes.TransposeB;
        Rows = node.Output.Shape[^2];
        Columns = node.Output.Shape[^1];
        Depth = transposeA ? left[^2] : left[^1];
        int[] leading = [.. node.Output.Shape.SkipLast(2)];
        leftBatches = Spread(left, leading);
        rightBatches = Spread(node.Input(1).Shape, leading);
    }

    public int Rows { get; }

    public int Columns { get; }

    public int Depth { get; }

    public bool TransposeB { get; }

    public int Batches => leftBatches.Length;

    /// <summary>Matrices that the second operand holds.</summary>
    public int RightMatrices => rightBatches.Max() + 1;

    public int RightMatrix(int batch) => rightBatches[batch];

    public int LeftOffset(int batch) => leftBatches[batch] * Rows * Depth;

    public int RightOffset(int batch) => rightBatches[batch] * Depth * Columns;

    public int OutputOffset(int batch) => batch * Rows * Columns;

    /// <summary>The first operand as [.., M, K], transposed where it is [.., K, M].</summary>
    public ReadOnlySpan<byte> Left(ReadOnlySpan<byte> a, int elementBytes)
    {
        if (!transposeA)
        {
            return a;
        }

        var batches = a.Length / (Rows * Depth * elementBytes);
        var result = new byte[a.Length];
        IndexedCopy.Copy(
            [IndexedCopy.Steps(batches, Rows * Depth), IndexedCopy.Steps(Rows, 1), IndexedCopy.Steps(Depth, Rows)], a, result, elementBytes);
        return result;
    }

    // Numbers the operand's matrices and spreads the numbers over the batches.
    private static int[] Spread(IReadOnlyList<int> operand, int[] leading)
    {
        int[] shape = [.. operand.SkipLast(2)];
        var numbers = IndexedCopy.Steps(shape.Aggregate(1, (product, extent) => product * extent), 1);
        var result = new int[leading.Aggregate(1, (product, extent) => product * extent)];
        IndexedCopy.Copy(IndexedCopy.Broadcast(shape, leading), MemoryMarshal.AsBytes(numbers.AsSpan()), MemoryMarshal.AsBytes(result.AsSpan()), sizeof(int));
        return result;
    }
}
