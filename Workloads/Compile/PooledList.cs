using System.Buffers;

namespace NpuSim.Workloads.Compile;

/// <summary>A list of values whose memory comes from the shared pool and goes back there: a compilation makes long lists and forgets them.</summary>
internal sealed class PooledList<T>
    where T : struct
{
    private T[] _items = ArrayPool<T>.Shared.Rent(256);

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
        ArrayPool<T>.Shared.Return(_items);
        (_items, Count) = ([], 0);
    }

    private void Grow()
    {
        var longer = ArrayPool<T>.Shared.Rent(2 * _items.Length);
        Items.CopyTo(longer);
        ArrayPool<T>.Shared.Return(_items);
        _items = longer;
    }
}
