namespace NpuSim.Kernels;

/// <summary>Checks that an operand's span holds what a kernel touches.</summary>
internal static class Operand
{
    /// <exception cref="ArgumentException">The span is shorter than needed.</exception>
    internal static void Require(string name, int length, long needed)
    {
        if (length < needed) throw new ArgumentException($"the {name} hold {length} elements, the kernel touches {needed}", name);
    }

    /// <summary>Elements from the first to the last of a tile, inclusive; 0 for an empty one.</summary>
    internal static long Extent(int rows, int columns, int pitch) => rows <= 0 || columns <= 0 ? 0 : (rows - 1L) * pitch + columns;
}
