using NpuSim.Isa.Instructions;

namespace NpuSim.Simulator.Checking;

/// <summary>Holds one access of one instruction against what happened to its bytes before.</summary>
internal sealed class AccessCheck(AccessOrder order, FindingLog log)
{
    private readonly record struct Opponent(int Number, bool Writes, bool Repeated);

    private readonly ReaderSets _sets = new();
    private readonly List<int> _readers = [];
    private readonly List<Opponent> _opponents = [];
    private int _number;
    private MemorySpace _space;
    private bool _reads;
    private bool _writes;
    private bool _judged;
    private bool _unwritten;
    private ShadowState _before;
    private ShadowState _after;

    /// <summary>Begins an access.</summary>
    /// <param name="number">The instruction, which is the one that the order is at.</param>
    /// <param name="space">The memory.</param>
    /// <param name="role">What it does to the bytes.</param>
    public void Begin(int number, MemorySpace space, Role role)
    {
        (_number, _space, _judged) = (number, space, false);
        (_reads, _writes) = (role is Role.Read or Role.ReadWrite, role is Role.Write or Role.ReadWrite);
    }

    /// <summary>Puts values there before the program starts.</summary>
    public void BeginGiven(MemorySpace space)
    {
        _opponents.Clear();
        (_number, _space, _reads, _writes) = (-1, space, false, true);
    }

    /// <summary>Judges bytes of one state.</summary>
    /// <param name="state">What happened to them.</param>
    /// <param name="start">The first one.</param>
    /// <param name="count">How many.</param>
    /// <returns>Their state behind the access.</returns>
    public ShadowState Pass(ShadowState state, long start, long count)
    {
        if (_number < 0)
        {
            return new ShadowState(ShadowState.Given, 0);
        }

        // Neighbours mostly have the same state.
        if (!_judged || state != _before)
        {
            Judge(state);
        }

        if (_reads && _unwritten)
        {
            log.ReadUnwritten(_number, _space, start, count);
        }

        foreach (var opponent in _opponents)
        {
            log.Race(opponent.Number, opponent.Writes, _space, start, opponent.Repeated ? 0 : count, _writes);
            if (_unwritten && _writes)
            {
                // It is written, but without order: the race says all.
                log.Explained(opponent.Number, _space, count);
            }
        }

        return _after;
    }

    private void Judge(ShadowState state)
    {
        (_judged, _before) = (true, state);
        _unwritten = state.Writer == ShadowState.Never;
        _opponents.Clear();
        _readers.Clear();
        _sets.Members(state.Readers, _readers);
        int writer = state.Writer - ShadowState.FirstInstruction;
        bool follows = writer < 0 || writer == _number || order.IsBefore(writer) || (!_writes && order.StreamsBehind(writer));
        if (!follows)
        {
            // An instruction that reads what it writes has met the writer as a reader.
            _opponents.Add(new Opponent(writer, Writes: true, Repeated: _readers.Contains(_number)));
        }

        if (!_writes)
        {
            _after = state with { Readers = _sets.Add(state.Readers, _number, order) };
            return;
        }

        foreach (int reader in _readers)
        {
            if (reader != _number && !order.IsBefore(reader))
            {
                _opponents.Add(new Opponent(reader, Writes: false, Repeated: false));
            }
        }

        _after = new ShadowState(_number + ShadowState.FirstInstruction, 0);
    }
}
