namespace NpuSim.Workloads.Compile;

/// <summary>The place of an instruction of a stream under construction in the order of engines.</summary>
/// <param name="queue">The queue of its engine; <see cref="StreamQueues.Sequencer"/> for none.</param>
/// <param name="knowledge">Where the stream keeps what is certain when it starts and ends; −1 for an instruction that nobody waits for.</param>
/// <param name="touched">Where the stream keeps what it touches.</param>
/// <param name="operands">How many operands that are; none where engines do not stream behind each other.</param>
internal struct StreamEntry(int queue, int knowledge, int touched, int operands)
{
    public SemaphoreList Waits;

    public SemaphoreList Signals;

    private readonly sbyte _queue = (sbyte)queue;
    private readonly byte _operands = (byte)operands;

    public readonly int Queue => _queue;

    public readonly int Knowledge => knowledge;

    public readonly Range Touched => touched..(touched + _operands);

    /// <summary>The semaphore that it signals early; 0 for none.</summary>
    public byte Early { get; set; }
}

/// <summary>What an instruction can rely on.</summary>
/// <param name="AtStart">Latest position of every queue that is certain to have finished when it starts.</param>
/// <param name="AtEnd">The same when it ends: what it streams behind has then finished too.</param>
internal readonly record struct Knowledge(QueuePositions AtStart, QueuePositions AtEnd);
