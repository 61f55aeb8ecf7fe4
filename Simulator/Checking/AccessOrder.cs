namespace NpuSim.Simulator.Checking;

/// <summary>Says which instructions, of all cores, have finished for certain before the one that the walk is at starts.</summary>
/// <remarks>On one core a vector clock over its units says it. Semaphores belong to one core, so that nothing but barriers orders cores: what lies behind
/// a barrier on one core comes after what lies before it on another.</remarks>
internal sealed class AccessOrder
{
    private readonly int[] _firstNumbers;
    private readonly byte[] _units;
    private readonly int[] _positions;
    private readonly int[] _epochs;
    private readonly int[] _cores;
    private Knowledge _knowledge = new(0);
    private int _core;
    private int _epoch;

    /// <param name="lengths">Instructions of each core.</param>
    public AccessOrder(IReadOnlyList<int> lengths)
    {
        _firstNumbers = [.. lengths.Select((_, core) => lengths.Take(core).Sum())];
        int total = lengths.Sum();
        (_units, _positions, _epochs) = (new byte[total], new int[total], new int[total]);
        _cores = [.. lengths.SelectMany((length, core) => Enumerable.Repeat(core, length))];
    }

    /// <summary>The number of an instruction among those of all cores.</summary>
    public int Number(int core, int index) => _firstNumbers[core] + index;

    /// <summary>The core and the index in its stream of a numbered instruction.</summary>
    public (int Core, int Index) Place(int number) => (_cores[number], number - _firstNumbers[_cores[number]]);

    /// <summary>The walk goes on to another instruction.</summary>
    /// <returns>Its number.</returns>
    public int Enter(int core, CoreOrder walk, byte unit)
    {
        int number = Number(core, walk.Current);
        (_units[number], _positions[number], _epochs[number]) = (unit, walk.Position, walk.Epoch);
        (_core, _epoch, _knowledge) = (core, walk.Epoch, walk.Knowledge);
        return number;
    }

    /// <summary>Whether a numbered instruction that the walk has passed has finished for certain before the present one starts.</summary>
    public bool IsBefore(int number) =>
        _cores[number] == _core ? _positions[number] < _knowledge.Start[_units[number]] : _epochs[number] < _epoch;

    /// <summary>Whether the present instruction reads the results of a numbered one as they come.</summary>
    public bool StreamsBehind(int number) => _cores[number] == _core && _knowledge.StreamsBehind(_units[number], _positions[number]);
}
