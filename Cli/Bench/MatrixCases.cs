using System.Globalization;
using NpuSim.Kernels;

namespace NpuSim.Cli.Bench;

/// <summary>Matrix products: tiles, and the one row of a fully connected layer.</summary>
internal static class MatrixCases
{
    public static IEnumerable<BenchCase> All() =>
    [
        Int8(64, 64, 256, BenchCeiling.Integer), Int8(128, 128, 512, BenchCeiling.Integer),
        Int8(1, 1000, 2048, BenchCeiling.IntegerOrRead), Float(64, 64, 256), Float(128, 128, 512),
    ];

    private static BenchCase Int8(int rows, int columns, int depth, BenchCeiling ceiling) => new(
        "matrix", "int8", Shape(rows, columns, depth), ceiling,
        (long)rows * columns * depth, (long)rows * depth + (long)columns * depth + 4L * rows * columns,
        (long)rows * columns * depth, level =>
        {
            sbyte[] a = BenchOperands.Bytes(rows * depth), w = BenchOperands.Bytes(WeightLayout.MatrixBytes(columns, depth, transposed: true));
            int[] acc = new int[rows * columns];
            return () => MatrixKernel.Multiply(level, rows, columns, depth, depth, a, w, acc, columns, inputZero: -7, weightZero: 0,
                accumulate: false);
        });

    private static BenchCase Float(int rows, int columns, int depth) => new("matrix", "fp32", Shape(rows, columns, depth), BenchCeiling.Float,
        (long)rows * columns * depth, 4L * ((long)rows * depth + (long)columns * depth + (long)rows * columns),
        (long)rows * columns * depth, level =>
        {
            float[] a = BenchOperands.Floats(rows * depth), b = BenchOperands.Floats(depth * columns), output = new float[rows * columns];
            return () => FloatMatrixKernel.Multiply(level, rows, columns, depth, a, b, transposedB: false, [], output);
        });

    private static string Shape(int rows, int columns, int depth) =>
        string.Create(CultureInfo.InvariantCulture, $"{rows}×{columns}×{depth}");
}
