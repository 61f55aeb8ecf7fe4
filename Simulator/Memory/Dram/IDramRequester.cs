namespace NpuSim.Simulator.Memory.Dram;

/// <summary>Who hears what a channel did.</summary>
internal interface IDramRequester
{
    /// <summary>A read's command has gone out; its last data is there at a clock.</summary>
    void ReadIssued(int port, long clock, long dataClock);

    /// <summary>A write's command has gone out.</summary>
    void WriteIssued(long clock);

    /// <summary>A queue has a place more, which may be taken in the same clock.</summary>
    void QueueFreed(long clock);
}
