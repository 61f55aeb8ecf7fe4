namespace NpuSim.Cli.Sweeps.Search;

/// <summary>What a search moves along: one parameter.</summary>
/// <param name="Levels">Number of its values.</param>
/// <param name="IsOrdered">Whether a level between two others is between them in meaning; else levels are only different.</param>
public sealed record DesignAxis(int Levels, bool IsOrdered);

/// <summary>All combinations of the levels of some parameters. A combination's number is that of its levels in mixed radix, the first parameter slowest.</summary>
public sealed class DesignSpace
{
    /// <param name="axes">The parameters; the product of their levels is below 2⁵³.</param>
    public DesignSpace(IReadOnlyList<DesignAxis> axes) => (Axes, Size) = (axes, axes.Aggregate(1L, (size, axis) => checked(size * axis.Levels)));

    public IReadOnlyList<DesignAxis> Axes { get; }

    /// <summary>Number of combinations.</summary>
    public long Size { get; }

    /// <summary>The levels of a combination.</summary>
    public int[] Levels(long point)
    {
        int[] levels = new int[Axes.Count];
        for (int axis = Axes.Count - 1; axis >= 0; axis--)
        {
            levels[axis] = (int)(point % Axes[axis].Levels);
            point /= Axes[axis].Levels;
        }

        return levels;
    }

    /// <summary>The number of a combination.</summary>
    public long Point(IReadOnlyList<int> levels)
    {
        long point = 0;
        for (int axis = 0; axis < Axes.Count; axis++)
        {
            point = (point * Axes[axis].Levels) + levels[axis];
        }

        return point;
    }

    /// <summary>A combination as coordinates, each from 0 to 1: of an ordered parameter one; of another one for each level, so that any two levels are
    /// at a distance of 1. A parameter of one level has none.</summary>
    public double[] Place(long point)
    {
        int[] levels = Levels(point);
        var place = new List<double>(levels.Length);
        for (int axis = 0; axis < levels.Length; axis++)
        {
            int count = Axes[axis].Levels, own = levels[axis];
            if (count > 1 && (Axes[axis].IsOrdered || count == 2))
            {
                place.Add(own / (double)(count - 1));
            }
            else if (count > 1)
            {
                place.AddRange(Enumerable.Range(0, count).Select(level => level == own ? Math.Sqrt(0.5) : 0));
            }
        }

        return [.. place];
    }
}
