using System.Runtime.ExceptionServices;

namespace NpuSim.Simulator.Execution;

/// <summary>Threads that execute steps as soon as the steps they depend on have finished. Their result is that of one after the other. The thread that
/// issues steps is one of them: it executes where it would have to wait.</summary>
internal sealed class StepWorkers : IDisposable
{
    private readonly StepWindow _window;
    private readonly Action<ValueStep> _execute;
    private readonly Task[] _workers;
    private volatile bool _isShared;
    private readonly Lock _failureLock = new();
    private Exception? _failure;
    private int _failedPlace = int.MaxValue;

    /// <param name="threads">Threads that may execute, at least 2, the issuing one included.</param>
    /// <param name="workers">Those of them that begin now; others may <see cref="Join"/>.</param>
    /// <param name="dmaEngines">DMA engines of a core.</param>
    /// <param name="execute">Executes a step; called from every thread.</param>
    public StepWorkers(int threads, int workers, int dmaEngines, Action<ValueStep> execute)
    {
        (_window, _execute) = (new StepWindow(threads, dmaEngines), execute);
        _workers = new Task[workers];
        _isShared = workers > 0;
        for (int worker = 0; worker < _workers.Length; worker++)
        {
            _workers[worker] = Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
    }

    /// <summary>Whether there is anybody beside the issuing thread; while there is not, steps need not be put under way.</summary>
    public bool IsShared => _isShared;

    /// <summary>Executes steps on the calling thread until there will be none any more.</summary>
    public void Join()
    {
        _isShared = true;
        Work();
    }

    /// <summary>A step to be filled and handed to <see cref="Issue"/>. Executes others while the window is full.</summary>
    public ValueStep Next(out int slot)
    {
        while ((slot = _window.FreeSlot()) < 0)
        {
            Help();
        }

        return _window[slot];
    }

    /// <summary>Puts a step under way. Steps are issued by one thread, in the order of the program.</summary>
    public void Issue(int slot) => _window.Issue(slot);

    /// <summary>Executes one of the steps under way, if one is ready. Only the issuing thread may.</summary>
    public bool TryHelp()
    {
        int slot = _window.Take();
        if (slot < 0)
        {
            return false;
        }

        Run(_window[slot]);
        _window.Finish(slot, goesOn: false);
        return true;
    }

    /// <summary>Returns when everything issued has been executed.</summary>
    /// <exception cref="SimulationException">That of the first step of the order that failed, whichever failed first.</exception>
    public void Drain()
    {
        Empty();
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
        Empty();
        ExceptionDispatchInfo.Throw(_failure!);
    }

    public void Dispose()
    {
        Empty();
        _window.Close();
        Task.WaitAll(_workers);
    }

    private void Empty()
    {
        while (!_window.IsEmpty)
        {
            Help();
        }
    }

    private void Help()
    {
        if (!TryHelp())
        {
            _window.AwaitChange();
        }
    }

    private void Work()
    {
        while (_window.AwaitReady())
        {
            for (int slot = _window.Take(); slot >= 0; slot = _window.Finish(slot, goesOn: true))
            {
                Run(_window[slot]);
            }
        }
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
