using System.Numerics;
using System.Runtime.ExceptionServices;
using System.Threading.Channels;

namespace NpuSim.Simulator.Execution;

/// <summary>Threads that execute steps as soon as the steps they depend on have finished. Their result is that of one after the other.</summary>
internal sealed class StepWorkers : IDisposable
{
    // A worker looks that many times before it goes to sleep: waking it costs more than most steps.
    private const int Looks = 20;

    private readonly Channel<int> _ready = Channel.CreateBounded<int>(StepWindow.Capacity);
    private readonly StepWindow _window;
    private readonly Action<ValueStep> _execute;
    private readonly Task[] _workers;
    private readonly Lock _failureLock = new();
    private Exception? _failure;
    private int _failedPlace = int.MaxValue;

    /// <param name="threads">Workers, at least 1.</param>
    /// <param name="dmaEngines">DMA engines of a core.</param>
    /// <param name="execute">Executes a step; called from every worker.</param>
    public StepWorkers(int threads, int dmaEngines, Action<ValueStep> execute)
    {
        (_window, _execute) = (new StepWindow(dmaEngines), execute);
        _workers = new Task[threads];
        for (int worker = 0; worker < threads; worker++)
        {
            _workers[worker] = Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
    }

    /// <summary>A step to be filled and handed to <see cref="Issue"/>. Waits while the window is full.</summary>
    public ValueStep Next(out int slot)
    {
        slot = _window.FreeSlot();
        return _window[slot];
    }

    /// <summary>Puts a step under way. Steps are issued by one thread, in the order of the program.</summary>
    public void Issue(int slot)
    {
        if (_window.Issue(slot))
        {
            Hand(slot);
        }
    }

    /// <summary>Waits until everything issued has been executed.</summary>
    /// <exception cref="SimulationException">That of the first step of the order that failed, whichever failed first.</exception>
    public void Drain()
    {
        _window.WaitUntilBusy(0);
        ThrowFailure();
    }

    /// <summary>Throws if a step has failed; what was issued before it has been executed then.</summary>
    public void ThrowFailure()
    {
        if (Volatile.Read(ref _failure) is null)
        {
            return;
        }

        // A step before the failed one may be under way still, and fail as well: the first of the order counts.
        _window.WaitUntilBusy(0);
        ExceptionDispatchInfo.Throw(_failure!);
    }

    public void Dispose()
    {
        _window.WaitUntilBusy(0);
        _ready.Writer.Complete();
        Task.WaitAll(_workers);
        _window.Dispose();
    }

    // Never full: as many steps as it holds are under way at most.
    private void Hand(int slot) => _ready.Writer.TryWrite(slot);

    private void Work()
    {
        while (TryTake(out int slot))
        {
            while (slot >= 0)
            {
                Run(_window[slot]);
                slot = Continue(_window.Finish(slot));
            }
        }
    }

    // The worker goes on with one of the steps that waited for the last one, whose data it has in its caches.
    private int Continue(ulong ready)
    {
        if (ready == 0)
        {
            return -1;
        }

        int next = BitOperations.TrailingZeroCount(ready);
        for (ready &= ready - 1; ready != 0; ready &= ready - 1)
        {
            Hand(BitOperations.TrailingZeroCount(ready));
        }

        return next;
    }

    private bool TryTake(out int slot)
    {
        var spin = default(SpinWait);
        for (int look = 0; look < Looks; look++)
        {
            if (_ready.Reader.TryRead(out slot))
            {
                return true;
            }

            spin.SpinOnce(sleep1Threshold: -1);
        }

        while (_ready.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            if (_ready.Reader.TryRead(out slot))
            {
                return true;
            }
        }

        slot = -1;
        return false;
    }

    private void Run(ValueStep step)
    {
        // Nobody will see what comes after a failure.
        if (step.Place > Volatile.Read(ref _failedPlace))
        {
            return;
        }

        try
        {
            _execute(step);
        }
        catch (Exception failure)
        {
            lock (_failureLock)
            {
                if (step.Place < _failedPlace)
                {
                    _failedPlace = step.Place;
                    Volatile.Write(ref _failure, failure);
                }
            }
        }
    }
}
