using System.Diagnostics;

namespace NpuSim.Simulator.Events;

/// <summary>The pending events: a heap of values with four children per node. It allocates only when it outgrows its largest size so far.</summary>
/// <remarks>Four children halve the depth of a binary heap, and the four lie side by side in memory. <see cref="PriorityQueue{TElement,TPriority}"/>
/// does not keep insertion order for equal priorities, and a total order is what makes two runs alike.</remarks>
internal sealed class EventQueue
{
    private const int Arity = 4;

    private SimulationEvent[] _heap;
    private int _count;
    private long _scheduled;
    private long _now;

    public EventQueue(int capacity = 256) => _heap = new SimulationEvent[Math.Max(capacity, 1)];

    public int Count => _count;

    /// <summary>Events scheduled so far; each has been or will be popped.</summary>
    public long Scheduled => _scheduled;

    /// <summary>Cycle of the first event; the end of time where there is none.</summary>
    public long NextCycle => _count > 0 ? _heap[0].Cycle : long.MaxValue;

    /// <summary>Adds an event at or after the cycle of the last one popped.</summary>
    public void Schedule(long cycle, EventKind kind, int core, int unit, int side = 0)
    {
        Debug.Assert(cycle >= _now, "an event lies in the past");
        if (_count == _heap.Length)
        {
            Array.Resize(ref _heap, _heap.Length * 2);
        }

        Raise(_count++, new SimulationEvent(cycle, _scheduled++, kind, core, unit, side));
    }

    /// <summary>Takes the first event.</summary>
    public bool TryPop(out SimulationEvent first)
    {
        if (_count == 0)
        {
            first = default;
            return false;
        }

        first = _heap[0];
        _now = first.Cycle;
        var last = _heap[--_count];
        if (_count > 0)
        {
            Sink(last);
        }

        return true;
    }

    private void Raise(int index, SimulationEvent item)
    {
        var heap = _heap;
        while (index > 0)
        {
            int parent = (index - 1) / Arity;
            if (!item.Precedes(heap[parent]))
            {
                break;
            }

            heap[index] = heap[parent];
            index = parent;
        }

        heap[index] = item;
    }

    private void Sink(SimulationEvent item)
    {
        var heap = _heap;
        int index = 0;
        for (int child = 1; child < _count; child = (index * Arity) + 1)
        {
            int smallest = child, end = Math.Min(child + Arity, _count);
            for (int other = child + 1; other < end; other++)
            {
                if (heap[other].Precedes(heap[smallest]))
                {
                    smallest = other;
                }
            }

            if (!heap[smallest].Precedes(item))
            {
                break;
            }

            heap[index] = heap[smallest];
            index = smallest;
        }

        heap[index] = item;
    }
}
