using NpuSim.Isa.Instructions;

namespace NpuSim.Simulator.Checking;

/// <summary>Which signals a wait proves to have been given. The counting semaphores of one core.</summary>
/// <remarks>When an instruction has taken its tokens, at least k have been given, where k counts what it took itself and what everything certain to
/// be before it took. Where one unit gives a semaphore, in the order of its queue, the signal with which it reaches k has therefore been given: the
/// n-th wait follows the n-th signal. Where several units give it, any of the others' signals may have served instead: of one unit at least k, less all
/// that the others can have given by then, have been given. That is cautious: an order that hangs on more than this is not seen, and is reported as
/// missing.</remarks>
internal sealed class SemaphoreOrder
{
    private readonly int _units;
    private readonly long[] _held = new long[Sync.SemaphoreCount];
    private readonly TokenHistory<SignalClocks>[] _given;
    private readonly TokenHistory<int>[] _taken;
    private readonly long[] _ahead;
    private readonly long[] _dispatched;

    public SemaphoreOrder(int units)
    {
        _units = units;
        int places = Sync.SemaphoreCount * units;
        _given = [.. Enumerable.Range(0, places).Select(_ => new TokenHistory<SignalClocks>())];
        _taken = [.. Enumerable.Range(0, places).Select(_ => new TokenHistory<int>())];
        _ahead = new long[places];
        _dispatched = new long[places];
    }

    /// <summary>Tokens there are now.</summary>
    public long Held(int semaphore) => _held[semaphore];

    /// <summary>An instruction that gives tokens lies before the next moment at which the core stands still.</summary>
    public void Foresee(int unit, List<Tokens> given) => Count(_ahead, unit, given);

    /// <summary>An instruction that gives tokens is in its queue.</summary>
    public void Dispatch(int unit, List<Tokens> given) => Count(_dispatched, unit, given);

    public bool CanTake(List<Tokens> taken) => taken.TrueForAll(token => _held[token.Semaphore] >= token.Count);

    /// <summary>Takes tokens and learns what must have finished.</summary>
    /// <param name="taken">What is taken.</param>
    /// <param name="unit">Unit of the taker.</param>
    /// <param name="position">Its position in the unit's queue.</param>
    /// <param name="knowledge">The taker's; raised.</param>
    public void Take(List<Tokens> taken, int unit, int position, Knowledge knowledge)
    {
        // What one semaphore teaches may say more about the other.
        for (bool learnt = true; learnt;)
        {
            learnt = false;
            foreach (var token in taken)
            {
                long least = token.Count + TakenBefore(token.Semaphore, knowledge.Start);
                learnt |= Learn(token.Semaphore, unit, least, knowledge) && taken.Count > 1;
            }
        }

        foreach (var token in taken)
        {
            _held[token.Semaphore] -= token.Count;
            _taken[Place(token.Semaphore, unit)].Add(token.Count, position);
        }
    }

    /// <summary>Gives tokens.</summary>
    /// <param name="given">What is given.</param>
    /// <param name="unit">Unit of the giver.</param>
    /// <param name="position">Its position in the unit's queue.</param>
    /// <param name="start">Instructions of each unit certain to have finished when it started; kept.</param>
    /// <param name="end">The same when it ended; kept.</param>
    public void Give(List<Tokens> given, int unit, int position, int[] start, int[] end)
    {
        foreach (var token in given)
        {
            _held[token.Semaphore] += token.Count;
            _given[Place(token.Semaphore, unit)].Add(token.Count, new SignalClocks(unit, position, token.Early, start, end));
        }
    }

    /// <summary>The core stands still: everything so far has finished.</summary>
    public void Settle()
    {
        foreach (var history in _given)
        {
            history.Settle();
        }

        foreach (var history in _taken)
        {
            history.Settle();
        }
    }

    private long TakenBefore(int semaphore, int[] clock)
    {
        long taken = 0;
        for (int unit = 0; unit < _units; unit++)
        {
            taken += _taken[Place(semaphore, unit)].TotalWhile(static (taker, finished) => taker < finished, clock[unit]);
        }

        return taken;
    }

    // At least so many have been given. True where that says anything new.
    private bool Learn(int semaphore, int taker, long least, Knowledge knowledge)
    {
        bool learnt = false;
        long most = 0;
        for (int unit = 0; unit < _units; unit++)
        {
            most += Most(semaphore, unit, taker);
        }

        for (int unit = 0; unit < _units; unit++)
        {
            // The others can have given no more than this.
            long needed = least - (most - Most(semaphore, unit, taker));
            var history = _given[Place(semaphore, unit)];
            if (needed > 0 && history.Reaching(Math.Min(needed, history.Total), out var signal))
            {
                learnt |= knowledge.Learn(signal!);
            }
        }

        return learnt;
    }

    // A unit's own later instructions cannot have given anything, nor, before the sequencer's eyes, what is not dispatched; and nobody's behind the next
    // moment at which the core stands still.
    private long Most(int semaphore, int unit, int taker)
    {
        int place = Place(semaphore, unit);
        return unit == taker ? _given[place].Total : taker == Streams.Units.Sequencer ? _dispatched[place] : _ahead[place];
    }

    private void Count(long[] counts, int unit, List<Tokens> given)
    {
        foreach (var token in given)
        {
            counts[Place(token.Semaphore, unit)] += token.Count;
        }
    }

    private int Place(int semaphore, int unit) => semaphore * _units + unit;
}
