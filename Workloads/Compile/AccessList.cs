using System.Numerics;
using System.Runtime.Intrinsics;

namespace NpuSim.Workloads.Compile;

/// <summary>What the instructions of one queue read in one memory, or what they write there, in their order; field by field, so that eight are compared at
/// once. Ranges are bounding intervals.</summary>
internal sealed class AccessList
{
    private const int Short = 48;
    private static readonly int Width = Vector256<uint>.Count;

    // Before the first access there is a block's width of accesses that meet nothing, so that no block begins before its array.
    private uint[] _firsts = new uint[Width + Short];
    private uint[] _lasts = new uint[Width + Short];
    private int[] _positions = new int[Width + Short];
    private int _long = Short;

    public AccessList()
    {
        _firsts.AsSpan(0, Width).Fill(uint.MaxValue);
        _positions.AsSpan(0, Width).Fill(-1);
    }

    public int Count { get; private set; }

    /// <summary>Whether so much has come together that it is worth <see cref="Forget"/> and <see cref="RemoveWhere"/>.</summary>
    public bool IsLong => Count > _long;

    public uint First(int place) => _firsts[Width + place];

    public uint Last(int place) => _lasts[Width + place];

    public int Position(int place) => _positions[Width + place];

    /// <summary>Adds an access, in place of the one before it where it reaches as far: whoever asks for that one asks for this one.</summary>
    public void Add(uint first, uint last, int position)
    {
        int end = Width + Count - 1;
        if (Count == 0 || first > _firsts[end] || last < _lasts[end])
        {
            Count++;
            if (++end == _firsts.Length)
            {
                Array.Resize(ref _firsts, 2 * end);
                Array.Resize(ref _lasts, 2 * end);
                Array.Resize(ref _positions, 2 * end);
            }
        }

        (_firsts[end], _lasts[end], _positions[end]) = (first, last, position);
    }

    /// <summary>The latest access before a place in the list that meets a range, −1 where there is none behind a position.</summary>
    public int Before(int place, uint first, uint last, int after)
    {
        Vector256<uint> firsts = Vector256.Create(first), lasts = Vector256.Create(last);
        for (int block = place; block > 0 && _positions[Width + block - 1] > after; block -= Width)
        {
            uint meet = (Vector256.LessThanOrEqual(Vector256.Create(_firsts, block), lasts)
                & Vector256.GreaterThanOrEqual(Vector256.Create(_lasts, block), firsts)).ExtractMostSignificantBits();
            if (meet != 0)
            {
                int found = block - 1 - BitOperations.LeadingZeroCount(meet << (32 - Width));
                return _positions[Width + found] > after ? found : -1;
            }
        }

        return -1;
    }

    /// <summary>Whether an access behind a position has all of a range.</summary>
    public bool Covers(uint first, uint last, int after)
    {
        Vector256<uint> firsts = Vector256.Create(first), lasts = Vector256.Create(last);
        for (int block = Count; block > 0 && _positions[Width + block - 1] > after; block -= Width)
        {
            uint cover = (Vector256.LessThanOrEqual(Vector256.Create(_firsts, block), firsts)
                & Vector256.GreaterThanOrEqual(Vector256.Create(_lasts, block), lasts)).ExtractMostSignificantBits();
            if (cover != 0)
            {
                return _positions[block + 31 - BitOperations.LeadingZeroCount(cover)] > after;
            }
        }

        return false;
    }

    /// <summary>Whether there are still many after <see cref="Forget"/>.</summary>
    public bool IsCrowded => Count > Short / 2;

    /// <summary>Forgets the accesses up to a position. The list is long again when it has doubled, so that an access costs no more than a few looks.</summary>
    public void Forget(int done)
    {
        int kept = Count;
        while (kept > 0 && _positions[Width + Count - kept] <= done)
        {
            kept--;
        }

        foreach (Array field in (ReadOnlySpan<Array>)[_firsts, _lasts, _positions])
        {
            Array.Copy(field, Width + Count - kept, field, Width, kept);
        }

        Count = kept;
        _long = Math.Max(Short, 2 * Count);
    }

    /// <summary>Leaves out accesses.</summary>
    /// <param name="isSuperfluous">Whether nobody needs one. It finds everything behind that one in the list.</param>
    public void RemoveWhere(Func<uint, uint, int, bool> isSuperfluous)
    {
        int end = Width;
        for (int place = Width; place < Width + Count; place++)
        {
            if (!isSuperfluous(_firsts[place], _lasts[place], _positions[place]))
            {
                (_firsts[end], _lasts[end], _positions[end]) = (_firsts[place], _lasts[place], _positions[place]);
                end++;
            }
        }

        Count = end - Width;
        _long = Math.Max(Short, 2 * Count);
    }

    public void Clear() => Count = 0;
}
