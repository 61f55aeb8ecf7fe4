namespace NpuSim.Workloads.Compress;

/// <summary>The splitmix64 generator: the same numbers on every host. Source: Steele, Lea and Flood, "Fast splittable pseudorandom number
/// generators", OOPSLA 2014.</summary>
public struct SplitMix64(ulong seed)
{
    private const ulong Increment = 0x9E3779B97F4A7C15;

    private ulong state = seed;

    /// <summary>The generator as it is after so many words.</summary>
    public static SplitMix64 At(ulong seed, ulong words) => new(unchecked(seed + words * Increment));

    public ulong Next()
    {
        state += Increment;
        var z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>Uniform in [0, 1), a multiple of 2⁻²⁴, so that it is exact in float32.</summary>
    public float NextUnit() => (Next() >> 40) * (1f / (1 << 24));

    /// <summary>Near the standard normal distribution, within ±6: a sum of twelve uniform numbers, which needs no logarithm of the host's.</summary>
    public float NextNormal()
    {
        // Each word gives four 16-bit parts; 12 parts have mean 6·65535 and variance 65536²·(1 − 2⁻³²).
        long sum = 0;
        for (var word = 0; word < 3; word++)
        {
            var bits = Next();
            sum += (long)(bits & 0xFFFF) + (long)((bits >> 16) & 0xFFFF) + (long)((bits >> 32) & 0xFFFF) + (long)(bits >> 48);
        }

        return (sum - 6 * 65535L) * (1f / 65536);
    }

    /// <summary>Uniform in 0…bound−1, bound at most 2³¹.</summary>
    public int NextBelow(int bound) => (int)((Next() >> 33) * (ulong)bound >> 31);
}
