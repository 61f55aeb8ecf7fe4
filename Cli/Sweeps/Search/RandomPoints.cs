using NpuSim.Workloads.Compress;

namespace NpuSim.Cli.Sweeps.Search;

/// <summary>Combinations drawn without replacement.</summary>
internal static class RandomPoints
{
    /// <summary>Different points of 0…size−1, uniformly; the same for the same seed.</summary>
    /// <remarks>The first steps of a Fisher–Yates shuffle that keeps only the places that were exchanged.</remarks>
    public static IReadOnlyList<long> Draw(long size, int count, int seed)
    {
        var random = new SplitMix64((ulong)seed);
        var moved = new Dictionary<long, long>();
        long[] points = new long[count];
        for (int index = 0; index < count; index++)
        {
            long other = index + Below(ref random, size - index);
            points[index] = moved.GetValueOrDefault(other, other);
            moved[other] = moved.GetValueOrDefault(index, index);
        }

        return points;
    }

    /// <summary>Uniform in 0…bound−1.</summary>
    public static long Below(ref SplitMix64 random, long bound) => (long)(((UInt128)random.Next() * (ulong)bound) >> 64);
}
