using System.Numerics;

namespace NpuSim.Workloads.Compile;

/// <summary>The semaphores that one instruction waits for, or signals: at most eight, in order, in one word.</summary>
internal struct SemaphoreList
{
    private const int Bits = 8;
    private ulong _semaphores;

    public readonly int Count => sizeof(ulong) - BitOperations.LeadingZeroCount(_semaphores) / Bits;

    /// <summary>A semaphore in the list; 0, which is none, behind its end.</summary>
    public readonly byte this[int index] => index < sizeof(ulong) ? (byte)(_semaphores >> (Bits * index)) : (byte)0;

    public void Add(byte semaphore)
    {
        Require();
        _semaphores |= (ulong)semaphore << (Bits * Count);
    }

    public void AddFirst(byte semaphore)
    {
        Require();
        _semaphores = _semaphores << Bits | semaphore;
    }

    private readonly void Require()
    {
        if (Count == sizeof(ulong))
        {
            throw new InvalidOperationException("more than eight semaphores of one instruction");
        }
    }
}
