namespace NpuSim.Simulator.Execution;

/// <summary>The order in which instructions that touch data started in a timed run, over all cores.</summary>
/// <remarks>An instruction starts after what it waits for has finished, so this order honours every semaphore, fence and barrier, and values
/// computed one by one in it are those of the machine. It does not depend on the values.</remarks>
public sealed class ExecutionOrder
{
    private readonly int[] _cores;
    private readonly int[] _indices;

    internal ExecutionOrder(int capacity)
    {
        _cores = new int[capacity];
        _indices = new int[capacity];
    }

    /// <summary>Instructions in it.</summary>
    public int Count { get; private set; }

    /// <summary>Instructions that the program has; those that touch no data are not in it.</summary>
    internal int Capacity => _cores.Length;

    /// <summary>Core of the instruction at a place of the order.</summary>
    public int Core(int place) => _cores[place];

    /// <summary>Number of the instruction in its core's stream.</summary>
    public int Index(int place) => _indices[place];

    internal void Add(int core, int index)
    {
        _cores[Count] = core;
        _indices[Count] = index;
        Count++;
    }
}
