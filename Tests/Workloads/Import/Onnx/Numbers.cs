using Xunit;

namespace NpuSim.Tests.Workloads.Import.Onnx;

/// <summary>Drawn float32 numbers, and their comparison.</summary>
internal static class Numbers
{
    /// <summary>Numbers of −2 to 2 in steps of 1/64, always the same for a seed.</summary>
    public static float[] Drawn(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(-128, 129) / 64f)];
    }

    public static void AssertClose(float[] expected, float[] actual, float tolerance = 1e-5f)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance * (1 + Math.Abs(expected[i])), $"element {i}: {expected[i]} expected, {actual[i]} found");
    }
}
