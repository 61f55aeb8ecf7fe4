namespace NpuSim.Simulator.Events;

/// <summary>Events too far away for the window of an <see cref="EventQueue"/>: a heap of values with four children per node.</summary>
/// <remarks>Four children halve the depth of a binary heap, and the four lie side by side in memory. <see cref="PriorityQueue{TElement,TPriority}"/>
/// does not keep insertion order for equal priorities, and a total order is what makes two runs alike.</remarks>
internal sealed class FarEvents
{
    private const int Arity = 4;

    private SimulationEvent[] _heap = new SimulationEvent[32];
    private int _count;

    /// <summary>Cycle of the first event; the end of time where there is none.</summary>
    public long NextCycle { get; private set; } = long.MaxValue;

    public void Add(SimulationEvent item)
    {
        if (_count == _heap.Length)
        {
            Array.Resize(ref _heap, _heap.Length * 2);
        }

        Raise(_count++, item);
        NextCycle = _heap[0].Cycle;
    }

    /// <summary>Takes the first event of at least one.</summary>
    public SimulationEvent Take()
    {
        var first = _heap[0];
        var last = _heap[--_count];
        if (_count > 0)
        {
            Sink(last);
        }

        NextCycle = _count > 0 ? _heap[0].Cycle : long.MaxValue;
        return first;
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
