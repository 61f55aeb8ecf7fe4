using NpuSim.Isa.Instructions;

namespace NpuSim.Workloads.Compile;

/// <summary>An access of an instruction to a memory.</summary>
/// <param name="First">Lowest byte.</param>
/// <param name="Last">Highest byte.</param>
/// <param name="Queue">Queue of the instruction.</param>
/// <param name="Position">Its position in the stream.</param>
/// <param name="Write">Whether it changes what is there.</param>
internal readonly record struct Access(uint First, uint Last, int Queue, int Position, bool Write);

/// <summary>Finds which earlier instructions a new one must wait for: every pair of accesses that overlap and of which one writes.</summary>
/// <param name="constants">From here to the end of the memory nothing is ever written, so that there is nothing to wait for.</param>
internal sealed class HazardTracker(Address constants)
{
    private readonly MemoryAccesses[] _spaces = [.. Enum.GetValues<MemorySpace>().Select(_ => new MemoryAccesses())];

    /// <summary>Whether so much has come together that it is worth <see cref="Forget"/>.</summary>
    public bool IsLong { get; private set; }

    /// <summary>Records an access and reports the accesses it depends on, its own queue's left out.</summary>
    /// <param name="space">The memory.</param>
    /// <param name="start">Lowest byte.</param>
    /// <param name="length">Bytes to the highest one.</param>
    /// <param name="queue">Queue of the instruction.</param>
    /// <param name="position">Its position in the stream.</param>
    /// <param name="write">Whether it changes what is there.</param>
    /// <param name="dependencies">Latest position per queue that is known to have finished, or must have, as far as known.</param>
    /// <returns>The same, raised where the access asks for more.</returns>
    public QueuePositions Access(MemorySpace space, long start, long length, int queue, int position, bool write, QueuePositions dependencies)
    {
        bool isConstant = space == constants.Space && start >= constants.Offset;
        if (isConstant || length <= 0)
        {
            return dependencies;
        }

        var access = new Access(checked((uint)start), checked((uint)(start + length - 1)), queue, position, write);
        var accesses = _spaces[(int)space];
        dependencies = accesses.Meet(access, dependencies);
        accesses.Add(access);
        IsLong |= accesses.IsLong;
        return dependencies;
    }

    /// <summary>Forgets accesses for which nobody will ever wait again.</summary>
    /// <param name="done">For each queue the latest position of which every other queue knows that it has finished.</param>
    public void Forget(QueuePositions done)
    {
        foreach (var space in _spaces)
        {
            if (space.IsLong)
            {
                space.Forget(done);
            }
        }

        IsLong = false;
    }

    /// <summary>Forgets everything, after a point at which every engine was idle.</summary>
    public void Clear()
    {
        foreach (var space in _spaces)
        {
            space.Clear();
        }
    }
}
