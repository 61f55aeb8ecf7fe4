namespace NpuSim.Simulator.Memory.Dram;

/// <summary>Bursts that follow each other in memory.</summary>
/// <param name="First">Number of the first burst: its address / burst bytes.</param>
/// <param name="Count">Bursts, at least 1.</param>
/// <param name="Write">Direction.</param>
public readonly record struct BurstRun(long First, long Count, bool Write);

/// <summary>The requests of one requester, in order.</summary>
public interface IBurstSource
{
    /// <summary>The next run. False where nothing is left.</summary>
    bool TryNext(out BurstRun run);
}
