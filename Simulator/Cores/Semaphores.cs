using System.Runtime.CompilerServices;
using NpuSim.Isa.Instructions;
using NpuSim.Isa.Timing;
using NpuSim.Simulator.Streams;

namespace NpuSim.Simulator.Cores;

/// <summary>What an early signal says of who gave it.</summary>
/// <param name="End">Cycle at which it ends.</param>
/// <param name="Flow">When its results come.</param>
/// <param name="Unit">Where it runs.</param>
/// <param name="Index">Its number in the stream.</param>
internal readonly record struct ProducerResults(long End, ResultFlow Flow, int Unit, int Index);

/// <summary>The counting semaphores of one core. Number 0 is none: there is always enough of it.</summary>
internal sealed class Semaphores
{
    private const long Enough = 1L << 62;

    private readonly long[] _counts = [Enough, .. new long[Sync.SemaphoreCount - 1]];
    private readonly Queue<ProducerResults>?[] _early = new Queue<ProducerResults>?[Sync.SemaphoreCount];

    public long this[int semaphore] => _counts[semaphore];

    /// <summary>Takes everything the step waits for, at once, or nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTake(in StepSync sync) => !sync.Waits || TryTakeAll(sync);

    /// <summary>The semaphores that a step waits for, as bits.</summary>
    public static ulong Waits(in StepSync sync) => (1ul << sync.Wait0 | 1ul << sync.Wait1 | 1ul << sync.CountedWait) & ~1ul;

    /// <summary>The semaphores that a step gives, as bits.</summary>
    public static ulong Signals(in StepSync sync) => (1ul << sync.Signal0 | 1ul << sync.Signal1 | 1ul << sync.CountedSignal) & ~1ul;

    private bool TryTakeAll(in StepSync sync)
    {
        if (sync.CountedWait == 0 && sync.Wait0 != sync.Wait1)
        {
            return TryTakeTwo(sync.Wait0, sync.Wait1);
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

    // Two different ones, of which one may be none: the common case.
    private bool TryTakeTwo(int first, int second)
    {
        long[] counts = _counts;
        if (counts[first] == 0 | counts[second] == 0)
        {
            return false;
        }

        counts[first]--;
        counts[second]--;
        counts[0] = Enough;
        return true;
    }

    /// <summary>Gives what a step signals, at its end or early.</summary>
    public void Give(in Signal signal)
    {
        if (signal.Early is { } producer)
        {
            GiveEarly(signal.Sync, producer);
        }
        else
        {
            Give(signal.Sync);
        }
    }

    /// <summary>Gives what a step signals at its end.</summary>
    public void Give(in StepSync sync)
    {
        long[] counts = _counts;
        counts[sync.Early > 0 ? 0 : sync.Signal0]++;
        counts[sync.Early > 1 ? 0 : sync.Signal1]++;
        counts[sync.CountedSignal] += sync.Count;
        counts[0] = Enough;
    }

    private void GiveEarly(in StepSync sync, in ProducerResults producer)
    {
        GiveEarly(sync.Signal0, producer);
        if (sync.Early > 1)
        {
            GiveEarly(sync.Signal1, producer);
        }
    }

    /// <summary>What a step that has just taken its semaphores streams behind; false where nothing. Signals are taken in the order given.</summary>
    public bool TryTakeProducer(int semaphore, out ProducerResults producer)
    {
        producer = default;
        return _early[semaphore] is { } queue && queue.TryDequeue(out producer);
    }

    private void GiveEarly(int semaphore, in ProducerResults producer)
    {
        (_early[semaphore] ??= new Queue<ProducerResults>()).Enqueue(producer);
        Add(semaphore, 1);
    }

    /// <summary>The first semaphore that the step waits for and cannot take; 0 where there is none.</summary>
    public int Missing(in StepSync sync)
    {
        foreach (int semaphore in (ReadOnlySpan<int>)[sync.Wait0, sync.Wait1, sync.CountedWait])
        {
            if (semaphore != 0 && _counts[semaphore] < Wanted(sync, semaphore))
            {
                return semaphore;
            }
        }

        return 0;
    }

    /// <summary>How many of a semaphore the step takes.</summary>
    public static int Wanted(in StepSync sync, int semaphore) =>
        (sync.Wait0 == semaphore ? 1 : 0) + (sync.Wait1 == semaphore ? 1 : 0) + (sync.CountedWait == semaphore ? sync.Count : 0);

    private void Add(int semaphore, int count)
    {
        if (semaphore != 0)
        {
            _counts[semaphore] += count;
        }
    }
}
