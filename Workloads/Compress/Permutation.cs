namespace NpuSim.Workloads.Compress;

/// <summary>Algebra of dimension permutations, as in TransposeAttributes: output dimension i is input dimension p[i].</summary>
internal static class Permutation
{
    public static bool IsIdentity(IReadOnlyList<int> permutation)
    {
        for (var i = 0; i < permutation.Count; i++)
            if (permutation[i] != i)
                return false;
        return true;
    }

    public static int[] Inverse(IReadOnlyList<int> permutation)
    {
        var inverse = new int[permutation.Count];
        for (var i = 0; i < inverse.Length; i++)
            inverse[permutation[i]] = i;
        return inverse;
    }

    /// <summary>The one transpose that does <paramref name="first"/> and then <paramref name="second"/>.</summary>
    public static int[] Compose(IReadOnlyList<int> first, IReadOnlyList<int> second) => [.. second.Select(index => first[index])];

    public static int[] Apply(IReadOnlyList<int> permutation, IReadOnlyList<int> values) => [.. permutation.Select(index => values[index])];

    public static bool Same(IReadOnlyList<int> a, IReadOnlyList<int> b) => a.SequenceEqual(b);

    /// <summary>Whether dimensions longer than 1 keep their order, so that the transpose moves no element.</summary>
    public static bool MovesOnlyUnits(IReadOnlyList<int> permutation, IReadOnlyList<int> shape)
    {
        var last = -1;
        foreach (var source in permutation)
        {
            if (shape[source] == 1)
                continue;
            if (source < last)
                return false;
            last = source;
        }

        return true;
    }

    /// <summary>Batch first, then a rotation that brings the innermost dimensions forward: what channels-first layout makes of
    /// channels-last, (0,3,1,2) and its kin; not the way back, (0,2,3,1).</summary>
    public static bool IsChannelsFirst(IReadOnlyList<int> permutation)
    {
        var rank = permutation.Count;
        if (rank < 3 || permutation[0] != 0 || 2 * (permutation[1] - 1) < rank - 1)
            return false;
        for (var i = 1; i < rank; i++)
            if (permutation[i] != (permutation[1] + i - 2) % (rank - 1) + 1)
                return false;
        return true;
    }
}
