namespace NpuSim.Isa.Program;

/// <summary>The kinds of a stream's instructions, by number from 1.</summary>
internal sealed class KindTable
{
    private const int FirstKinds = 256;

    // Open addressing, at most half full; 0 is free.
    private int[] _places = new int[2 * FirstKinds];
    private KindKey[] _keys = new KindKey[FirstKinds];
    private KindRule[] _rules = new KindRule[FirstKinds];
    private int _count = 1;

    /// <summary>The rule of a kind.</summary>
    public ref readonly KindRule this[int kind] => ref _rules[kind];

    /// <summary>The kind of a key; 0 where there is none yet.</summary>
    public int Find(in KindKey key)
    {
        int mask = _places.Length - 1;
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
        if (_count == _keys.Length)
            Grow();
        (_keys[_count], _rules[_count]) = (key, rule);
        Place(_count);
        return _count++;
    }

    private void Grow()
    {
        Array.Resize(ref _keys, 2 * _count);
        Array.Resize(ref _rules, 2 * _count);
        _places = new int[2 * _keys.Length];
        for (int kind = 1; kind < _count; kind++)
            Place(kind);
    }

    private void Place(int kind)
    {
        int mask = _places.Length - 1, place = (int)_keys[kind].Spread() & mask;
        while (_places[place] != 0)
            place = (place + 1) & mask;
        _places[place] = kind;
    }
}
