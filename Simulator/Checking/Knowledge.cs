namespace NpuSim.Simulator.Checking;

/// <summary>What is certain about other instructions when one instruction starts, and when it ends.</summary>
/// <param name="units">Units of the core.</param>
internal sealed class Knowledge(int units)
{
    private readonly int[] _end = new int[units];
    private readonly List<(int Unit, int Position)> _producers = [];

    /// <summary>Instructions of each unit that have finished when it starts.</summary>
    public int[] Start { get; private set; } = new int[units];

    /// <summary>Begins with what the queue of its unit says.</summary>
    /// <param name="start">Kept and raised.</param>
    public void Begin(int[] start)
    {
        Start = start;
        Array.Clear(_end);
        _producers.Clear();
    }

    /// <summary>It has taken a signal. True where that says anything new of what is before it.</summary>
    public bool Learn(SignalClocks signal)
    {
        if (!signal.Early)
        {
            return Clocks.Raise(Start, signal.End);
        }

        Clocks.Raise(_end, signal.End);
        if (!StreamsBehind(signal.Unit, signal.Position))
        {
            _producers.Add((signal.Unit, signal.Position));
        }

        return Clocks.Raise(Start, signal.Start);
    }

    /// <summary>Whether it reads the results of an instruction as they come.</summary>
    public bool StreamsBehind(int unit, int position) => _producers.Contains((unit, position));

    /// <summary>It ends, and with it what it streamed behind: the start's clock becomes the end's, but for itself.</summary>
    public void End() => Clocks.Raise(Start, _end);
}
