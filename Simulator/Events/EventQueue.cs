using System.Numerics;
using System.Runtime.CompilerServices;

namespace NpuSim.Simulator.Events;

/// <summary>The pending events, in order of cycle and, within a cycle, of scheduling. It allocates only when it outgrows its largest size so far.</summary>
/// <remarks>Most events lie a few hundred cycles ahead: each cycle of a window from now on has a list, to which events are appended, so that neither scheduling nor taking
/// depends on how many are pending. Those behind the window wait in a heap and come into it, in their order, when time has brought it there and before anything else
/// can be scheduled for their cycle. So do the few before it: an end that has moved back, after what it followed, can lie behind the last event.</remarks>
internal sealed class EventQueue
{
    private const int WordBits = 6;
    private const int Words = 16;
    private const int Window = Words << WordBits;

    // Place 0 of the links is nobody's: 0 ends a list.
    private readonly CycleList[] _lists = new CycleList[Window];
    private readonly ulong[] _cycles = new ulong[Words];
    private readonly FarEvents _far = new();
    private Link[] _links = new Link[64];
    private int _made;
    private int _free;
    private uint _words;
    private long _farCycle = long.MaxValue;
    private long _scheduled;
    // First cycle of the window.
    private long _start;

    private record struct Link(int Next, uint What);

    private record struct CycleList(int First, int Last);

    /// <summary>Events scheduled so far; each has been or will be taken.</summary>
    public long Scheduled => _scheduled;

    /// <summary>Cycle of the last event taken.</summary>
    public long Now { get; private set; }

    /// <summary>Cycle of the first event; the end of time where there is none.</summary>
    public long NextCycle => IsFarNext ? _farCycle : NextNear();

    // Either nothing is in the window, or something lies before it.
    private bool IsFarNext => _words == 0 || _farCycle < _start;

    /// <summary>Adds an event.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Schedule(long cycle, EventKind kind, int core, int unit, int side = 0) => Schedule(cycle, SimulationEvent.Pack(kind, core, unit, side));

    /// <summary>Goes on to an event that would be scheduled now and taken next; false, and nothing done, where another one comes before it.</summary>
    public bool TryPass(long cycle)
    {
        if (cycle < _start || NextCycle <= cycle)
        {
            return false;
        }

        _scheduled++;
        MoveTo(cycle);
        return true;
    }

    /// <summary>Takes the first event.</summary>
    public bool TryTake(out SimulationEvent first)
    {
        if (IsFarNext)
        {
            return TryTakeFar(out first);
        }

        long cycle = NextNear();
        MoveTo(cycle);
        int slot = (int)cycle & (Window - 1);
        ref var list = ref _lists[slot];
        int place = list.First;
        ref var link = ref _links[place];
        first = new SimulationEvent(cycle, link.What);
        list.First = link.Next;
        if (link.Next == 0)
        {
            Clear(slot);
        }

        link.Next = _free;
        _free = place;
        return true;
    }

    private bool TryTakeFar(out SimulationEvent first)
    {
        if (_farCycle == long.MaxValue)
        {
            first = default;
            return false;
        }

        first = _far.Take();
        Now = first.Cycle;
        _farCycle = _far.NextCycle;
        if (Now > _start)
        {
            MoveTo(Now);
        }

        return true;
    }

    private void Schedule(long cycle, uint what)
    {
        long number = _scheduled++;
        if ((ulong)(cycle - _start) >= Window)
        {
            _far.Add(new SimulationEvent(cycle, number, what));
            _farCycle = _far.NextCycle;
            return;
        }

        Append(cycle, what);
    }

    private void Append(long cycle, uint what)
    {
        int place = _free;
        if (place == 0)
        {
            place = Make();
        }

        ref var link = ref _links[place];
        _free = link.Next;
        link = new Link(0, what);
        int slot = (int)cycle & (Window - 1), word = slot >> WordBits;
        ref var list = ref _lists[slot];
        if (list.First != 0)
        {
            _links[list.Last].Next = place;
        }
        else
        {
            _cycles[word] |= 1ul << slot;
            _words |= 1u << word;
            list.First = place;
        }

        list.Last = place;
    }

    private int Make()
    {
        if (++_made == _links.Length)
        {
            Array.Resize(ref _links, _links.Length * 2);
        }

        return _made;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Clear(int slot)
    {
        int word = slot >> WordBits;
        ulong left = _cycles[word] & ~(1ul << slot);
        _cycles[word] = left;
        if (left == 0)
        {
            _words &= ~(1u << word);
        }
    }

    // From the start of the window to its end in order: what is left of this word, the words above, those below, and the beginning of this word.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long NextNear()
    {
        int start = (int)_start & (Window - 1), word = start >> WordBits;
        ulong rest = _cycles[word] >> start;
        return rest != 0 ? _start + BitOperations.TrailingZeroCount(rest) : NextOther(start, word);
    }

    private long NextOther(int start, int word)
    {
        uint above = _words & (uint)(-2 << word);
        int next = BitOperations.TrailingZeroCount(above != 0 ? above : _words);
        int slot = (next << WordBits) + BitOperations.TrailingZeroCount(_cycles[next]);
        return _start + ((slot - start) & (Window - 1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void MoveTo(long cycle)
    {
        (Now, _start) = (cycle, cycle);
        if (_farCycle - cycle < Window)
        {
            Approach();
        }
    }

    private void Approach()
    {
        while (_far.NextCycle - _start < Window)
        {
            var item = _far.Take();
            Append(item.Cycle, item.What);
        }

        _farCycle = _far.NextCycle;
    }
}
