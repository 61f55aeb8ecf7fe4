using System.Numerics;

namespace NpuSim.Workloads.Compile;

/// <summary>The accesses to one memory that later ones may have to wait for: of each queue what it reads and what it writes.</summary>
/// <remarks>A write supersedes the accesses inside its interval: whoever conflicts with those later conflicts with the write too, and the write has waited
/// for them. Within a queue only the latest access that is met counts.</remarks>
internal sealed class MemoryAccesses
{
    private const uint All = uint.MaxValue;

    private readonly AccessList?[] _reads = new AccessList?[QueuePositions.MostQueues];
    private readonly AccessList?[] _writes = new AccessList?[QueuePositions.MostQueues];
    private QueuePositions _lastReads = QueuePositions.None;
    private QueuePositions _lastWrites = QueuePositions.None;

    /// <summary>Whether so much has come together that it is worth <see cref="Forget"/>.</summary>
    public bool IsLong { get; private set; }

    /// <summary>The accesses of other queues that conflict with one.</summary>
    /// <param name="access">The access; not empty.</param>
    /// <param name="dependencies">Position per queue up to which it is of no interest what is met.</param>
    /// <returns>The same, raised to the latest position of each queue that is met behind it.</returns>
    public QueuePositions Meet(in Access access, QueuePositions dependencies)
    {
        uint others = ~(1u << access.Queue);
        for (uint open = _lastWrites.Behind(dependencies) & others; open != 0; open &= open - 1)
        {
            int queue = BitOperations.TrailingZeroCount(open);
            dependencies = Latest(_writes[queue]!, queue, access, dependencies);
        }

        if (access.Write)
        {
            for (uint open = _lastReads.Behind(dependencies) & others; open != 0; open &= open - 1)
            {
                int queue = BitOperations.TrailingZeroCount(open);
                dependencies = Latest(_reads[queue]!, queue, access, dependencies);
            }
        }

        return dependencies;
    }

    /// <summary>Records an access.</summary>
    public void Add(in Access access)
    {
        ref var list = ref (access.Write ? _writes : _reads)[access.Queue];
        list ??= new AccessList();
        list.Add(access.First, access.Last, access.Position);
        IsLong |= list.IsLong;
        ref var last = ref access.Write ? ref _lastWrites : ref _lastReads;
        last = last.With(access.Queue, access.Position);
    }

    /// <summary>Forgets accesses for which nobody will ever wait again.</summary>
    /// <param name="done">For each queue the latest position of which every other queue knows that it has finished.</param>
    public void Forget(QueuePositions done)
    {
        for (int queue = 0; queue < QueuePositions.MostQueues; queue++)
        {
            if (_reads[queue] is { IsLong: true } reads)
            {
                Forget(reads, done[queue], (first, last, position) => reads.Covers(first, last, position) || IsSuperseded(first, last, position, All));
            }

            if (_writes[queue] is { IsLong: true } writes)
            {
                Forget(writes, done[queue], (first, last, position) => IsSuperseded(first, last, position, All));
            }
        }

        IsLong = false;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        foreach (var list in (ReadOnlySpan<AccessList?>)[.. _reads, .. _writes])
        {
            list?.Clear();
        }

        (_lastReads, _lastWrites) = (QueuePositions.None, QueuePositions.None);
    }

    private static void Forget(AccessList list, int done, Func<uint, uint, int, bool> isSuperfluous)
    {
        list.Forget(done);
        if (list.IsCrowded)
        {
            list.RemoveWhere(isSuperfluous);
        }
    }

    // What the queue itself wrote later would have been met, and what the one that asks wrote later has waited already.
    private QueuePositions Latest(AccessList list, int queue, in Access access, QueuePositions dependencies)
    {
        int place = list.Count;
        uint others = ~(1u << access.Queue | 1u << queue);
        do
        {
            place = list.Before(place, access.First, access.Last, dependencies[queue]);
        }
        while (place >= 0 && IsSuperseded(list.First(place), list.Last(place), list.Position(place), others));
        return place < 0 ? dependencies : dependencies.With(queue, list.Position(place));
    }

    private bool IsSuperseded(uint first, uint last, int position, uint writers)
    {
        for (uint open = _lastWrites.Behind(QueuePositions.All(position)) & writers; open != 0; open &= open - 1)
        {
            if (_writes[BitOperations.TrailingZeroCount(open)]!.Covers(first, last, position))
            {
                return true;
            }
        }

        return false;
    }
}
