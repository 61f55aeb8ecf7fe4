using System.Buffers;

namespace NpuSim.Simulator.Cores;

/// <summary>When each instruction of each core started and finished.</summary>
/// <remarks>A sweep makes one for every point, so that its memory comes from a pool and may be given back.</remarks>
internal sealed class Timeline
{
    private readonly int[] _counts;
    private readonly long[][] _starts;
    private readonly long[][] _finishes;

    public Timeline(IEnumerable<int> instructionsPerCore)
    {
        _counts = [.. instructionsPerCore];
        _starts = [.. _counts.Select(ArrayPool<long>.Shared.Rent)];
        _finishes = [.. _counts.Select(ArrayPool<long>.Shared.Rent)];
    }

    public int Cores => _starts.Length;

    /// <summary>Where a core writes when its instructions start; a finished run has written it for each.</summary>
    public long[] StartsOf(int core) => _starts[core];

    /// <summary>Where a core writes when its instructions finish.</summary>
    public long[] FinishesOf(int core) => _finishes[core];

    /// <summary>Start cycles of a core's instructions.</summary>
    public ReadOnlySpan<long> Starts(int core) => _starts[core].AsSpan(0, _counts[core]);

    /// <summary>Finish cycles of a core's instructions: the first cycle in which it no longer works.</summary>
    public ReadOnlySpan<long> Finishes(int core) => _finishes[core].AsSpan(0, _counts[core]);

    /// <summary>Gives the memory back; nothing may be read or written afterwards.</summary>
    public void Release()
    {
        foreach (long[][] cycles in (ReadOnlySpan<long[][]>)[_starts, _finishes])
        {
            for (int core = 0; core < cycles.Length; core++)
            {
                ArrayPool<long>.Shared.Return(cycles[core]);
                cycles[core] = [];
            }
        }
    }
}
