using System.Runtime.InteropServices;
using NpuSim.Isa.Instructions;

namespace NpuSim.Workloads.Compile;

/// <summary>Finds which earlier instructions a new one must wait for: every pair of accesses that overlap and of which one writes.</summary>
/// <remarks>Ranges are bounding intervals. A write takes over the entries inside its interval: whoever conflicts with those later
/// conflicts with the write too, and the write has waited for them.</remarks>
internal sealed class HazardTracker
{
    private readonly record struct Entry(long Start, long End, int Queue, int Index, bool Write)
    {
        /// <summary>Whether everything that would wait for the other access waits for this one as well.</summary>
        public bool Replaces(in Entry other) =>
            other.Start >= Start && other.End <= End && (Write || (!other.Write && other.Queue == Queue));
    }

    private readonly List<Entry>[] _entries = [.. Enum.GetValues<MemorySpace>().Select(_ => new List<Entry>())];

    /// <summary>Records an access and reports the accesses it depends on, in no particular order, its own queue's left out.</summary>
    /// <param name="footprint">What is touched.</param>
    /// <param name="queue">Queue of the instruction.</param>
    /// <param name="index">Position in that queue.</param>
    /// <param name="dependencies">Latest position per queue that must have finished; raised, never lowered.</param>
    public void Access(Footprint footprint, int queue, int index, int[] dependencies)
    {
        bool write = footprint.Role != Role.Read;
        var access = new Entry(footprint.Start, footprint.Start + footprint.Length, queue, index, write);
        var entries = _entries[(int)footprint.Space];
        var all = CollectionsMarshal.AsSpan(entries);
        int kept = 0;
        for (int i = 0; i < all.Length; i++)
        {
            ref readonly var entry = ref all[i];
            if (entry.Start < access.End && access.Start < entry.End)
            {
                if ((write || entry.Write) && entry.Queue != queue)
                {
                    dependencies[entry.Queue] = Math.Max(dependencies[entry.Queue], entry.Index);
                }

                if (access.Replaces(entry))
                {
                    continue;
                }
            }

            if (kept != i)
            {
                all[kept] = entry;
            }

            kept++;
        }

        entries.RemoveRange(kept, entries.Count - kept);
        entries.Add(access);
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
