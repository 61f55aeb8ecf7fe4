namespace NpuSim.Kernels;

/// <summary>Checks that operands are what a kernel relies on.</summary>
internal static class Operand
{
    /// <exception cref="ArgumentException">The span is shorter than needed.</exception>
    internal static void Require(string name, int length, long needed)
    {
        if (length < needed) throw new ArgumentException($"the {name} hold {length} elements, the kernel touches {needed}", name);
    }

    /// <exception cref="ArgumentException">A clamp bound is outside −128 … 127.</exception>
    internal static void RequireInt8(int clampMin, int clampMax)
    {
        if (clampMin is < -128 or > 127 || clampMax is < -128 or > 127)
            throw new ArgumentException($"clamp bounds of an int8 result are −128 … 127, not {clampMin} and {clampMax}");
    }

    /// <summary>Requires a tile of elements to lie in a span; an empty tile lies anywhere.</summary>
    /// <exception cref="ArgumentException">The pitch is negative, or the span is shorter than the tile.</exception>
    internal static void RequireTile(string name, int length, int rows, int columns, int pitch)
    {
        if (pitch < 0) throw new ArgumentException($"the {name} have a negative pitch: {pitch}", name);
        Require(name, length, Extent(rows, columns, pitch));
    }

    /// <summary>Elements from the first to the last of a tile, inclusive; 0 for an empty one.</summary>
    internal static long Extent(int rows, int columns, int pitch) => rows <= 0 || columns <= 0 ? 0 : (rows - 1L) * pitch + columns;
}
