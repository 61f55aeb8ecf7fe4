namespace NpuSim.Simulator.Memory.Dram;

/// <summary>The best command so far that a command bus may give.</summary>
internal struct DramChoice
{
    public long Clock;

    /// <summary>Smaller is first among commands of the same clock: opened requests, refresh, then order of arrival.</summary>
    public long Key;
    public DramCommandKind Kind;

    /// <summary>The bank, or the rank of a command to a whole rank.</summary>
    public int Bank;
    public int Slot;

    /// <summary>Takes a command that is better.</summary>
    public void Offer(long clock, long key, DramCommandKind kind, int bank, int slot)
    {
        if (clock < Clock || (clock == Clock && key < Key))
        {
            (Clock, Key, Kind, Bank, Slot) = (clock, key, kind, bank, slot);
        }
    }
}
