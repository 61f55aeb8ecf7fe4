namespace NpuSim.Simulator.Checking;

/// <summary>The states of a few kilobytes: pieces in ascending order, each of one state, without gaps.</summary>
internal sealed class ShadowPage
{
    public const int Bytes = 4096;

    private ushort[] _starts = new ushort[2];
    private ShadowState[] _states = new ShadowState[2];
    private int _pieces = 1;

    /// <summary>Touches a range: every piece of it passes the access, which says what becomes of its state.</summary>
    /// <param name="from">First byte, within the page.</param>
    /// <param name="to">Behind the last byte.</param>
    /// <param name="address">Where the page starts in its memory.</param>
    /// <param name="access">The access.</param>
    public void Touch(int from, int to, long address, AccessCheck access)
    {
        int first = Find(from);
        if (_starts[first] < from)
        {
            Split(first++, from);
        }

        int piece = first;
        for (; piece < _pieces && _starts[piece] < to; piece++)
        {
            if (End(piece) > to)
            {
                Split(piece, to);
            }

            _states[piece] = access.Pass(_states[piece], address + _starts[piece], End(piece) - _starts[piece]);
        }

        Merge(Math.Max(first, 1), Math.Min(piece, _pieces - 1));
    }

    private int End(int piece) => piece + 1 < _pieces ? _starts[piece + 1] : Bytes;

    // The last piece that begins no later.
    private int Find(int offset)
    {
        int found = Array.BinarySearch(_starts, 0, _pieces, (ushort)offset);
        return found >= 0 ? found : ~found - 1;
    }

    private void Split(int piece, int at)
    {
        if (_pieces == _starts.Length)
        {
            Array.Resize(ref _starts, 2 * _pieces);
            Array.Resize(ref _states, 2 * _pieces);
        }

        int behind = piece + 1;
        Array.Copy(_starts, behind, _starts, behind + 1, _pieces - behind);
        Array.Copy(_states, behind, _states, behind + 1, _pieces - behind);
        (_starts[behind], _states[behind]) = ((ushort)at, _states[piece]);
        _pieces++;
    }

    // Takes those of the given pieces into the one before them that have its state.
    private void Merge(int first, int last)
    {
        int kept = first;
        for (int piece = first; piece <= last; piece++)
        {
            if (_states[piece] != _states[kept - 1])
            {
                (_starts[kept], _states[kept]) = (_starts[piece], _states[piece]);
                kept++;
            }
        }

        int gone = last + 1 - kept;
        if (gone > 0)
        {
            Array.Copy(_starts, last + 1, _starts, kept, _pieces - last - 1);
            Array.Copy(_states, last + 1, _states, kept, _pieces - last - 1);
            _pieces -= gone;
        }
    }
}
