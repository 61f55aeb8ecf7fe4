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

    /// <summary>The extent cut into 1, 2, 3, 4, 6, 8, 12, … about equal parts, each a multiple of the granule (or the extent itself);
    /// descending, without repetition.</summary>
    public static IEnumerable<int> Parts(int extent, int granule)
    {
        int previous = int.MaxValue;
        for (int power = 1; power <= extent; power *= 2)
        {
            foreach (int parts in (int[])[power, power + power / 2])
            {
                int size = Math.Min(extent, ArrayOrder.RoundUp((extent + parts - 1) / parts, granule));
                if (size < previous)
                {
                    previous = size;
                    yield return size;
                }
            }
        }

        if (Math.Min(extent, granule) < previous)
        {
            yield return Math.Min(extent, granule);
        }
    }
}
