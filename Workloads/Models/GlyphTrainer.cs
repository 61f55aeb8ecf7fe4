using System.Runtime.InteropServices;
using MathNet.Numerics.LinearAlgebra;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Interpret;
using Lanes = System.Numerics.Vector<double>;

namespace NpuSim.Workloads.Models;

/// <summary>Fits the classifier of drawn digits: fixed convolution features, and a linear read-out by ridge regression on drawn pictures.</summary>
public static class GlyphTrainer
{
    /// <summary>Seed of the shipped model.</summary>
    public const ulong DefaultSeed = 2024;

    /// <summary>Pictures that the shipped model is fitted on.</summary>
    public const int DefaultSamples = 8000;

    private const int Classes = 10;
    private const int Block = 256;
    private const double Ridge = 1e-3;

    /// <summary>The fitted model: image [1, 28, 28, 1] in [0, 1] to ten scores. The same arguments give the same bytes.</summary>
    /// <param name="seed">Of the random filters and of the pictures.</param>
    /// <param name="samples">How many pictures to draw; at least 10.</param>
    public static Graph Fit(ulong seed = DefaultSeed, int samples = DefaultSamples)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, Classes);
        var features = GlyphNet.Features(seed);
        var width = checked((int)features.Outputs[0].Elements);
        // Last column: the constant 1 whose weight is the bias.
        var gram = new double[width + 1][];
        var products = new double[width + 1, Classes];
        for (var row = 0; row < gram.Length; row++)
            gram[row] = new double[width + 1];
        var pictures = GlyphImages.Labelled(samples, seed);
        for (var start = 0; start < samples; start += Block)
        {
            var rows = Evaluate(features, pictures.Samples, start, Math.Min(Block, samples - start));
            Accumulate(gram, rows);
            Accumulate(products, rows, pictures.Labels, start);
        }

        return GlyphNet.WithReadOut(features, Solve(gram, products, samples));
    }

    /// <summary>Feature vectors of some pictures, each with a 1 at its end.</summary>
    private static double[][] Evaluate(Graph features, IReadOnlyList<byte[]> pictures, int start, int count)
    {
        var interpreter = new Interpreter(features);
        var rows = new double[count][];
        Parallel.For(0, count, index =>
        {
            var inputs = new Dictionary<string, byte[]> { [features.Inputs[0].Name] = pictures[start + index] };
            var values = MemoryMarshal.Cast<byte, float>(interpreter.Run(inputs)[features.Outputs[0].Name]);
            var row = new double[values.Length + 1];
            for (var i = 0; i < values.Length; i++)
                row[i] = values[i];
            row[^1] = 1;
            rows[index] = row;
        });
        return rows;
    }

    /// <summary>Adds the upper triangle of xᵀ·x. Each element is summed in the order of the pictures, whatever the threads and the vector width.</summary>
    private static void Accumulate(double[][] gram, double[][] rows) => Parallel.For(0, gram.Length, i =>
    {
        var sums = gram[i].AsSpan(i);
        foreach (var row in rows)
        {
            var factor = row[i];
            if (factor == 0)
                continue;
            var values = row.AsSpan(i);
            var column = 0;
            for (; column + Lanes.Count <= sums.Length; column += Lanes.Count)
                (new Lanes(sums[column..]) + new Lanes(values[column..]) * factor).CopyTo(sums[column..]);
            for (; column < sums.Length; column++)
                sums[column] += values[column] * factor;
        }
    });

    /// <summary>Adds xᵀ·y for targets of +1 at the label and −1 elsewhere.</summary>
    private static void Accumulate(double[,] products, double[][] rows, IReadOnlyList<int> labels, int start)
    {
        for (var sample = 0; sample < rows.Length; sample++)
            for (var i = 0; i < rows[sample].Length; i++)
                for (var digit = 0; digit < Classes; digit++)
                    products[i, digit] += rows[sample][i] * (labels[start + sample] == digit ? 1 : -1);
    }

    /// <summary>(xᵀx + n·ridge·I)⁻¹·xᵀy by Cholesky; the bias is not held back.</summary>
    private static Matrix<double> Solve(double[][] gram, double[,] products, int samples)
    {
        var matrix = Matrix<double>.Build.Dense(gram.Length, gram.Length, (row, column) => gram[Math.Min(row, column)][Math.Max(row, column)]);
        for (var i = 0; i < gram.Length; i++)
            matrix[i, i] += i < gram.Length - 1 ? samples * Ridge : 1e-6;
        return matrix.Cholesky().Solve(Matrix<double>.Build.DenseOfArray(products));
    }
}
