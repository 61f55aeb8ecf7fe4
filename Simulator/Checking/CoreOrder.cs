using System.Numerics;
using NpuSim.Isa.Instructions;
using NpuSim.Simulator.Streams;

namespace NpuSim.Simulator.Checking;

/// <summary>Walks one core's stream in an order that its program allows, and says at each instruction what has finished for certain before it starts.</summary>
/// <remarks>Order is that of a unit's own queue, of dispatch behind what the sequencer itself has executed, of semaphores
/// (<see cref="SemaphoreOrder"/>), and of fences, barriers and host calls, before which the engines are idle. Cycles are no order, nor is the depth of the
/// queues: another machine has others.</remarks>
internal sealed class CoreOrder
{
    private readonly IReadOnlyList<Instruction> _stream;
    private readonly byte[] _units;
    private readonly List<int>[] _queues;
    private readonly List<int[]>[] _queueClocks;
    private readonly int[] _started;
    private readonly int[][] _clocks;
    private readonly SemaphoreOrder _semaphores;
    private readonly Knowledge _knowledge;
    private readonly List<Tokens> _tokens = [];
    private int[] _dispatchClock;
    private int _dispatching;
    private uint _candidates;
    private bool _barrierOpen;

    public CoreOrder(IReadOnlyList<Instruction> stream, byte[] units, int unitCount)
    {
        (_stream, _units) = (stream, units);
        _queues = [.. Enumerable.Range(0, unitCount).Select(_ => new List<int>())];
        _queueClocks = [.. Enumerable.Range(0, unitCount).Select(_ => new List<int[]>())];
        _started = new int[unitCount];
        _clocks = [.. Enumerable.Range(0, unitCount).Select(_ => new int[unitCount])];
        _dispatchClock = new int[unitCount];
        _semaphores = new SemaphoreOrder(unitCount);
        _knowledge = new Knowledge(unitCount);
        Foresee();
    }

    /// <summary>Number of the instruction that the walk is at, or −1.</summary>
    public int Current { get; private set; } = -1;

    /// <summary>Its position in its unit's queue.</summary>
    public int Position => _started[_units[Current]];

    /// <summary>What is certain about the others when it starts.</summary>
    public Knowledge Knowledge => _knowledge;

    /// <summary>Barriers passed.</summary>
    public int Epoch { get; private set; }

    /// <summary>Everything before a barrier has finished; <see cref="OpenBarrier"/> lets the walk go on.</summary>
    public bool IsAtBarrier { get; private set; }

    public bool IsDone => _dispatching == _stream.Count && EnginesAreIdle;

    private bool EnginesAreIdle
    {
        get
        {
            for (int unit = Units.Array; unit < _queues.Length; unit++)
            {
                if (_started[unit] < _queues[unit].Count)
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>Goes on to the next instruction; false where there is none, at a barrier, or where nothing can go on.</summary>
    public bool MoveNext()
    {
        Finish();
        do
        {
            for (; _candidates != 0; _candidates &= _candidates - 1)
            {
                if (TryStart(BitOperations.TrailingZeroCount(_candidates)))
                {
                    return true;
                }
            }
        }
        while (Dispatch());
        return Current >= 0;
    }

    /// <summary>Every core has come to the barrier.</summary>
    public void OpenBarrier() => _barrierOpen = true;

    /// <summary>The instructions that stand at the head of their queues, of which none can go on, and what each waits for.</summary>
    public IEnumerable<(int Index, string Wait)> Stuck()
    {
        for (int unit = Units.Array; unit < _queues.Length; unit++)
        {
            if (_started[unit] < _queues[unit].Count)
            {
                int index = _queues[unit][_started[unit]];
                yield return (index, MissingTokens(index));
            }
        }

        if (_dispatching < _stream.Count)
        {
            string wait = IsAtBarrier ? "waits for the other cores" : MissingTokens(_dispatching);
            yield return (_dispatching, wait.Length > 0 ? wait : "waits until the engines are idle");
        }
    }

    private string MissingTokens(int index)
    {
        var missing = Taken(index).Find(token => _semaphores.Held(token.Semaphore) < token.Count);
        return missing.Count == 0 ? "" : FormattableString.Invariant(
            $"waits for semaphore {missing.Semaphore}, which holds {_semaphores.Held(missing.Semaphore)} of {missing.Count}");
    }

    private void Finish()
    {
        if (Current < 0)
        {
            return;
        }

        int unit = _units[Current], position = _started[unit]++;
        int[] clock = _clocks[unit];
        var given = Given(Current);
        int[] start = given.Exists(token => token.Early) ? [.. clock] : clock;
        _knowledge.End();
        clock[unit] = _started[unit];
        if (given.Count > 0)
        {
            _semaphores.Give(given, unit, position, start, [.. clock]);
            _candidates = uint.MaxValue >> (32 - _queues.Length) & ~1u;
        }

        if (IsStandstill(_stream[Current]))
        {
            Foresee();
        }

        Current = -1;
    }

    private bool TryStart(int unit)
    {
        int position = _started[unit];
        if (position == _queues[unit].Count)
        {
            return false;
        }

        int index = _queues[unit][position];
        var taken = Taken(index);
        if (!_semaphores.CanTake(taken))
        {
            return false;
        }

        Clocks.Raise(_clocks[unit], _queueClocks[unit][position]);
        _knowledge.Begin(_clocks[unit]);
        _semaphores.Take(taken, unit, position, _knowledge);
        Current = index;
        return true;
    }

    // Puts the next instruction into its queue; false where it is the sequencer's own, whether that can go on or not.
    private bool Dispatch()
    {
        if (_dispatching == _stream.Count)
        {
            return false;
        }

        int unit = _units[_dispatching];
        if (unit == Units.Sequencer)
        {
            Sequence();
            return false;
        }

        _queues[unit].Add(_dispatching);
        _queueClocks[unit].Add(_dispatchClock);
        _semaphores.Dispatch(unit, Given(_dispatching));
        _candidates |= 1u << unit;
        _dispatching++;
        return true;
    }

    private void Sequence()
    {
        var taken = Taken(_dispatching);
        bool still = IsStandstill(_stream[_dispatching]);
        if (!_semaphores.CanTake(taken) || (still && !EnginesAreIdle))
        {
            return;
        }

        IsAtBarrier = _stream[_dispatching] is Isa.Instructions.Barrier && !_barrierOpen;
        if (IsAtBarrier)
        {
            return;
        }

        int[] clock = _clocks[Units.Sequencer];
        _knowledge.Begin(clock);
        _semaphores.Take(taken, Units.Sequencer, _started[Units.Sequencer], _knowledge);
        if (still)
        {
            _started.CopyTo(clock, 0);
            _semaphores.Settle();
        }

        if (still || taken.Count > 0)
        {
            _dispatchClock = [.. clock];
            _dispatchClock[Units.Sequencer]++;
        }

        Epoch += _barrierOpen ? 1 : 0;
        _barrierOpen = false;
        _semaphores.Dispatch(Units.Sequencer, Given(_dispatching));
        Current = _dispatching++;
    }

    // Counts the signals from a standstill, or the beginning, to the next one.
    private void Foresee()
    {
        for (int index = Math.Max(Current, 0); index < _stream.Count; index++)
        {
            if (index != Current && IsStandstill(_stream[index]))
            {
                return;
            }

            _semaphores.Foresee(_units[index], Given(index));
        }
    }

    private static bool IsStandstill(Instruction instruction) => instruction is Fence or Isa.Instructions.Barrier or HostCall;

    private List<Tokens> Taken(int index)
    {
        _tokens.Clear();
        InstructionTokens.Taken(_stream[index], _tokens);
        return _tokens;
    }

    private List<Tokens> Given(int index)
    {
        _tokens.Clear();
        InstructionTokens.Given(_stream[index], _tokens);
        return _tokens;
    }
}
