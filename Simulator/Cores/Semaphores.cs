using NpuSim.Isa.Instructions;
using NpuSim.Simulator.Streams;

namespace NpuSim.Simulator.Cores;

/// <summary>The counting semaphores of one core. Number 0 is none.</summary>
internal sealed class Semaphores
{
    private readonly long[] _counts = new long[Sync.SemaphoreCount];

    public long this[int semaphore] => _counts[semaphore];

    /// <summary>Takes everything the step waits for, at once, or nothing.</summary>
    public bool TryTake(in StepSync sync)
    {
        if (!sync.Waits)
        {
            return true;
        }

        Add(sync.Wait0, -1);
        Add(sync.Wait1, -1);
        Add(sync.CountedWait, -sync.Count);
        if (_counts[sync.Wait0] >= 0 && _counts[sync.Wait1] >= 0 && _counts[sync.CountedWait] >= 0)
        {
            return true;
        }

        Add(sync.Wait0, 1);
        Add(sync.Wait1, 1);
        Add(sync.CountedWait, sync.Count);
        return false;
    }

    /// <summary>Gives what the step signals.</summary>
    public void Give(in StepSync sync)
    {
        Add(sync.Signal0, 1);
        Add(sync.Signal1, 1);
        Add(sync.CountedSignal, sync.Count);
    }

    /// <summary>The first semaphore that the step waits for and cannot take; 0 where there is none.</summary>
    public int Missing(in StepSync sync)
    {
        foreach (int semaphore in (ReadOnlySpan<int>)[sync.Wait0, sync.Wait1, sync.CountedWait])
        {
            int wanted = (sync.Wait0 == semaphore ? 1 : 0) + (sync.Wait1 == semaphore ? 1 : 0) + (sync.CountedWait == semaphore ? sync.Count : 0);
            if (semaphore != 0 && _counts[semaphore] < wanted)
            {
                return semaphore;
            }
        }

        return 0;
    }

    private void Add(int semaphore, int count)
    {
        if (semaphore != 0)
        {
            _counts[semaphore] += count;
        }
    }
}
