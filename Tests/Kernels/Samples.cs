using NpuSim.Kernels;

namespace NpuSim.Tests.Kernels;

/// <summary>Random operands in which the extremes are frequent.</summary>
internal static class Samples
{
    /// <summary>Levels above scalar that this host can run.</summary>
    internal static IEnumerable<SimdLevel> VectorLevels => Simd.Supported.Where(level => level != SimdLevel.Scalar);

    internal static sbyte[] Bytes(Random random, int length)
    {
        var values = new sbyte[length];
        for (int i = 0; i < length; i++)
        {
            values[i] = random.Next(8) switch
            {
                0 => sbyte.MinValue,
                1 => sbyte.MaxValue,
                _ => (sbyte)random.Next(-128, 128),
            };
        }

        return values;
    }

    internal static int[] Integers(Random random, int length)
    {
        var values = new int[length];
        for (int i = 0; i < length; i++)
        {
            values[i] = random.Next(10) switch
            {
                0 => int.MinValue,
                1 => int.MaxValue,
                2 => 0,
                3 => random.Next(-3, 4),
                4 or 5 or 6 => random.Next(-100_000, 100_000),
                _ => unchecked((int)random.NextInt64()),
            };
        }

        return values;
    }

    /// <summary>Finite values of every magnitude, with zeros of both signs and infinities.</summary>
    internal static float[] Floats(Random random, int length)
    {
        var values = new float[length];
        for (int i = 0; i < length; i++)
        {
            values[i] = random.Next(12) switch
            {
                0 => 0f,
                1 => -0f,
                2 => float.PositiveInfinity,
                3 => float.NegativeInfinity,
                4 => (random.NextSingle() - 0.5f) * 1e30f,
                5 => (random.NextSingle() - 0.5f) * 1e-30f,
                _ => (random.NextSingle() - 0.5f) * 200f,
            };
        }

        return values;
    }

    /// <summary>Finite values near 0 as activations have them.</summary>
    internal static float[] Activations(Random random, int length)
    {
        var values = new float[length];
        for (int i = 0; i < length; i++) values[i] = random.Next(10) == 0 ? 0f : (random.NextSingle() - 0.5f) * 8f;
        return values;
    }
}
