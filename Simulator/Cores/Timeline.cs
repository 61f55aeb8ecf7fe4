namespace NpuSim.Simulator.Cores;

/// <summary>When each instruction of each core started and finished.</summary>
internal sealed class Timeline
{
    private readonly long[][] _starts;
    private readonly long[][] _finishes;

    public Timeline(IEnumerable<int> instructionsPerCore)
    {
        int[] counts = [.. instructionsPerCore];
        _starts = [.. counts.Select(count => new long[count])];
        _finishes = [.. counts.Select(count => new long[count])];
    }

    public int Cores => _starts.Length;

    /// <summary>Where a core writes when its instructions start.</summary>
    public long[] StartsOf(int core) => _starts[core];

    /// <summary>Where a core writes when its instructions finish.</summary>
    public long[] FinishesOf(int core) => _finishes[core];

    /// <summary>Start cycles of a core's instructions.</summary>
    public ReadOnlySpan<long> Starts(int core) => _starts[core];

    /// <summary>Finish cycles of a core's instructions: the first cycle in which it no longer works.</summary>
    public ReadOnlySpan<long> Finishes(int core) => _finishes[core];
}
