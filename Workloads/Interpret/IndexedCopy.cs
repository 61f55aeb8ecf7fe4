namespace NpuSim.Workloads.Interpret;

/// <summary>Moves elements of a dense tensor into a dense result, each dimension of the result through a list of source offsets.</summary>
internal static class IndexedCopy
{
    /// <summary>Offset of an element that is not in the source.</summary>
    public const int Filled = -1;

    /// <summary>Elements from index to index of each dimension of a dense tensor.</summary>
    public static int[] Strides(IReadOnlyList<int> shape)
    {
        var strides = new int[shape.Count];
        var stride = 1;
        for (var axis = shape.Count - 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= shape[axis];
        }

        return strides;
    }

    /// <summary>0, stride, 2·stride, … for so many indices.</summary>
    public static int[] Steps(int count, int stride)
    {
        var offsets = new int[count];
        for (var index = 0; index < count; index++)
        {
            offsets[index] = index * stride;
        }

        return offsets;
    }

    /// <summary>Offsets that spread a tensor over a shape that it broadcasts to.</summary>
    public static int[][] Broadcast(IReadOnlyList<int> shape, IReadOnlyList<int> target)
    {
        var strides = Strides(shape);
        var missing = target.Count - shape.Count;
        var offsets = new int[target.Count][];
        for (var axis = 0; axis < target.Count; axis++)
        {
            var stride = axis < missing || shape[axis - missing] == 1 ? 0 : strides[axis - missing];
            offsets[axis] = Steps(target[axis], stride);
        }

        return offsets;
    }

    /// <summary>target[i, j, …] = source[offsets[0][i] + offsets[1][j] + …], or <paramref name="fill"/> where one of them is
    /// <see cref="Filled"/>.</summary>
    /// <param name="offsets">Source offsets in elements, one list for each dimension of the result.</param>
    /// <param name="source">Source elements.</param>
    /// <param name="target">Result, dense row-major.</param>
    /// <param name="elementBytes">Bytes of an element.</param>
    /// <param name="fill">One element.</param>
    public static void Copy(
        IReadOnlyList<int[]> offsets, ReadOnlySpan<byte> source, Span<byte> target, int elementBytes, ReadOnlySpan<byte> fill = default)
    {
        // Inner dimensions that lie in the source as in the result are one block.
        var block = 1;
        var outer = offsets.Count;
        while (outer > 0 && IsDense(offsets[outer - 1], block))
        {
            block *= offsets[--outer].Length;
        }

        Copy(offsets, 0, outer, 0, source, target, block * elementBytes, elementBytes, fill);
    }

    private static void Copy(
        IReadOnlyList<int[]> offsets, int axis, int outer, int offset, ReadOnlySpan<byte> source, Span<byte> target, int blockBytes,
        int elementBytes, ReadOnlySpan<byte> fill)
    {
        if (axis == outer)
        {
            source.Slice(offset * elementBytes, blockBytes).CopyTo(target);
            return;
        }

        var steps = offsets[axis];
        var bytes = target.Length / steps.Length;
        for (var index = 0; index < steps.Length; index++)
        {
            var part = target.Slice(index * bytes, bytes);
            if (steps[index] == Filled)
            {
                Fill(part, fill);
            }
            else
            {
                Copy(offsets, axis + 1, outer, offset + steps[index], source, part, blockBytes, elementBytes, fill);
            }
        }
    }

    private static void Fill(Span<byte> target, ReadOnlySpan<byte> fill)
    {
        for (var start = 0; start < target.Length; start += fill.Length)
        {
            fill.CopyTo(target[start..]);
        }
    }

    private static bool IsDense(int[] offsets, int stride)
    {
        for (var index = 0; index < offsets.Length; index++)
        {
            if (offsets[index] != index * stride)
            {
                return false;
            }
        }

        return true;
    }
}
