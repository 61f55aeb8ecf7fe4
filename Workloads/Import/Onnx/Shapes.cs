using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Import.Onnx;

/// <summary>Shapes of results.</summary>
internal static class Shapes
{
    /// <summary>NumPy broadcasting of two shapes.</summary>
    public static int[] Broadcast(OnnxNode node, IReadOnlyList<int> a, IReadOnlyList<int> b)
    {
        var result = new int[Math.Max(a.Count, b.Count)];
        for (var i = 1; i <= result.Length; i++)
        {
            var (x, y) = (i <= a.Count ? a[^i] : 1, i <= b.Count ? b[^i] : 1);
            if (x != y && x != 1 && y != 1)
                throw node.Refuse($"operands {Shown.Of(a)} and {Shown.Of(b)}", "shapes that broadcast");
            result[^i] = x == 1 ? y : x;
        }

        return result;
    }

    /// <summary>True where broadcasting a shape against a target gives the target.</summary>
    public static bool BroadcastsTo(IReadOnlyList<int> shape, IReadOnlyList<int> target)
    {
        if (shape.Count > target.Count)
            return false;
        for (var i = 1; i <= shape.Count; i++)
            if (shape[^i] != 1 && shape[^i] != target[^i])
                return false;
        return true;
    }

    /// <summary>Shape of a matrix product with broadcast leading dimensions; operands of one dimension are vectors.</summary>
    public static int[] Product(OnnxNode node, IReadOnlyList<int> a, IReadOnlyList<int> b)
    {
        if (a.Count == 0 || b.Count == 0 || a[^1] != (b.Count == 1 ? b[0] : b[^2]))
            throw node.Refuse($"operands {Shown.Of(a)} and {Shown.Of(b)}", "equal inner extents");
        var leading = Broadcast(node, [.. a.SkipLast(2)], [.. b.SkipLast(2)]);
        return [.. leading, .. a.Count > 1 ? [a[^2]] : Array.Empty<int>(), .. b.Count > 1 ? [b[^1]] : Array.Empty<int>()];
    }

    /// <summary>Product of extents; the largest number where it would be larger.</summary>
    public static long Elements(IEnumerable<int> shape)
    {
        var product = 1L;
        foreach (var extent in shape)
            product = extent > 0 && product > long.MaxValue / extent ? long.MaxValue : product * extent;
        return product;
    }

    /// <summary>Resolves the target of a Reshape: 0 copies an extent, one −1 follows from the rest.</summary>
    public static int[] Reshape(OnnxNode node, IReadOnlyList<int> shape, long[] wanted, bool allowZero)
    {
        if (wanted.Length > 8)
            throw node.Refuse($"{wanted.Length} dimensions", "at most 8");
        var result = new int[wanted.Length];
        var (open, known) = (-1, 1L);
        for (var i = 0; i < result.Length; i++)
        {
            if (wanted[i] == -1 && open < 0)
            {
                open = i;
                continue;
            }

            var copies = wanted[i] == 0 && !allowZero;
            if (wanted[i] < 0 || (copies && i >= shape.Count))
                throw node.Refuse($"a target shape [{string.Join('×', wanted)}]", $"one for {Shown.Of(shape)}, with at most one -1");
            result[i] = copies ? shape[i] : node.ToInt(wanted[i], "extent");
            known = checked(known * result[i]);
        }

        var elements = Elements(shape);
        if (open >= 0 && known > 0)
        {
            result[open] = node.ToInt(elements / known, "extent");
            known *= result[open];
        }

        return known == elements
            ? result
            : throw node.Refuse($"a target shape [{string.Join('×', wanted)}]", $"one of the {elements} elements of {Shown.Of(shape)}");
    }

    /// <summary>Non-negative ascending axes without duplicates.</summary>
    public static int[] Axes(OnnxNode node, IReadOnlyList<long> axes, int rank)
    {
        int[] result = [.. axes.Select(axis => node.Axis(axis, rank)).Order()];
        return result.Distinct().Count() == result.Length ? result
            : throw node.Refuse($"axes [{string.Join(' ', axes)}]", "each axis once");
    }
}
