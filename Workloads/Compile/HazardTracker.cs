using NpuSim.Isa.Instructions;

namespace NpuSim.Workloads.Compile;

/// <summary>An access of an instruction to a memory.</summary>
/// <param name="Space">The memory.</param>
/// <param name="Start">Lowest byte.</param>
/// <param name="End">The byte behind the highest one.</param>
/// <param name="Queue">Queue of the instruction.</param>
/// <param name="Index">Its position in that queue.</param>
/// <param name="Write">Whether it changes what is there.</param>
internal readonly record struct Access(MemorySpace Space, long Start, long End, int Queue, int Index, bool Write);

/// <summary>Finds which earlier instructions a new one must wait for: every pair of accesses that overlap and of which one writes.</summary>
/// <remarks>Ranges are bounding intervals. A write takes over the entries inside its interval: whoever conflicts with those later
/// conflicts with the write too, and the write has waited for them.</remarks>
/// <param name="constants">From here to the end of the memory nothing is ever written, so that there is nothing to wait for.</param>
internal sealed class HazardTracker(Address constants)
{
    private readonly AccessList[] _spaces = [.. Enum.GetValues<MemorySpace>().Select(_ => new AccessList())];

    /// <summary>Whether so much has come together that it is worth <see cref="Forget"/>.</summary>
    public bool IsLong { get; private set; }

    /// <summary>Records an access and reports the accesses it depends on, its own queue's left out.</summary>
    /// <param name="access">The access.</param>
    /// <param name="dependencies">Latest position per queue that must have finished, as far as known.</param>
    /// <returns>The same, raised where the access asks for more.</returns>
    public QueuePositions Access(in Access access, QueuePositions dependencies)
    {
        bool isConstant = access.Space == constants.Space && access.Start >= constants.Offset;
        if (isConstant || access.End <= access.Start)
        {
            return dependencies;
        }

        var space = _spaces[(int)access.Space];
        dependencies = space.Replace(access, dependencies);
        IsLong |= space.IsLong;
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
