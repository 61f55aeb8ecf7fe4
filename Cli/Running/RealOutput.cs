using System.Runtime.InteropServices;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Cli.Running;

/// <summary>Reads an output of a model as real numbers.</summary>
internal sealed record RealOutput(Tensor Tensor)
{
    /// <exception cref="UsageException">The output's type has no real values.</exception>
    public static RealOutput Of(Tensor tensor) => tensor.Type is ElementType.Float32 or ElementType.Int8 or ElementType.UInt8
        ? new RealOutput(tensor)
        : throw new UsageException($"output {tensor.Name} is {tensor.Type}, expected Float32, Int8 or UInt8 to compare");

    /// <summary>Values in row-major order; quantised ones as (q − zero) · scale.</summary>
    public double[] Read(byte[] data)
    {
        var (scale, zero) = Tensor.Quantisation is { } quantisation ? (quantisation.Scale, quantisation.Zero) : (1f, 0);
        return Tensor.Type switch
        {
            ElementType.Float32 => [.. MemoryMarshal.Cast<byte, float>(data).ToArray()],
            ElementType.Int8 => Array.ConvertAll(data, value => ((sbyte)value - zero) * (double)scale),
            ElementType.UInt8 => Array.ConvertAll(data, value => (value - zero) * (double)scale),
            ElementType.Int16 or ElementType.Int32 or ElementType.Int64 or ElementType.Bool => throw new InvalidOperationException($"{Tensor}"),
        };
    }
}
