using System.Buffers;

namespace NpuSim.Isa.Program;

/// <summary>The kinds of a stream's instructions, by number from 1.</summary>
internal sealed class KindTable
{
    private const int FirstKinds = 512;

    // Open addressing, at most half full; 0 is free.
    private int[] _places = ArrayPool<int>.Shared.Rent(2 * FirstKinds);
    private KindKey[] _keys = ArrayPool<KindKey>.Shared.Rent(FirstKinds);
    private KindRule[] _rules = ArrayPool<KindRule>.Shared.Rent(FirstKinds);
    private int _capacity = FirstKinds;
    private int _count = 1;

    public KindTable() => Array.Clear(_places);

    /// <summary>The rule of a kind.</summary>
    public ref readonly KindRule this[int kind] => ref _rules[kind];

    /// <summary>The kind of a key; 0 where there is none yet.</summary>
    public int Find(in KindKey key)
    {
        int mask = (2 * _capacity) - 1;
        for (int place = (int)key.Spread() & mask; ; place = (place + 1) & mask)
        {
            int kind = _places[place];
            if (kind == 0 || _keys[kind].Is(key))
                return kind;
        }
    }

    /// <summary>Adds a kind.</summary>
    /// <param name="key">Its key, which the table does not have yet.</param>
    /// <param name="rule">Its rule.</param>
    /// <returns>Its number.</returns>
    public int Add(in KindKey key, in KindRule rule)
    {
        if (_count == _capacity)
            Grow();
        (_keys[_count], _rules[_count]) = (key, rule);
        Place(_count);
        return _count++;
    }

    /// <summary>Gives the memory back; nothing is found any more.</summary>
    public void Release()
    {
        if (_rules.Length == 0)
            return;
        ArrayPool<int>.Shared.Return(_places);
        ArrayPool<KindKey>.Shared.Return(_keys);
        ArrayPool<KindRule>.Shared.Return(_rules);
        (_places, _keys, _rules, _count, _capacity) = ([0, 0], [], [], 1, 1);
    }

    private void Grow()
    {
        _capacity *= 2;
        Lengthen(ref _keys);
        Lengthen(ref _rules);
        ArrayPool<int>.Shared.Return(_places);
        _places = ArrayPool<int>.Shared.Rent(2 * _capacity);
        Array.Clear(_places);
        for (int kind = 1; kind < _count; kind++)
            Place(kind);
    }

    private void Lengthen<T>(ref T[] rows)
    {
        var longer = ArrayPool<T>.Shared.Rent(_capacity);
        rows.AsSpan(0, _count).CopyTo(longer);
        ArrayPool<T>.Shared.Return(rows);
        rows = longer;
    }

    private void Place(int kind)
    {
        int mask = (2 * _capacity) - 1, place = (int)_keys[kind].Spread() & mask;
        while (_places[place] != 0)
            place = (place + 1) & mask;
        _places[place] = kind;
    }
}
