using FsCheck.Xunit;
using NpuSim.Kernels;
using Xunit;

namespace NpuSim.Tests.Kernels;

public sealed class MatrixTests
{
    [Property(MaxTest = 200)]
    public void Every_level_multiplies_as_the_formula_says(int seed)
    {
        var random = new Random(seed);
        int rows = random.Next(1, 20), columns = random.Next(1, 50), depth = random.Next(1, 80);
        int pitch = depth + random.Next(3), accPitch = columns + random.Next(3);
        int inputZero = random.Next(-128, 128), weightZero = random.Next(-128, 128);
        var a = Samples.Bytes(random, (rows - 1) * pitch + depth);
        bool transposed = random.Next(2) == 0;
        var b = Samples.Bytes(random, columns * depth);
        var packed = new sbyte[WeightLayout.MatrixBytes(transposed ? columns : depth, transposed ? depth : columns, transposed)];
        WeightLayout.PackMatrix<sbyte>(b, transposed ? columns : depth, transposed ? depth : columns, transposed ? depth : columns, transposed,
            (sbyte)weightZero, packed);
        var before = Samples.Integers(random, (rows - 1) * accPitch + columns);
        foreach (var level in Simd.Supported)
        {
            int[] acc = [.. before];
            MatrixKernel.Multiply(level, rows, columns, depth, pitch, a, packed, acc, accPitch, inputZero, weightZero, true);
            for (int i = 0; i < rows * columns; i++)
            {
                var (m, n) = (i / columns, i % columns);
                long expected = before[m * accPitch + n];
                for (int k = 0; k < depth; k++)
                    expected += (a[m * pitch + k] - inputZero) * ((transposed ? b[n * depth + k] : b[k * columns + n]) - weightZero);
                Assert.Equal(unchecked((int)expected), acc[m * accPitch + n]);
            }
        }
    }

    [Fact]
    public void Accumulators_wrap()
    {
        const int Depth = 1 << 18;
        var a = new sbyte[Depth];
        Array.Fill(a, sbyte.MinValue);
        var w = new sbyte[WeightLayout.DenseBytes(1, 1, 1, Depth)];
        Array.Fill(w, sbyte.MinValue);
        foreach (var level in Simd.Supported)
        {
            var acc = new int[1];
            MatrixKernel.Multiply(level, 1, 1, Depth, Depth, a, w, acc, 1, 127, 127, false);
            Assert.Equal(unchecked((int)(255L * 255 * Depth)), acc[0]);
        }
    }
}
