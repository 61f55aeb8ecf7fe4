using System.Numerics;

namespace NpuSim.Simulator.Execution;

/// <summary>The steps under way: which wait for which. A step waits for every earlier one whose bytes it shares if one of both writes them.</summary>
/// <remarks>One thread fills it, in the order of the program; any thread may finish a step.</remarks>
internal sealed class StepWindow : IDisposable
{
    /// <summary>Steps under way at once; a set of them is the bits of a word.</summary>
    public const int Capacity = 64;

    private readonly ValueStep[] _steps = new ValueStep[Capacity];
    private readonly ulong[] _waitsFor = new ulong[Capacity];
    // Beside the steps: most pairs share no memory, and these words are close together.
    private readonly ulong[] _touches = new ulong[Capacity];
    private readonly ulong[] _writes = new ulong[Capacity];
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _drained = new(0);
    private ulong _busy;
    private int _wakeAt = -1;

    public StepWindow(int dmaEngines)
    {
        for (int slot = 0; slot < Capacity; slot++)
        {
            _steps[slot] = new ValueStep(dmaEngines);
        }
    }

    public ValueStep this[int slot] => _steps[slot];

    /// <summary>A slot that nobody uses; waits until half of the window is free where all of it is busy, so that the filling thread wakes seldom.</summary>
    public int FreeSlot()
    {
        ulong busy = Volatile.Read(ref _busy);
        if (busy == ulong.MaxValue)
        {
            WaitUntilBusy(Capacity / 2);
            busy = Volatile.Read(ref _busy);
        }

        return BitOperations.TrailingZeroCount(~busy);
    }

    /// <summary>Puts the step of a free slot under way.</summary>
    /// <returns>Whether it may start at once.</returns>
    public bool Issue(int slot)
    {
        var step = _steps[slot];
        lock (_lock)
        {
            ulong waits = 0;
            for (ulong left = _busy; left != 0; left &= left - 1)
            {
                int other = BitOperations.TrailingZeroCount(left);
                bool shared = ((step.Touches & _writes[other]) | (step.Writes & _touches[other])) != 0;
                if (shared && step.Conflicts(_steps[other]))
                {
                    waits |= 1UL << other;
                }
            }

            _busy |= 1UL << slot;
            (_touches[slot], _writes[slot]) = (step.Touches, step.Writes);
            _waitsFor[slot] = waits;
            return waits == 0;
        }
    }

    /// <summary>Takes a finished step out.</summary>
    /// <returns>The steps that may start now, as bits.</returns>
    public ulong Finish(int slot)
    {
        lock (_lock)
        {
            ulong bit = 1UL << slot;
            _busy &= ~bit;
            ulong ready = 0;
            for (ulong left = _busy; left != 0; left &= left - 1)
            {
                int other = BitOperations.TrailingZeroCount(left);
                if ((_waitsFor[other] & bit) != 0 && (_waitsFor[other] &= ~bit) == 0)
                {
                    ready |= 1UL << other;
                }
            }

            if (BitOperations.PopCount(_busy) <= _wakeAt)
            {
                _wakeAt = -1;
                _drained.Release();
            }

            return ready;
        }
    }

    /// <summary>Waits until no more than so many steps are under way. Only the filling thread may.</summary>
    public void WaitUntilBusy(int most)
    {
        lock (_lock)
        {
            if (BitOperations.PopCount(_busy) <= most)
            {
                return;
            }

            _wakeAt = most;
        }

        _drained.Wait();
    }

    public void Dispose() => _drained.Dispose();
}
