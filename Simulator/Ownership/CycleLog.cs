using System.Runtime.InteropServices;
using NpuSim.Simulator.Reports;

namespace NpuSim.Simulator.Ownership;

/// <summary>Every entry of a ledger in order: eight bytes each, for traces.</summary>
internal sealed class CycleLog
{
    private const int OwnerBits = 5;

    private readonly List<long> _entries = [];

    public int Count => _entries.Count;

    /// <summary>Appends the cycles from the last entry up to this one.</summary>
    public void Add(CycleOwner owner, long until) => _entries.Add((until << OwnerBits) | (long)owner);

    /// <summary>Whose the cycles of an entry are.</summary>
    public CycleOwner Owner(int entry) => (CycleOwner)(CollectionsMarshal.AsSpan(_entries)[entry] & ((1 << OwnerBits) - 1));

    /// <summary>The cycle behind the last one of an entry.</summary>
    public long Until(int entry) => CollectionsMarshal.AsSpan(_entries)[entry] >> OwnerBits;
}
