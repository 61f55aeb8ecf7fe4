using System.Numerics;

namespace NpuSim.Simulator.Execution;

/// <summary>The steps under way: which wait for which, and which are ready. A step waits for every earlier one whose bytes it shares if one of both
/// writes them.</summary>
/// <remarks>One thread fills it, in the order of the program; any thread may take and finish steps, that one too.</remarks>
internal sealed class StepWindow
{
    // A set of steps is the bits of a word.
    private const int Capacity = 64;

    // As many steps under way as a thread finds work in: each is compared with all of them.
    private const int StepsPerThread = 10;

    // A thread looks that many times, for some 30 µs in all, before it goes to sleep: waking it costs more than most steps.
    private const int Looks = 60;
    private const int LookSpins = 60;

    private readonly ValueStep[] _steps = new ValueStep[Capacity];
    private readonly ulong[] _waitsFor = new ulong[Capacity];
    // Beside the steps: most pairs share no memory, and these words are close together.
    private readonly ulong[] _touches = new ulong[Capacity];
    private readonly ulong[] _writes = new ulong[Capacity];
    private readonly object _gate = new();
    private readonly int _most;
    private ulong _busy;
    private ulong _ready;
    private int _sleeping;
    private bool _fillerSleeps;
    private bool _closed;

    public StepWindow(int threads, int dmaEngines)
    {
        _most = Math.Min(Capacity, StepsPerThread * threads);
        for (int slot = 0; slot < Capacity; slot++)
        {
            _steps[slot] = new ValueStep(dmaEngines);
        }
    }

    public ValueStep this[int slot] => _steps[slot];

    /// <summary>Whether nothing is under way.</summary>
    public bool IsEmpty => Volatile.Read(ref _busy) == 0;

    /// <summary>A slot that nobody uses, for the filling thread; −1 where as many as may be are busy.</summary>
    public int FreeSlot()
    {
        ulong busy = Volatile.Read(ref _busy);
        return BitOperations.PopCount(busy) >= _most ? -1 : BitOperations.TrailingZeroCount(~busy);
    }

    /// <summary>Puts a step under way, behind those before it.</summary>
    public void Issue(int slot)
    {
        var step = _steps[slot];
        // Steps only leave meanwhile, and what they touch is written by this thread alone: so nobody need wait for the comparison.
        ulong waits = 0;
        for (ulong left = Volatile.Read(ref _busy); left != 0; left &= left - 1)
        {
            int other = BitOperations.TrailingZeroCount(left);
            bool shared = ((step.Touches & _writes[other]) | (step.Writes & _touches[other])) != 0;
            if (shared && step.Conflicts(_steps[other]))
            {
                waits |= 1UL << other;
            }
        }

        (_touches[slot], _writes[slot]) = (step.Touches, step.Writes);
        lock (_gate)
        {
            _busy |= 1UL << slot;
            _waitsFor[slot] = waits & _busy;
            if (_waitsFor[slot] == 0)
            {
                _ready |= 1UL << slot;
                Wake(1);
            }
        }
    }

    /// <summary>Takes the oldest step that is ready; −1 where there is none.</summary>
    public int Take()
    {
        if (Volatile.Read(ref _ready) == 0)
        {
            return -1;
        }

        lock (_gate)
        {
            int slot = Oldest(_ready);
            _ready &= ~Bit(slot);
            return slot;
        }
    }

    /// <summary>Takes a finished step out.</summary>
    /// <param name="slot">The step.</param>
    /// <param name="goesOn">Whether the thread goes on with one of the steps that waited for this one, whose data it has in its caches.</param>
    /// <returns>The step to go on with, taken; −1 where there is none.</returns>
    public int Finish(int slot, bool goesOn)
    {
        lock (_gate)
        {
            ulong bit = 1UL << slot, released = 0;
            _busy &= ~bit;
            for (ulong left = _busy & ~_ready; left != 0; left &= left - 1)
            {
                int other = BitOperations.TrailingZeroCount(left);
                if ((_waitsFor[other] & bit) != 0 && (_waitsFor[other] &= ~bit) == 0)
                {
                    released |= 1UL << other;
                }
            }

            int next = goesOn ? Oldest(released) : -1;
            released &= ~Bit(next);
            _ready |= released;
            Wake(BitOperations.PopCount(released));
            return next;
        }
    }

    /// <summary>Waits until a step is ready.</summary>
    /// <returns>False where there will be none any more.</returns>
    public bool AwaitReady()
    {
        for (int look = 0; look < Looks && Volatile.Read(ref _ready) == 0; look++)
        {
            Thread.SpinWait(LookSpins);
        }

        lock (_gate)
        {
            while (_ready == 0 && !_closed)
            {
                _sleeping++;
                Monitor.Wait(_gate);
                _sleeping--;
            }

            return !_closed;
        }
    }

    /// <summary>Waits until a step is ready or one has finished, if any is under way. Only the filling thread may.</summary>
    public void AwaitChange()
    {
        ulong busy = Volatile.Read(ref _busy);
        for (int look = 0; look < Looks && Volatile.Read(ref _ready) == 0 && Volatile.Read(ref _busy) == busy && busy != 0; look++)
        {
            Thread.SpinWait(LookSpins);
        }

        lock (_gate)
        {
            while (_ready == 0 && _busy == busy && busy != 0)
            {
                (_fillerSleeps, _sleeping) = (true, _sleeping + 1);
                Monitor.Wait(_gate);
                (_fillerSleeps, _sleeping) = (false, _sleeping - 1);
            }
        }
    }

    /// <summary>Sends the threads home that wait for steps.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
        }
    }

    // The filling thread cannot be told apart from the others in its sleep, so all of them are woken where it sleeps.
    private void Wake(int steps)
    {
        if (_fillerSleeps)
        {
            Monitor.PulseAll(_gate);
        }
        else if (_sleeping > 0)
        {
            for (int step = 0; step < steps; step++)
            {
                Monitor.Pulse(_gate);
            }
        }
    }

    private static ulong Bit(int slot) => slot < 0 ? 0 : 1UL << slot;

    private int Oldest(ulong slots)
    {
        int oldest = -1;
        for (; slots != 0; slots &= slots - 1)
        {
            int slot = BitOperations.TrailingZeroCount(slots);
            if (oldest < 0 || _steps[slot].Place < _steps[oldest].Place)
            {
                oldest = slot;
            }
        }

        return oldest;
    }
}
