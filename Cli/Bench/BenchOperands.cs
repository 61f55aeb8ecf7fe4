namespace NpuSim.Cli.Bench;

/// <summary>Operands of measured kernels: random, the same in every run.</summary>
internal static class BenchOperands
{
    private const int Seed = 1;
    private const int LineBytes = 64;

    public static sbyte[] Bytes(int length)
    {
        var random = new Random(Seed);
        var values = new sbyte[length];
        for (int i = 0; i < length; i++) values[i] = (sbyte)random.Next(-128, 128);
        return values;
    }

    public static int[] Accumulators(int length)
    {
        var random = new Random(Seed);
        var values = new int[length];
        for (int i = 0; i < length; i++) values[i] = random.Next(-100_000, 100_000);
        return values;
    }

    /// <summary>Zeros that start at a cache line, as the memories of a machine do.</summary>
    public static unsafe Memory<T> Aligned<T>(int length)
        where T : unmanaged
    {
        T[] values = GC.AllocateArray<T>(length + LineBytes / sizeof(T), pinned: true);
        fixed (T* start = values)
        {
            int skipped = (int)(-(nint)start & (LineBytes - 1)) / sizeof(T);
            return values.AsMemory(skipped, length);
        }
    }

    /// <summary>Values at a place that starts at a cache line.</summary>
    public static Memory<T> Aligned<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        var memory = Aligned<T>(values.Length);
        values.CopyTo(memory.Span);
        return memory;
    }

    public static float[] Floats(int length)
    {
        var random = new Random(Seed);
        var values = new float[length];
        for (int i = 0; i < length; i++) values[i] = random.NextSingle() - 0.5f;
        return values;
    }
}
