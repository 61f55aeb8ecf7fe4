using System.Runtime.InteropServices;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Compress;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Interpret;

namespace NpuSim.Tests.Workloads.Compress;

/// <summary>Runs graphs on seeded inputs and compares what comes out.</summary>
internal static class Outputs
{
    public static float[] Of(Graph graph, ulong seed = 5)
    {
        var outputs = new Interpreter(graph).Run(DrawnInputs.Draw(graph, seed));
        return [.. graph.Outputs.SelectMany(output => Reals(output, outputs[output.Name]))];
    }

    /// <summary>10·log₁₀ of the power of the reference over that of the difference.</summary>
    public static double Sqnr(float[] reference, float[] actual)
    {
        var signal = reference.Sum(value => (double)value * value);
        var noise = reference.Zip(actual, (a, b) => ((double)a - b) * ((double)a - b)).Sum();
        return 10 * Math.Log10(signal / noise);
    }

    /// <summary>Largest difference, relative to the largest magnitude of the reference.</summary>
    public static double RelativeError(float[] reference, float[] actual) =>
        reference.Zip(actual, (a, b) => Math.Abs((double)a - b)).Max() / Math.Max(1e-6, reference.Max(Math.Abs));

    private static IEnumerable<float> Reals(Tensor tensor, byte[] data)
    {
        if (tensor.Type == ElementType.Float32)
            return MemoryMarshal.Cast<byte, float>(data).ToArray();
        var step = tensor.Quantisation!;
        return MemoryMarshal.Cast<byte, sbyte>(data).ToArray().Select(value => (value - step.Zero) * step.Scale);
    }
}
