using System.Runtime.Intrinsics;

namespace NpuSim.Workloads.Compile;

/// <summary>For each queue of a core the position in the stream of one of its instructions, −1 before the first one: a value that is compared and joined
/// as a whole.</summary>
internal readonly struct QueuePositions(Vector256<int> positions)
{
    /// <summary>The most queues that there may be.</summary>
    public static int MostQueues => Vector256<int>.Count;

    /// <summary>Before the first instruction of every queue.</summary>
    public static QueuePositions None => All(-1);

    public int this[int queue] => positions.GetElement(queue);

    /// <summary>The same position in all queues.</summary>
    public static QueuePositions All(int position) => new(Vector256.Create(position));

    /// <summary>The same with another position in one queue.</summary>
    public QueuePositions With(int queue, int position) => new(positions.WithElement(queue, position));

    /// <summary>The later position of each queue.</summary>
    public static QueuePositions Later(QueuePositions a, QueuePositions b) => new(Vector256.Max(a.Vector, b.Vector));

    /// <summary>The earlier position of each queue.</summary>
    public static QueuePositions Earlier(QueuePositions a, QueuePositions b) => new(Vector256.Min(a.Vector, b.Vector));

    /// <summary>The queues, as bits, of which this has a later position than the other.</summary>
    public uint Behind(QueuePositions other) => Vector256.GreaterThan(positions, other.Vector).ExtractMostSignificantBits();

    private Vector256<int> Vector => positions;
}
