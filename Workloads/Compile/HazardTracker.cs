using NpuSim.Isa.Instructions;

namespace NpuSim.Workloads.Compile;

/// <summary>Finds which earlier instructions a new one must wait for: every pair of accesses that overlap and of which one writes.</summary>
/// <remarks>Ranges are bounding intervals. A write takes over the entries inside its interval: whoever conflicts with those later
/// conflicts with the write too, and the write has waited for them.</remarks>
internal sealed class HazardTracker
{
    private readonly record struct Entry(long Start, long End, int Queue, int Index, bool Write);

    private readonly List<Entry>[] _entries = [.. Enum.GetValues<MemorySpace>().Select(_ => new List<Entry>())];

    /// <summary>Records an access and reports the accesses it depends on, in no particular order, its own queue's left out.</summary>
    /// <param name="footprint">What is touched.</param>
    /// <param name="queue">Queue of the instruction.</param>
    /// <param name="index">Position in that queue.</param>
    /// <param name="dependencies">Latest position per queue that must have finished; raised, never lowered.</param>
    public void Access(Footprint footprint, int queue, int index, int[] dependencies)
    {
        bool write = footprint.Role != Role.Read;
        long start = footprint.Start, end = start + footprint.Length;
        var entries = _entries[(int)footprint.Space];
        int kept = 0;
        for (int i = 0; i < entries.Count; i++)
        {
            var entry = entries[i];
            bool overlaps = entry.Start < end && start < entry.End;
            if (overlaps && (write || entry.Write) && entry.Queue != queue)
            {
                dependencies[entry.Queue] = Math.Max(dependencies[entry.Queue], entry.Index);
            }

            bool replaced = overlaps && entry.Start >= start && entry.End <= end
                && (write || (!entry.Write && entry.Queue == queue));
            if (!replaced)
            {
                entries[kept++] = entry;
            }
        }

        entries.RemoveRange(kept, entries.Count - kept);
        entries.Add(new Entry(start, end, queue, index, write));
    }

    /// <summary>Forgets everything, after a point at which every engine was idle.</summary>
    public void Clear()
    {
        foreach (var entries in _entries)
        {
            entries.Clear();
        }
    }
}
