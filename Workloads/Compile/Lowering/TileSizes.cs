using System.Collections.Concurrent;
using NpuSim.Isa.Instructions;

namespace NpuSim.Workloads.Compile.Lowering;

/// <summary>Sizes to try for one extent.</summary>
internal static class TileSizes
{
    /// <summary>The least common multiple of two positive numbers.</summary>
    public static int LeastCommonMultiple(int a, int b)
    {
        int x = a, y = b;
        while (y != 0)
        {
            (x, y) = (y, x % y);
        }

        return a / x * b;
    }

    private static readonly ConcurrentDictionary<(int Extent, int Granule), int[]> Known = new();

    /// <summary>The extent cut into 1, 2, 3, 4, 6, 8, 12, … about equal parts, each a multiple of the granule (or the extent itself);
    /// descending, without repetition. Kept: there are as many as models have extents.</summary>
    public static IReadOnlyList<int> Parts(int extent, int granule) => Known.GetOrAdd((extent, granule), static of => Cut(of.Extent, of.Granule));

    private static int[] Cut(int extent, int granule)
    {
        var sizes = new List<int>();
        int previous = int.MaxValue;
        for (int power = 1; power <= extent; power *= 2)
        {
            foreach (int parts in (int[])[power, power + power / 2])
            {
                int size = Math.Min(extent, ArrayOrder.RoundUp((extent + parts - 1) / parts, granule));
                if (size < previous)
                {
                    previous = size;
                    sizes.Add(size);
                }
            }
        }

        if (Math.Min(extent, granule) < previous)
        {
            sizes.Add(Math.Min(extent, granule));
        }

        return [.. sizes];
    }
}
