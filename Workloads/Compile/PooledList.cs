using System.Buffers;
using System.Runtime.CompilerServices;

namespace NpuSim.Workloads.Compile;

/// <summary>A list whose memory comes from the shared pool and goes back there: a compilation makes long lists and forgets them.</summary>
internal sealed class PooledList<T>
{
    private const int Short = 256;

    // As long as the last one on this thread, which compiles one machine after the other.
    [ThreadStatic]
    private static int usualLength;

    private T[] _items = ArrayPool<T>.Shared.Rent(Math.Max(usualLength, Short));

    public int Count { get; private set; }

    /// <summary>An element, to read or to change; the reference holds until the next <see cref="Add"/>.</summary>
    public ref T this[int index] => ref _items[index];

    public ReadOnlySpan<T> Items => _items.AsSpan(0, Count);

    public void Add(in T item)
    {
        if (Count == _items.Length)
        {
            Grow();
        }

        _items[Count++] = item;
    }

    /// <summary>Gives the memory back; the list is empty then and of no more use.</summary>
    public void Return()
    {
        usualLength = _items.Length;
        Return(_items, Count);
        (_items, Count) = ([], 0);
    }

    private void Grow()
    {
        var longer = ArrayPool<T>.Shared.Rent(2 * _items.Length);
        Items.CopyTo(longer);
        Return(_items, Count);
        _items = longer;
    }

    private static void Return(T[] items, int count)
    {
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
        {
            Array.Clear(items, 0, count);
        }

        ArrayPool<T>.Shared.Return(items);
    }
}
