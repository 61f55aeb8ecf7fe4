using NpuSim.Isa.Program;

namespace NpuSim.Workloads.Data;

/// <summary>A tensor from a file.</summary>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Extents, outermost first, all at least 1; empty for a scalar.</param>
/// <param name="Bytes">Dense row-major little-endian content.</param>
public sealed record TensorData(ElementType Type, IReadOnlyList<int> Shape, byte[] Bytes)
{
    public long Elements => Shape.Aggregate(1L, (product, extent) => product * extent);

    /// <summary>The shape in brackets, for messages.</summary>
    public string ShapeText => Text(Shape);

    internal static string Text(IReadOnlyList<int> shape) => $"[{string.Join(", ", shape)}]";
}
